// Tests which texts are MIME types, and which files a list of types allows, with the cases of the Rust core: with
// the JavaScript handler's functions, and over HTTP with each backend. Also tests with which type a file is stored.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { accepts, essence } from "../../backend/js/accept.js";
import { builtNowhere, everywhere } from "./backends.mjs";
import { question, refused } from "./support.mjs";

/**
 * The allowed types, a file, its normalised type (null if it is not a MIME type, which pages then omit), and
 * whether the file is allowed.
 *
 * @typedef {[allowed: string[], filename: string, type: string, known: string | null, isAllowed: boolean]} Case
 */

/** @type {Case[]} */
const cases = JSON.parse(readFileSync(new URL("../core/types.json", import.meta.url), "utf8"));

test("the JavaScript handler's functions decide each case", () => {
  for (const [allowed, filename, type, expected, isAllowed] of cases) {
    const text = `${allowed}: ${filename}, ${JSON.stringify(type)}`;
    const known = type === "" ? "" : (essence(type) ?? null);
    assert.equal(known, expected, text);
    assert.equal(accepts(allowed, { filename, type: known ?? "" }), isAllowed, text);
  }
});

// Starts a server for each list, so this only uses lists with many cases.
for (const list of new Set(cases.map(([allowed]) => JSON.stringify(allowed)))) {
  const some = cases.filter(([allowed]) => JSON.stringify(allowed) === list);
  if (some.length < 5) continue;
  const config = { limits: { allowedFileTypes: JSON.parse(list) } };
  everywhere(`W4.7, W4.4 files that ${list} allows`, { config }, async ({ ask }) => {
    for (const [, filename, type, known, isAllowed] of some) {
      // An empty name would be refused for another reason.
      const response = await ask("", question({ filename: filename || "a", type }));
      if (known !== null && isAllowed) {
        assert.equal(response.status, 200, type);
        continue;
      }
      const message = await refused(response, known === null ? 400 : 403);
      if (known === null) assert.equal(message, "`type` must be a MIME type.");
    }
  });
}

/** A store with one part of five bytes, and then the object. @type {import("./support.mjs").Script} */
const holds = ({ method, path = "" }) => {
  if (method === "HEAD") return { headers: { "content-length": "5", etag: '"e"' } };
  if (method === "GET") {
    const part = "<Part><PartNumber>1</PartNumber><ETag>e</ETag><Size>5</Size></Part>";
    return { body: `<ListPartsResult>${part}</ListPartsResult>` };
  }
  return path.includes("uploads=")
    ? {
        body: "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>",
      }
    : { body: "<a/>" };
};

/** @param {import("./backends.mjs").Place} place @param {string} type */
async function completed({ ask }, type) {
  const { upload_id } = await (await ask("", question({ filesize: 5, type }))).json();
  const body = JSON.stringify({ parts: [{ part_number: 1, etag: "e" }] });
  const headers = { "content-type": "application/json" };
  const response = await ask(`/${upload_id}/complete`, { method: "POST", headers, body });
  return response.json();
}

const authorize = /** @type {const} */ ({ grant: { protocol: "multipart" } });
const storage = /** @type {const} */ ({ handover: "own" });
for (const [said, stored, kind] of /** @type {const} */ ([
  ['video/WebM;codecs="vp9,opus"', "video/webm", "video"],
  ["", "application/octet-stream", "other"],
  // With these types, browsers look into the file, and run it if it looks like HTML.
  ["application/unknown", "application/octet-stream", "other"],
  ["Unknown/Unknown", "application/octet-stream", "other"],
  ["*/*;charset=utf-8", "application/octet-stream", "other"],
])) {
  const given = { config: { authorize, storage }, store: holds };
  everywhere(`W13.4 stores a file of type "${said}" as ${stored}`, given, async (place) => {
    const media = await completed(place, said);
    assert.deepEqual([media.content_type, media.kind], [stored, kind]);
    assert.equal(place.stored[0]?.headers["content-type"], stored);
  });
}

const wildcards = { limits: { allowedFileTypes: ["application/*", "unknown/*", "image/*"] } };
everywhere(
  "W4.4, W4.7 a type that makes browsers guess counts as empty",
  { config: wildcards },
  async ({ ask }) => {
    for (const type of [
      "application/unknown",
      "unknown/unknown",
      "*/*",
      "application/unknown;a=b",
    ]) {
      await refused(await ask("", question({ filename: "a.html", type })), 403);
      assert.equal((await ask("", question({ filename: "a.png", type }))).status, 200, type);
    }
  },
);

for (const disposition of /** @type {const} */ ([undefined, "attachment", "inline"])) {
  const set = { ...storage, ...(disposition && { contentDisposition: disposition }) };
  const given = { config: { authorize, storage: set }, store: holds };
  const expected = disposition ?? "attachment";
  everywhere(
    `W13.4 stores and serves a file as ${disposition ?? "the default"}`,
    given,
    async (place) => {
      const media = await completed(place, "image/png");
      const read = new URL(media.url).searchParams;
      assert.equal(read.get("response-content-disposition"), expected);
      const [begun] = place.stored;
      assert.equal(begun?.headers["content-disposition"], expected);
      const { searchParams } = new URL(begun?.path ?? "", place.url);
      const signed = searchParams.get("X-Amz-SignedHeaders")?.split(";");
      assert(signed?.includes("content-disposition"), String(signed));
    },
  );
}
const other = { contentDisposition: /** @type {any} */ ("form-data") };
builtNowhere("W14.6 an unknown disposition", { storage: other }, /attachment/);
