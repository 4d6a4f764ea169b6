// What the handler alone decides: who may ask, what a page may set, what the app's decision means, and
// what becomes of a service that fails. No secret is in anything that it says.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createUploadHandler, Refusal, storageFromEnv } from "ittybit-uploader/server";
import { apiKey, handlerWith, question, refused, scripted, uploadUrl } from "./support.mjs";

/** @typedef {Partial<import("./support.mjs").Options>} Options */

/**
 * Asks a handler whose service answers as it is told.
 *
 * @param {object} given
 * @param {Options} [given.options]
 * @param {import("./support.mjs").Script} [given.script]
 * @param {RequestInit} [given.init]
 */
async function asked({ options, script, init = question() }) {
  const service = await scripted(script);
  try {
    const { ask, errors } = handlerWith({ apiUrl: service.url, ...options });
    const response = await ask("", init);
    const said = `${JSON.stringify([...response.headers])}${await response.clone().text()}`;
    const told = errors.map((error) => `${error.stack} ${error.cause}`).join("\n");
    for (const [where, text] of Object.entries({ said, told })) {
      assert(!text.includes(apiKey), `the key is ${where}: ${text}`);
    }
    assert(!told.includes("single-use"), told);
    return { response, seen: service.seen, errors };
  } finally {
    await service.stop();
  }
}

test("is not built without what it needs", () => {
  const authorize = () => /** @type {const} */ (true);
  const storage = { region: "r", bucket: "bucket", accessKeyId: "id", secretAccessKey: "secret" };
  /** @type {[any, RegExp][]} */
  const wrong = [
    [undefined, /options/],
    [{ apiKey }, /authorize/],
    [{ apiKey, authorize: true }, /authorize/],
    [{ apiKey: "two words", authorize }, /`apiKey` is malformed/],
    [{ apiKey, authorize, apiUrl: "http://api.example" }, /`apiUrl`/],
    [{ apiKey, authorize, apiUrl: "https://user:word@api.example" }, /`apiUrl`/],
    [{ apiKey, authorize, props: ["owner"] }, /"owner"/],
    [{ apiKey, authorize, props: ["metadata."] }, /metadata\./],
    [{ apiKey, authorize, origins: ["*"] }, /origins/],
    [{ apiKey, authorize, origins: ["https://app.example/"] }, /origins/],
    [{ apiKey, authorize, origins: ["http://app.example"] }, /origins/],
    [{ apiKey, authorize, limits: { maxFileSize: "1GB" } }, /maxFileSize/],
    [{ apiKey, authorize, limits: { allowedFileTypes: "image/*" } }, /allowedFileTypes/],
    [{ apiKey, authorize, storage: { ...storage, bucket: "a/b" } }, /bucket/],
    [{ apiKey, authorize, storage: { ...storage, region: "" } }, /region/],
    [{ apiKey, authorize, storage: { ...storage, endpoint: "s3.example" } }, /endpoint/],
    [{ apiKey, authorize, storage: { ...storage, endpoint: "http://s3.example" } }, /public/],
    [{ apiKey, authorize, storage: { ...storage, partUrlTtl: 604_801 } }, /partUrlTtl/],
    [{ apiKey, authorize, storage: { ...storage, handover: "both" } }, /handover/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(() => createUploadHandler(options), { name: "TypeError", message });
  }
});

test("a key that is not set is told when it is needed", async () => {
  for (const missing of [undefined, ""]) {
    const { response, seen, errors } = await asked({ options: { apiKey: missing } });
    assert.equal(await refused(response, 500), "The app's backend could not prepare the upload.");
    assert.equal(seen.length, 0);
    assert.match(String(errors[0]), /`apiKey` is not set/);
  }
});

test("asks the service with the key, and with nothing of the page", async () => {
  const init = question(
    { props: { workflow_id: "another's", metadata: { user: "admin" }, deep: [{}] } },
    { cookie: "session=1", authorization: "Bearer of-the-page" },
  );
  const options = /** @type {Options} */ ({ authorize: () => ({ metadata: { user: "ann" } }) });
  const { response, seen } = await asked({ options, init });
  assert.deepEqual(await response.json(), { url: uploadUrl });
  const [request] = seen;
  assert.equal(seen.length, 1);
  assert.deepEqual([request?.method, request?.path], ["POST", "/uploads"]);
  assert.equal(request?.headers.authorization, `Bearer ${apiKey}`);
  for (const name of ["cookie", "idempotency-key"]) assert.equal(request?.headers[name], undefined);
  assert.deepEqual(JSON.parse(request?.body ?? ""), { metadata: { user: "ann" } });
});

test("shows the app the request and what the page said", async () => {
  /** @type {any[]} */
  const shown = [];
  const authorize = (/** @type {any[]} */ ...all) => {
    shown.push(...all);
    return /** @type {const} */ (true);
  };
  const init = question({ filename: "قط 😀.mp4", type: null, props: { a: 1 } }, { cookie: "a=1" });
  const { response } = await asked({ options: { authorize }, init });
  assert.equal(response.status, 200);
  const [request, file] = shown;
  assert.equal(request.headers.get("cookie"), "a=1");
  assert.match(file.idempotencyKey, /^[\da-f-]{36}$/);
  const { filename, filesize, type, props } = file;
  assert.deepEqual([filename, filesize, type, props], ["قط 😀.mp4", 3_145_728, "", { a: 1 }]);
});

/** @type {[title: string, decision: () => any, status: number, message: string][]} */
const decisions = [
  ["undefined", () => undefined, 403, "This upload is not allowed."],
  ["null", () => null, 403, "This upload is not allowed."],
  ["false", () => false, 403, "This upload is not allowed."],
  ["a text", () => "yes", 403, "This upload is not allowed."],
  ["1", () => 1, 403, "This upload is not allowed."],
  ["a list", () => [], 403, "This upload is not allowed."],
  ["a Response that is no refusal", () => new Response("{}"), 403, "This upload is not allowed."],
  [
    "a redirect",
    () => Response.redirect("https://app.example/login"),
    403,
    "This upload is not allowed.",
  ],
  ["a promise of nothing", async () => {}, 403, "This upload is not allowed."],
  [
    "a property that there is not",
    () => ({ workflow: "w" }),
    500,
    "The app's backend could not prepare the upload.",
  ],
  [
    "notes of two levels",
    () => ({ metadata: { a: {} } }),
    500,
    "The app's backend could not prepare the upload.",
  ],
  [
    "parts without a store",
    () => ({ protocol: "multipart" }),
    500,
    "The app's backend could not prepare the upload.",
  ],
];
for (const [title, authorize, status, message] of decisions) {
  test(`${title} lets nothing in`, async () => {
    const { response, seen, errors } = await asked({ options: { authorize } });
    assert.equal(await refused(response, status), message);
    assert.equal(seen.length, 0);
    assert.equal(errors.length, status === 500 ? 1 : 0);
  });
}

test("a refusal of the app's own says why", async () => {
  const authorize = () => {
    throw new Refusal(429, "Ten films a day are enough.", { retryAfter: 60 });
  };
  const { response } = await asked({ options: { authorize } });
  assert.equal(response.headers.get("retry-after"), "60");
  assert.equal(await refused(response, 429), "Ten films a day are enough.");
  const yes = new Refusal(200, "Yes?");
  assert.equal(yes.status, 403);
});

test("a framework's own answer is passed on", async () => {
  const authorize = () => {
    throw new Response("Unauthorized", { status: 401 });
  };
  const { response } = await asked({ options: { authorize } });
  assert.deepEqual([response.status, await response.text()], [401, "Unauthorized"]);
});

test("an authorize that fails lets nothing in, and the app is told", async () => {
  const authorize = () => {
    throw new Error("the database is away");
  };
  const { response, errors } = await asked({ options: { authorize } });
  const message = "The app's backend could not decide about the upload.";
  assert.equal(await refused(response, 500), message);
  assert.match(String(errors[0]?.cause), /the database is away/);
});

const own = "https://app.example";
const friend = "https://friend.example";

/** @type {[title: string, headers: Record<string, string>, isAllowed: boolean, origin?: string][]} */
const sites = [
  ["a program", {}, true],
  ["the same origin", { "sec-fetch-site": "same-origin", origin: own }, true],
  ["an address that was typed", { "sec-fetch-site": "none" }, true],
  ["a sibling", { "sec-fetch-site": "same-site", origin: "https://other.app.example" }, false],
  ["another site", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }, false],
  ["another site that hides its origin", { "sec-fetch-site": "cross-site", origin: "null" }, false],
  ["a friend", { "sec-fetch-site": "cross-site", origin: friend }, true, friend],
  ["a friend's sibling", { "sec-fetch-site": "cross-site", origin: `${friend}:8443` }, false],
  ["an old browser, same origin", { origin: own, host: "app.example" }, true],
  ["an old browser, another site", { origin: "https://evil.example", host: "app.example" }, false],
  ["an old browser, hidden", { origin: "null", host: "app.example" }, false],
  ["an old browser, a friend", { origin: friend, host: "app.example" }, true, friend],
];
for (const [title, headers, isAllowed, origin] of sites) {
  test(`${isAllowed ? "answers" : "refuses"} ${title}`, async () => {
    const init = question({}, headers);
    const { response, seen } = await asked({ options: { origins: [friend] }, init });
    const cors = response.headers.get("access-control-allow-origin");
    assert.equal(cors, origin ?? null);
    if (origin) {
      assert.equal(response.headers.get("access-control-allow-credentials"), "true");
      assert.equal(response.headers.get("vary"), "origin");
    }
    assert.equal(seen.length, isAllowed ? 1 : 0);
    if (isAllowed) assert.equal(response.status, 200);
    else {
      const message = "Uploads are taken from this app's own pages only.";
      assert.equal(await refused(response, 403), message);
    }
  });
}

test("a friend's page may read a refusal, too", async () => {
  const headers = { "sec-fetch-site": "cross-site", origin: friend };
  const init = question({ filename: "" }, headers);
  const { response } = await asked({ options: { origins: [friend] }, init });
  assert.equal(response.headers.get("access-control-allow-origin"), friend);
  assert.equal(await refused(response, 400), "`filename` is empty.");
});

test("says before whether a page of another origin may ask", async () => {
  const init = (/** @type {string} */ origin, wanted = "content-type, x-csrf") => ({
    method: "OPTIONS",
    headers: {
      ...{ origin, "sec-fetch-site": "cross-site" },
      "access-control-request-method": "POST",
      "access-control-request-headers": wanted,
    },
  });
  const options = { origins: [friend] };
  const { response } = await asked({ options, init: init(friend) });
  assert.equal(response.status, 204);
  assert.equal(response.headers.get("access-control-allow-methods"), "GET, POST, DELETE");
  const allowed = response.headers.get("access-control-allow-headers");
  assert.equal(allowed, "content-type, idempotency-key, content-type, x-csrf");
  const strange = await asked({ options, init: init(friend, "a b; c") });
  const plain = strange.response.headers.get("access-control-allow-headers");
  assert.equal(plain, "content-type, idempotency-key");
  const evil = await asked({ options, init: init("https://evil.example") });
  await refused(evil.response, 403);
});

/** @type {[title: string, options: Options, props: object, sent: object | string][]} */
const wishes = [
  ["nothing is taken unless it is named", {}, { alias: "a", metadata: { b: 1 } }, {}],
  [
    "what is named is taken",
    { props: ["alias", "conditions"] },
    { alias: "a", conditions: { c: 1 }, workflow_id: "w" },
    { alias: "a", conditions: { c: 1 } },
  ],
  [
    "a note that is named is taken, others are not",
    { props: ["metadata.caption"] },
    { metadata: { caption: "sea", user: "admin" } },
    { metadata: { caption: "sea" } },
  ],
  [
    "what is granted wins, note by note",
    {
      props: ["metadata", "filename"],
      authorize: () => ({ metadata: { user: "ann" }, filename: "b" }),
    },
    { metadata: { user: "admin", caption: "sea" }, filename: "a" },
    { metadata: { caption: "sea", user: "ann" }, filename: "b" },
  ],
  ["a wrong one is refused", { props: ["alias"] }, { alias: 1 }, "`props.alias` is not text."],
  [
    "so is a wrong note",
    { props: ["metadata.a"] },
    { metadata: { a: [] } },
    "`props.metadata.a` is not text, a number or a boolean.",
  ],
  [
    "and notes of two levels",
    { props: ["metadata"] },
    { metadata: { a: {} } },
    "`props.metadata` is not an object of text, numbers and booleans.",
  ],
];
for (const [title, options, props, sent] of wishes) {
  test(`props: ${title}`, async () => {
    const { response, seen } = await asked({ options, init: question({ props }) });
    if (typeof sent === "string") assert.equal(await refused(response, 400), sent);
    else assert.deepEqual(JSON.parse(seen[0]?.body ?? ""), sent);
  });
}

/** @type {[title: string, limits: import("../../backend/js/index.d.ts").Limits, status: number, message?: string][]} */
const limits = [
  ["as large as may be", { maxFileSize: 3_145_728 }, 200],
  ["larger", { maxFileSize: 3_145_727 }, 413, "The file has 3145728 bytes; 3145727 are allowed."],
  ["smaller", { minFileSize: 3_145_729 }, 400, "The file has 3145728 bytes; 3145729 are needed."],
  ["of a kind", { allowedFileTypes: ["image/*", "VIDEO/*"] }, 200],
  ["of a type", { allowedFileTypes: ["video/mp4"] }, 200],
  ["by its extension", { allowedFileTypes: [".MP4"] }, 200],
  [
    "of another kind",
    { allowedFileTypes: ["image/*", ".mov"] },
    403,
    "Only these types of files are allowed: image/*, .mov.",
  ],
];
for (const [title, given, status, message] of limits) {
  test(`limits: a file that is ${title}`, async () => {
    const { response, seen } = await asked({ options: { limits: given } });
    assert.equal(seen.length, message ? 0 : 1);
    if (message) assert.equal(await refused(response, status), message);
    else assert.equal(response.status, status);
  });
}

test("limits: a kind is known by the extension where there is no type", async () => {
  const given = { limits: { allowedFileTypes: ["video/*"] } };
  const init = (/** @type {string} */ filename) => question({ filename, type: "" });
  assert.equal((await asked({ options: given, init: init("a.MKV") })).response.status, 200);
  assert.equal((await asked({ options: given, init: init("a.exe") })).response.status, 403);
});

const busy = "The upload service is busy. Please try again later.";
const away = "The upload service is not available.";
const refusing = "The upload service refused this app's request.";
const senseless = "The upload service gave an answer that makes no sense.";

/** @type {[title: string, answer: ReturnType<import("./support.mjs").Script>, status: number, says: string | object][]} */
const answers = [
  ["bare", { body: { url: uploadUrl } }, 200, { url: uploadUrl }],
  [
    "in an envelope",
    { body: { meta: {}, data: { url: uploadUrl }, error: null } },
    200,
    { url: uploadUrl },
  ],
  [
    "a media object",
    { body: { data: { media: { id: "m", x: [1] } } } },
    200,
    { media: { id: "m", x: [1] } },
  ],
  ["no JSON", { body: "<html>Sign in</html>" }, 502, senseless],
  ["a list", { body: [] }, 502, senseless],
  ["no url", { body: { data: {} } }, 502, senseless],
  ["a url that others can read", { body: { url: "http://host.example/" } }, 502, senseless],
  ["a url that is code", { body: { url: "javascript:alert(1)" } }, 502, senseless],
  ["an error in a success", { body: { error: { message: `bad key ${apiKey}` } } }, 502, senseless],
  ["far too much", { body: `"${"x".repeat(5_000_000)}"` }, 502, senseless],
  ["401, with the key", { status: 401, body: { message: `invalid key ${apiKey}` } }, 502, refusing],
  [
    "a redirect",
    { status: 302, headers: { location: "https://elsewhere.example" } },
    502,
    refusing,
  ],
  ["413", { status: 413 }, 413, "The upload service has no space left for this file."],
  ["429", { status: 429, headers: { "retry-after": "7" } }, 429, busy],
  ["500", { status: 500, body: { kind: "x", message: apiKey } }, 502, away],
  ["503", { status: 503, headers: { "retry-after": "7" } }, 502, away],
  ["nothing", undefined, 504, away],
];
for (const [title, answer, status, says] of answers) {
  test(`the service answers ${title}`, async () => {
    const options = { limits: { answerTimeout: title === "nothing" ? 100 : 30_000 } };
    const { response, errors } = await asked({ options, script: () => answer });
    if (typeof says === "string") {
      const retryAfter = answer?.headers?.["retry-after"] ?? null;
      assert.equal(response.headers.get("retry-after"), retryAfter);
      assert.equal(await refused(response, status), says);
      assert.equal(errors.length, 1);
    } else {
      assert.deepEqual(await response.json(), says);
      assert.equal(errors.length, 0);
    }
  });
}

test("the service is away", async () => {
  const { ask, errors } = handlerWith({ apiUrl: "http://127.0.0.1:1" });
  assert.equal(await refused(await ask("", question()), 502), away);
  assert.match(String(errors[0]), /Ittybit cannot be reached/);
});

test("tells the service which questions are about one file where it is to know", async () => {
  const init = question();
  const { seen } = await asked({ options: { passOnKeys: true }, init });
  const key = seen[0]?.headers["idempotency-key"];
  assert.equal(key, init.headers["idempotency-key"]?.replaceAll("-", ""));
});

test("an app in chunks", async () => {
  const received = [
    [10, 19],
    [0, 4],
    [5, 9],
  ];
  const script = () => ({ body: { url: uploadUrl, received } });
  const authorize = () => /** @type {const} */ ({ protocol: "resumable" });
  const { response, seen } = await asked({ options: { authorize }, script });
  const target = {
    url: uploadUrl,
    received: [[0, 19]],
    protocol: "resumable",
    chunk_size: 16_777_216,
  };
  assert.deepEqual(await response.json(), target);
  assert.deepEqual(JSON.parse(seen[0]?.body ?? ""), { filename: "clip.mp4", resumable: true });
});

test("a store that fails is no secret's end", async () => {
  const secretAccessKey = "the-secret-of-the-store";
  const storage = { region: "r", bucket: "bucket", accessKeyId: "id", secretAccessKey };
  const authorize = () => /** @type {const} */ ({ protocol: "multipart" });
  /** @type {[import("./support.mjs").Script, number, string][]} */
  const failures = [
    [
      () => ({ status: 503, body: "<Error><Code>SlowDown</Code></Error>" }),
      503,
      "The file store is not available.",
    ],
    [() => ({ status: 500 }), 502, "The file store is not available."],
    [
      () => ({
        status: 403,
        body: `<Error><Code>AccessDenied</Code><Message>${secretAccessKey}</Message></Error>`,
      }),
      502,
      "The file store refused this app's request.",
    ],
    [() => ({ body: "<html/>" }), 502, "The file store gave an answer that makes no sense."],
    [() => undefined, 504, "The file store is not available."],
  ];
  for (const [script, status, message] of failures) {
    const store = await scripted(script);
    const limits = {
      answerTimeout: script({ method: "", path: "", headers: {}, body: "" }) ? 30_000 : 100,
    };
    const options = { storage: { ...storage, endpoint: store.url }, authorize, limits };
    const { ask, errors } = handlerWith(options);
    assert.equal(await refused(await ask("", question()), status), message);
    const told = errors.map((error) => `${error.stack} ${error.cause}`).join();
    for (const secret of [secretAccessKey, "X-Amz", store.url])
      assert(!told.includes(secret), told);
    await store.stop();
  }
});

test("the environment describes a store, or none", () => {
  assert.equal(storageFromEnv({ S3_BUCKET: " " }), undefined);
  const env = {
    ...{ S3_BUCKET: "films", AWS_REGION: "eu", AWS_ACCESS_KEY_ID: "id" },
    ...{ AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "token", S3_PART_URL_TTL: "60" },
  };
  const { bucket, region, accessKeyId, sessionToken, partUrlTtl, endpoint } =
    storageFromEnv(env) ?? {};
  assert.deepEqual(
    [bucket, region, accessKeyId, sessionToken, partUrlTtl, endpoint],
    ["films", "eu", "id", "token", 60, undefined],
  );
  // A token belongs to the credentials that it came with.
  const others = { ...env, S3_ACCESS_KEY_ID: "other", S3_SECRET_ACCESS_KEY: "other" };
  assert.equal(storageFromEnv(others)?.sessionToken, undefined);
  assert.throws(() => storageFromEnv({ S3_BUCKET: "films" }), /S3_REGION is not/);
  assert.throws(() => storageFromEnv({ ...env, S3_URL_STYLE: "no" }), /S3_URL_STYLE/);
  assert.throws(() => storageFromEnv({ ...env, S3_PART_URL_TTL: "1h" }), /S3_PART_URL_TTL/);
});
