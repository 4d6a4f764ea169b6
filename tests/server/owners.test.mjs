// Tests the owners of uploads in each backend: only the owner can continue an upload, and nobody else learns
// that it exists.

import assert from "node:assert/strict";
import { createHmac, hkdfSync } from "node:crypto";

import { everywhere } from "./backends.mjs";
import { apiKey, clip, gone, posted, question, refused } from "./support.mjs";
import { seal } from "./upload-ids.mjs";

/** @typedef {import("./backends.mjs").Config} Config */
/** @typedef {import("./backends.mjs").Place} Place */

const secret = "a-secret-of-the-tests-of-32-bytes";
const forbidden = "This upload is not allowed.";
const unprepared = "The app's backend could not prepare the upload.";
const undecided = "The app's backend could not decide about the upload.";
const begun =
  "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>";
const listed =
  '<ListPartsResult><Part><PartNumber>1</PartNumber><ETag>"e"</ETag><Size>5</Size></Part></ListPartsResult>';

/** A store with one part of five bytes, and then the object. @type {import("./support.mjs").Script} */
const store = ({ method, path = "" }) => {
  if (method === "HEAD") return { headers: { "content-length": "5" } };
  if (method === "GET") return { body: listed };
  return path.includes("uploads=") ? { body: begun } : { body: "<a/>" };
};

const byHeader = { header: "x-user" };

/** @param {Config} config */
const given = (config) => ({
  config: {
    // The store returns no checksums. Without this setting, the backend would log a warning.
    storage: {
      uploadSecret: secret,
      handover: /** @type {const} */ ("own"),
      checksums: /** @type {const} */ ("none"),
    },
    ...config,
  },
  store,
});

/** @param {string} [user] @returns {Record<string, string>} */
const as = (user) => (user === undefined ? {} : { "x-user": user });

/**
 * Returns every request about an upload.
 *
 * @param {string} id
 * @param {Record<string, string>} headers
 * @returns {[path: string, init: RequestInit][]}
 */
const requestsAbout = (id, headers) => [
  [`/${id}/parts`, { headers }],
  [`/${id}/parts`, posted({ parts: [{ part_number: 1, checksum: "AAAAAA==" }] }, headers)],
  [`/${id}/complete`, posted({ parts: [{ part_number: 1, etag: '"e"' }] }, headers)],
  [`/${id}`, { method: "DELETE", headers }],
];

/** Checks that every request of this user about an upload gets a 404. @param {Place} place @param {string} id @param {string} [user] */
async function isHiddenFrom({ ask, stored }, id, user) {
  const before = stored.length;
  for (const [path, init] of requestsAbout(id, as(user))) {
    assert.equal(await refused(await ask(path, init), 404), gone, `${user} asks for ${path}`);
  }
  assert.equal(stored.length, before, "the store was asked");
}

/** @type {[title: string, config: Config][]} */
const owning = [
  ["authorize grants", { authorize: { ownerFrom: "x-user" }, identify: byHeader }],
  ["identify returns", { authorize: { grant: { protocol: "multipart" } }, identify: byHeader }],
];
for (const [title, config] of owning) {
  everywhere(
    `W6.2 only the owner can continue an upload: ${title} the owner`,
    given(config),
    async (place) => {
      const init = question({ filesize: 5 }, as("alice"));
      const { upload_id: id } = await (await place.ask("", init)).json();
      for (const other of [undefined, "", "bob", "alic", "alice2", "Alice"]) {
        await isHiddenFrom(place, id, other);
      }
      for (const [path, init] of requestsAbout(id, as("alice"))) {
        const response = await place.ask(path, init);
        assert(response.ok, `${path}: ${await response.text()}`);
      }
      return (log) => assert.equal(log, "");
    },
  );

  everywhere(
    `W6.1 refuses a new upload without a user: ${title} the owner`,
    given(config),
    async (place) => {
      assert.equal(await refused(await place.ask("", question()), 403), forbidden);
      assert.equal(place.stored.length, 0);
    },
  );
}

everywhere(
  "W6.4 with identify, an upload without an owner is a 404",
  given({ authorize: "allow", identify: byHeader }),
  async (place) => {
    const { upload_id: id } = { upload_id: seal({ secret, handover: "own" }, {}) };
    for (const user of [undefined, "alice"]) await isHiddenFrom(place, id, user);
  },
);

everywhere(
  "W6.3, W6.4 without identify, anyone who has the id can continue",
  given({}),
  async (place) => {
    const of = { secret, handover: "own" };
    for (const [path, init] of requestsAbout(seal(of, {}), {})) {
      assert((await place.ask(path, init)).ok, path);
    }
    await isHiddenFrom(place, seal(of, { w: "alice" }), "alice");
  },
);

for (const protocol of /** @type {const} */ (["simple", "resumable", "multipart"])) {
  const grant = { protocol, owner: "alice" };
  const unidentified = given({ authorize: { grant } });
  everywhere(
    `W6.5 refuses an owner without identify, ${protocol}`,
    unidentified,
    async ({ ask, asked, stored }) => {
      assert.equal(await refused(await ask("", question({}, as("alice"))), 500), unprepared);
      assert.deepEqual([asked.length, stored.length], [0, 0]);
      return (log) => assert.match(log, /`identify`/);
    },
  );

  const both = given({ authorize: { grant }, identify: byHeader });
  everywhere(
    `W6.5 refuses an owner whom identify doesn't return, ${protocol}`,
    both,
    async ({ ask, asked, stored }) => {
      assert.equal(await refused(await ask("", question({}, as("mallory"))), 500), unprepared);
      assert.deepEqual([asked.length, stored.length], [0, 0]);
      assert.equal((await ask("", question({}, as("alice")))).status, 200);
      return (log) => {
        assert.match(log, /must be the user that `identify` returns/);
        assert.doesNotMatch(log, /alice|mallory/);
      };
    },
  );
}

for (const owner of ["", "x".repeat(257)]) {
  const wrong = given({ authorize: { grant: { owner } }, identify: byHeader });
  everywhere(
    `W6.6 refuses an owner of ${owner.length} characters`,
    wrong,
    async ({ ask, asked }) => {
      assert.equal(await refused(await ask("", question({}, as("alice"))), 500), unprepared);
      assert.equal(asked.length, 0);
      return (log) => assert.match(log, /owner/);
    },
  );
}

const alices = () => seal({ secret, handover: "own" }, { w: "alice" });

const ended = given({ identify: { refuse: { status: 401, message: "Please sign in again." } } });
everywhere(
  "W6.7 an ended session gets a 401, not a lost upload",
  ended,
  async ({ ask, asked, stored }) => {
    for (const [path, init] of [["", question()], ...requestsAbout(alices(), {})]) {
      const words = await refused(await ask(String(path), /** @type {any} */ (init)), 401);
      assert.equal(words, "Please sign in again.");
    }
    assert.deepEqual([asked.length, stored.length], [0, 0]);
    return (log) => assert.equal(log, "");
  },
);

const failing = given({ identify: { panic: "the sessions are away" } });
everywhere(
  "W6.7 refuses every request if identify throws",
  failing,
  async ({ ask, asked, stored }) => {
    for (const [path, init] of [["", question()], ...requestsAbout(alices(), {})]) {
      const words = await refused(await ask(String(path), /** @type {any} */ (init)), 500);
      assert.equal(words, undecided);
    }
    assert.deepEqual([asked.length, stored.length], [0, 0]);
    return (log) => {
      assert.match(log, /`identify`/);
      assert.match(log, /the sessions are away/);
      assert.doesNotMatch(log, /`authorize`/);
    };
  },
);

everywhere(
  "W6.8 doesn't call identify if authorize refuses",
  given({ authorize: "deny", identify: { panic: "asked in vain" } }),
  async ({ ask }) => {
    assert.equal(await refused(await ask("", question()), 403), forbidden);
    return (log) => assert.equal(log, "");
  },
);

/**
 * Computes the service's idempotency key independently of the backends.
 *
 * @param {string} name of the handler
 * @param {string} said JSON
 */
function keyOf(name, said) {
  const info = JSON.stringify(["ittybit-uploader", "idempotency key", name]);
  const key = Buffer.from(hkdfSync("sha256", apiKey, "", info, 32));
  return createHmac("sha256", key).update(said).digest("hex").slice(0, 32);
}

for (const protocol of /** @type {const} */ (["simple", "resumable"])) {
  const metadata = { b: 1, 10: "x", 9: true };
  const config = {
    ...{ passOnKeys: true, name: "films", props: /** @type {const} */ (["alias"]) },
    ...{ authorize: { grant: { protocol, metadata } }, identify: byHeader },
  };
  const title = `W8.2 the service's key identifies owner and file, and reveals neither, ${protocol}`;
  everywhere(title, { config }, async ({ ask, asked }) => {
    const key = crypto.randomUUID();
    /** @param {object} file @param {string} user */
    const keyFor = async (file, user, said = String(key)) => {
      const headers = { "idempotency-key": said, ...as(user) };
      assert.equal(
        (await ask("", question({ props: { alias: "a" }, ...file }, headers))).status,
        200,
      );
      return String(asked.at(-1)?.headers["idempotency-key"]);
    };
    const first = await keyFor({}, "alice");
    const said = JSON.stringify([key, "alice", clip.filename, clip.filesize, clip.type]);
    // Keys are sorted as text, so 10 comes before 9.
    const granted = '{"alias":"a","metadata":{"10":"x","9":true,"b":1}}';
    assert.equal(first, keyOf("films", `${said.slice(0, -1)},${granted}]`));
    assert.equal(await keyFor({}, "alice", key.toUpperCase()), first);
    const others = [
      await keyFor({}, "bob"),
      await keyFor({ filename: "b.mp4" }, "alice"),
      await keyFor({ filesize: 1 }, "alice"),
      await keyFor({ type: "image/png" }, "alice"),
      await keyFor({ props: { alias: "b" } }, "alice"),
      await keyFor({}, "alice", crypto.randomUUID()),
    ];
    assert.equal(new Set([first, key.replaceAll("-", ""), ...others]).size, 8);
  });
}

/** Notes in JSON, and what is identified. @type {[notes: string, said: string][]} */
const notes = [
  ['{"ab":1,"a":2,"":3}', '{"":3,"a":2,"ab":1}'],
  // In UTF-16, the second one comes first.
  ['{"\u{1f600}":1,"\uff5e":2}', '{"\uff5e":2,"\u{1f600}":1}'],
  ['{"n":-0}', '{"n":0}'],
  ['{"n":9007199254740991}', '{"n":9007199254740991}'],
  ['{"n":9007199254740992}', '{"n":0x4340000000000000}'],
  ['{"n":1e16}', '{"n":0x4341c37937e08000}'],
  ['{"n":-18446744073709551615}', '{"n":0xc3f0000000000000}'],
  ['{"n":0.5}', '{"n":0x3fe0000000000000}'],
  ['{"n":0.000001}', '{"n":0x3eb0c6f7a0b5ed8d}'],
  ['{"n":1e21}', '{"n":0x444b1ae4d6e2ef50}'],
];
const noting = { passOnKeys: true, props: /** @type {any} */ (["metadata"]) };
everywhere(
  "W8.2, W7.5 the service's key is the same from each backend",
  { config: noting },
  async ({ ask, asked }) => {
    for (const [metadata, said] of notes) {
      const key = crypto.randomUUID();
      const body = `{"filename":"a","filesize":1,"type":"","props":{"metadata":${metadata}}}`;
      const response = await ask("", question(body, { "idempotency-key": key }));
      assert.equal(response.status, 200);
      const expected = keyOf("", `["${key}",null,"a",1,"",{"metadata":${said}}]`);
      assert.equal(asked.at(-1)?.headers["idempotency-key"], expected, metadata);
    }
  },
);
