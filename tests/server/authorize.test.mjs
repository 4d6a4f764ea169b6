// Tests what each backend does with the result of `authorize`, and which properties a page may set.

import assert from "node:assert/strict";

import { everywhere } from "./backends.mjs";
import { apiKey, question, refused, uploadUrl } from "./support.mjs";

/** @typedef {import("./backends.mjs").Config} Config */

everywhere(
  "W8.1, W1.4 sends the API key to the service, and nothing from the page",
  {},
  async (place) => {
    const init = question(
      { props: { workflow_id: "another's", metadata: { user: "admin" }, deep: [{}] } },
      { cookie: "session=1", authorization: "Bearer of-the-page" },
    );
    const response = await place.ask("", init);
    assert.deepEqual(await response.json(), { url: uploadUrl });
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.equal(place.asked.length, 1);
    const [request] = place.asked;
    assert.deepEqual([request?.method, request?.path], ["POST", "/uploads"]);
    assert.equal(request?.headers.authorization, `Bearer ${apiKey}`);
    for (const name of ["cookie", "idempotency-key"])
      assert.equal(request?.headers[name], undefined);
    assert.deepEqual(JSON.parse(request?.body ?? ""), {});
  },
);

const forbidden = "This upload is not allowed.";
const unprepared = "The app's backend could not prepare the upload.";

/** @type {[title: string, authorize: import("./backends.mjs").Rule, status: number, message: string, retryAfter?: string][]} */
const refusals = [
  ["false", "deny", 403, forbidden],
  [
    "a refusal",
    { refuse: { status: 401, message: "Please sign in, قط." } },
    401,
    "Please sign in, قط.",
  ],
  [
    "a refusal with Retry-After",
    { refuse: { status: 429, message: "Ten films a day are enough.", retryAfter: 60 } },
    429,
    "Ten films a day are enough.",
    "60",
  ],
  ["a refusal with status 200", { refuse: { status: 200, message: "Yes?" } }, 403, "Yes?"],
  [
    "a refusal with a redirect status",
    { refuse: { status: 302, message: "There." } },
    403,
    "There.",
  ],
  ["a multipart upload without a store", { grant: { protocol: "multipart" } }, 500, unprepared],
];
for (const [title, authorize, status, message, retryAfter = null] of refusals) {
  const says = status === 500 ? "W5.7 authorize grants" : "W5.1 authorize returns";
  everywhere(`${says} ${title}`, { config: { authorize } }, async ({ ask, asked }) => {
    const response = await ask("", question());
    assert.equal(await refused(response, status), message);
    assert.equal(response.headers.get("retry-after"), retryAfter);
    assert.equal(asked.length, 0);
  });
}

const panic = "the database is away";
everywhere("W5.2 authorize throws", { config: { authorize: { panic } } }, async (place) => {
  const message = await refused(await place.ask("", question()), 500);
  assert.equal(message, "The app's backend could not decide about the upload.");
  assert.equal(place.asked.length, 0);
  // The backend still answers the next request.
  await refused(await place.ask("", question()), 500);
  return (log) => assert(log.includes(panic), log);
});

const cookie = { config: { authorize: { cookie: "session" } } };
everywhere("W5.3 authorize sees the page's cookies", cookie, async ({ ask, asked }) => {
  for (const other of [{}, { cookie: "theme=session; other=1" }]) {
    const message = await refused(await ask("", question({}, other)), 401);
    assert.equal(message, "Please sign in to upload.");
  }
  assert.equal(asked.length, 0);
  const signedIn = question({}, { cookie: "theme=dark; session=1" });
  assert.equal((await ask("", signedIn)).status, 200);
});

const all = {
  ...{ workflow_id: "w", filename: "n.mp4", alias: "a", conditions: { c: [1, null] } },
  metadata: { text: "é😀", number: -1.5, yes: true },
};
everywhere(
  "W5.4 sends the granted properties to the service",
  { config: { authorize: { grant: all } } },
  async (place) => {
    assert.equal((await place.ask("", question())).status, 200);
    assert.deepEqual(JSON.parse(place.asked[0]?.body ?? ""), all);
  },
);

/** @type {import("./backends.mjs").Given} */
const inChunks = {
  config: { authorize: { grant: { protocol: "resumable", alias: "a" } } },
  service: () => ({
    body: {
      url: uploadUrl,
      received: [
        [10, 19],
        [0, 4],
        [5, 9],
      ],
    },
  }),
};
everywhere("W7.3 the app grants a resumable upload", inChunks, async ({ ask, asked }) => {
  assert.deepEqual(await (await ask("", question())).json(), {
    url: uploadUrl,
    received: [[0, 19]],
    protocol: "resumable",
    chunk_size: 16_777_216,
  });
  const body = JSON.parse(asked[0]?.body ?? "");
  assert.deepEqual(body, { alias: "a", filename: "clip.mp4", resumable: true });
});

everywhere(
  "W7.1 without a store, a large file is uploaded in chunks",
  {},
  async ({ ask, asked }) => {
    const target = await (await ask("", question({ filesize: 70_000_000 }))).json();
    assert.equal(target.protocol, "resumable");
    assert.deepEqual(JSON.parse(asked[0]?.body ?? ""), { filename: "clip.mp4", resumable: true });
  },
);

const whole = /** @type {const} */ ({ config: { authorize: { grant: { protocol: "simple" } } } });
everywhere(
  "W7.2 refuses a granted simple upload that is too large",
  whole,
  async ({ ask, asked }) => {
    const message = await refused(await ask("", question({ filesize: 67_108_865 })), 413);
    assert.equal(message, "The file has 67108865 bytes; uploads take at most 67108864.");
    assert.equal(asked.length, 0);
    assert.equal((await ask("", question({ filesize: 67_108_864 }))).status, 200);
  },
);

/** @type {[title: string, config: Config, props: object, sent: object | string][]} */
const cases = [
  ["without the option, every property is ignored", {}, { alias: "a", metadata: { b: 1 } }, {}],
  [
    "a property that is not listed is not validated",
    { props: ["alias"] },
    { metadata: 1, filename: [] },
    {},
  ],
  [
    "listed properties are sent",
    { props: ["alias", "conditions", "workflow_id", "filename"] },
    { alias: "a", conditions: { c: 1 }, workflow_id: "w", filename: "n", owner: "o" },
    { alias: "a", conditions: { c: 1 }, workflow_id: "w", filename: "n" },
  ],
  [
    "a listed note is sent, others are not",
    { props: ["metadata.caption"] },
    { metadata: { caption: "sea", user: "admin", deep: {} } },
    { metadata: { caption: "sea" } },
  ],
  [
    "with metadata listed, every note is sent",
    { props: ["metadata"] },
    { metadata: { a: "x", b: 1, c: false } },
    { metadata: { a: "x", b: 1, c: false } },
  ],
  ["empty metadata is omitted", { props: ["metadata"] }, { metadata: {} }, {}],
  ["null conditions are omitted", { props: ["conditions"] }, { conditions: null }, {}],
  [
    "granted properties take precedence, note by note",
    {
      props: ["metadata", "filename", "alias"],
      authorize: { grant: { metadata: { user: "ann" }, filename: "b" } },
    },
    { metadata: { user: "admin", caption: "sea" }, filename: "a", alias: "c" },
    { metadata: { caption: "sea", user: "ann" }, filename: "b", alias: "c" },
  ],
  [
    "a number as alias is refused",
    { props: ["alias"] },
    { alias: 1 },
    "`props.alias` is not text.",
  ],
  ["null as alias is refused", { props: ["alias"] }, { alias: null }, "`props.alias` is not text."],
  [
    "an empty filename is refused",
    { props: ["filename"] },
    { filename: "" },
    "`props.filename` is empty.",
  ],
  [
    "a filename with NUL is refused",
    { props: ["filename"] },
    { filename: "a\0" },
    "`props.filename` holds a character that no file name has.",
  ],
  [
    "metadata that is not an object is refused",
    { props: ["metadata.a"] },
    { metadata: "a" },
    "`props.metadata` is not an object.",
  ],
  [
    "a list as note is refused",
    { props: ["metadata.a"] },
    { metadata: { a: [] } },
    "`props.metadata.a` is not text, a number or a boolean.",
  ],
  [
    "metadata of two levels is refused",
    { props: ["metadata"] },
    { metadata: { a: {} } },
    "`props.metadata.a` is not text, a number or a boolean.",
  ],
];
for (const [title, config, props, sent] of cases) {
  everywhere(
    `${typeof sent === "string" ? "W5.6 wrong props" : "W5.5 props"}: ${title}`,
    { config },
    async ({ ask, asked }) => {
      const response = await ask("", question({ props }));
      if (typeof sent === "string") {
        assert.equal(await refused(response, 400), sent);
        assert.equal(asked.length, 0);
      } else {
        assert.equal(response.status, 200, await response.text());
        assert.deepEqual(JSON.parse(asked[0]?.body ?? ""), sent);
      }
    },
  );
}
