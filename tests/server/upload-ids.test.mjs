// Tests upload ids: both backends use one format, and only the handler that sealed an id opens it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { UploadIds } from "../../backend/js/upload-id.js";
import { builtNowhere, everywhere } from "./backends.mjs";
import { gone, posted, question, refused } from "./support.mjs";
import { open, seal } from "./upload-ids.mjs";

/** @typedef {import("./upload-ids.mjs").Of} Of */

const secret = "a-secret-of-the-tests-of-32-bytes";
const older = "an-older-secret-of-the-tests-of-32-bytes";

/** @type {import("./support.mjs").Script} */
const store = ({ method }) =>
  method === "GET"
    ? { body: "<ListPartsResult></ListPartsResult>" }
    : {
        body: "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>",
      };

const authorize = /** @type {const} */ ({ grant: { protocol: "multipart", alias: "an-alias" } });

/** @param {import("./backends.mjs").Config} [config] */
const sealing = (config) => ({
  config: { authorize, storage: { uploadSecret: secret }, ...config },
  store,
});

const written = JSON.parse(readFileSync(new URL("upload-ids.json", import.meta.url), "utf8"));
const { secrets, name, bucket, prefix, handover } = written;

test("JavaScript opens each recorded id", async () => {
  const settings = { uploadSecrets: secrets, bucketName: bucket, prefix, handover };
  const ids = new UploadIds(settings, name);
  for (const { id, upload, madeBy } of written.ids) {
    const opened = await ids.open(id);
    const {
      object: o,
      uploadId: u,
      size: s,
      partSize: p,
      filename: n,
      type: t,
    } = opened?.upload ?? {};
    const { properties: g, owner: w } = opened?.upload ?? {};
    const said = { o, u, s, p, n, t, g, ...(w !== undefined && { w }) };
    assert.deepEqual(said, upload, madeBy);
    assert.equal(opened?.isExpired, false);
  }
});

const reading = {
  config: {
    ...{ authorize, name, identify: { header: "x-user" } },
    storage: { bucket, prefix, handover, uploadSecret: secrets },
  },
  store,
};
everywhere("W9.6, W9.1 opens each recorded id", reading, async ({ ask, stored }) => {
  for (const { id, upload, madeBy } of written.ids) {
    const response = await ask(`/${id}/parts`, { headers: { "x-user": upload.w ?? "anyone" } });
    const status = upload.w ? 200 : 404;
    assert.equal(response.status, status, `${madeBy}: ${await response.text()}`);
    if (upload.w) assert.equal(stored.at(-1)?.path?.split("?")[0], `/films/${upload.o}`);
  }
});

everywhere(
  "W9.2, W9.4 an id contains the upload, encrypted, and expires after a day",
  sealing(),
  async (place) => {
    const { upload_id } = await (await place.ask("", question({ filename: "قط.mp4" }))).json();
    for (const piece of upload_id.split(".")) {
      const text = Buffer.from(piece, "base64url").toString("latin1");
      for (const said of ["alias", "mp4", "uploads/"]) assert(!text.includes(said), text);
    }
    const { o, g, e, ...rest } = open({ secret }, upload_id);
    assert.match(o, /^uploads\/[\da-f]{32}$/);
    assert.deepEqual(g, { alias: "an-alias" });
    const said = { u: "u", s: 3_145_728, p: 16_777_216, n: "قط.mp4", t: "video/mp4" };
    assert.deepEqual(rest, said);
    const left = e - Date.now() / 1000;
    assert(left > 23 * 3600 && left <= 24 * 3600, String(left));
    const again = await (await place.ask("", question())).json();
    assert.notEqual(again.upload_id.slice(0, 18), upload_id.slice(0, 18));
  },
);

const owned = sealing({ identify: { header: "x-user" } });
everywhere("W9.4, W9.2 an id with an owner expires after seven days", owned, async ({ ask }) => {
  const { upload_id } = await (await ask("", question({}, { "x-user": "alice" }))).json();
  const { w, e } = open({ secret }, upload_id);
  assert.equal(w, "alice");
  const left = e - Date.now() / 1000;
  assert(left > 167 * 3600 && left <= 168 * 3600, String(left));
});

/** @type {[title: string, of: Partial<Of>, said?: Partial<import("./upload-ids.mjs").Sealed>][]} */
const others = [
  ["another secret", { secret: older }],
  ["a handler of another name", { name: "avatars" }],
  ["another bucket", { bucket: "songs" }],
  ["another prefix", { prefix: "other/" }],
  ["another handover", { handover: "own" }],
  ["an object outside the prefix", {}, { o: "backups/one" }],
  ["an object whose name is like the prefix", {}, { o: "uploads" }],
  ["an owner without identify", {}, { w: "alice" }],
  ["an expired id", {}, { e: Math.floor(Date.now() / 1000) - 1 }],
];
everywhere("W9.3 refuses ids of other handlers", sealing(), async ({ ask, stored }) => {
  assert.equal((await ask(`/${seal({ secret }, {})}/parts`)).status, 200);
  const before = stored.length;
  for (const [title, of, said = {}] of others) {
    const at = `/${seal({ secret, ...of }, said)}`;
    for (const [path, init] of /** @type {[string, RequestInit?][]} */ ([
      [`${at}/parts`],
      [`${at}/parts`, posted({ parts: [] })],
      [`${at}/complete`, posted({ parts: [] })],
      ...(title === "an expired id" ? [] : [[at, { method: "DELETE" }]]),
    ])) {
      assert.equal(await refused(await ask(path, init), 404), gone, `${title}: ${path}`);
    }
  }
  assert.equal(stored.length, before);
});

everywhere("W9.4 an expired upload can still be aborted", sealing(), async ({ ask, stored }) => {
  const old = seal({ secret }, { e: Math.floor(Date.now() / 1000) - 1 });
  assert.equal((await ask(`/${old}`, { method: "DELETE" })).status, 204);
  assert.equal(stored[0]?.method, "DELETE");
});

const named = sealing({ name: "avatars" });
everywhere("W9.3 derives its keys from the handler's name", named, async ({ ask }) => {
  const { upload_id } = await (await ask("", question())).json();
  assert.equal(open({ secret, name: "avatars" }, upload_id).u, "u");
});

const rotated = sealing({ storage: { uploadSecret: [secret, older] } });
everywhere("W9.5 seals with the newest secret, and opens with each", rotated, async ({ ask }) => {
  const { upload_id } = await (await ask("", question())).json();
  assert.equal(open({ secret }, upload_id).u, "u");
  for (const id of [upload_id, seal({ secret: older }, {})]) {
    assert.equal((await ask(`/${id}/parts`)).status, 200);
  }
});

everywhere("W9.1 accepts only one spelling of an id", sealing(), async ({ ask }) => {
  const id = seal({ secret }, {});
  const last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const others = [...last].map((character) => `${id.slice(0, -1)}${character}`);
  for (const other of [...others, `${id}=`, id.replace("2.", "2.."), `1${id.slice(1)}`]) {
    if (other === id) continue;
    assert.equal(await refused(await ask(`/${other}/parts`), 404), gone, other);
  }
});

const talkative = sealing({ props: ["conditions"] });
everywhere(
  "W9.7 properties of a page that don't fit into an id are a 413",
  talkative,
  async ({ ask, stored }) => {
    const props = { conditions: "x".repeat(10_000) };
    const words = await refused(await ask("", question({ props })), 413);
    assert.equal(words, "The request about this file is too large.");
    assert.deepEqual(
      stored.map(({ method }) => method),
      ["POST", "DELETE"],
    );
    return (log) => assert.equal(log, "");
  },
);

const generous = { protocol: /** @type {const} */ ("multipart"), alias: "x".repeat(10_000) };
const granting = sealing({ authorize: { grant: generous } });
everywhere(
  "W9.7 granted properties that don't fit into an id are a 500",
  granting,
  async ({ ask }) => {
    await refused(await ask("", question()), 500);
    return (log) => assert.match(log, /granted properties must fit/);
  },
);

const advice = /32 bytes.*openssl rand -base64 32/;
builtNowhere("W14.5 a short secret", { storage: { uploadSecret: "x".repeat(31) } }, advice);
builtNowhere("W14.5 an empty secret", { storage: { uploadSecret: "" } }, advice);
builtNowhere("W14.5 no secret in a list", { storage: { uploadSecret: [] } }, /UPLOAD_SECRET/);
builtNowhere(
  "W14.5 a short secret in a list",
  { storage: { uploadSecret: [secret, "old"] } },
  advice,
);
builtNowhere(
  "W14.5 a store's short key alone",
  { storage: { secretAccessKey: "short" } },
  /UPLOAD_SECRET/,
);
