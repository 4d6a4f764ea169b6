// Tests each backend against bytes that were changed on the way to the store. The scripted stores differ in
// the checksums that they support and return.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { builtNowhere, everywhere } from "./backends.mjs";
import { crc32c, posted, question, refused } from "./support.mjs";

/** @typedef {import("./support.mjs").Script} Script */
/** @typedef {"crc32c" | "md5" | "none"} Checksums */

const authorize = /** @type {const} */ ({ grant: { protocol: "multipart" } });
const bytes = Buffer.from("hello");
const others = Buffer.from("jello");

/** @param {Buffer} bytes */
const md5 = (bytes) => createHash("md5").update(bytes).digest();

/** Computes a checksum as a page sends it. @type {Record<Checksums, (bytes: Buffer) => string>} */
const sumOf = {
  crc32c: (bytes) => crc32c(new Uint8Array(bytes)),
  md5: (bytes) => md5(bytes).toString("base64"),
  none: () => "",
};

/**
 * @typedef {object} Support which checksums a store returns
 * @property {boolean} [sums] whether its list of parts contains their CRC32C
 * @property {boolean} [composite] whether it returns the composite checksum of an object
 * @property {boolean} [isOpaque] whether its ETags are not MD5s
 */

/**
 * Returns a store that has one part of an upload, with these bytes.
 *
 * @param {Buffer} received the bytes that arrived
 * @param {Support} support
 * @returns {Script}
 */
function storeWith(received, { sums, composite, isOpaque }) {
  let isComplete = false;
  const etag = isOpaque ? "opaque" : md5(received).toString("hex");
  const whole = isOpaque ? "opaque" : `${md5(md5(received)).toString("hex")}-1`;
  const sum = sumOf.crc32c(received);
  const sumOfSums = `${sumOf.crc32c(Buffer.from(sum, "base64"))}-1`;
  return ({ method, path = "", headers }) => {
    if (method === "HEAD") {
      const isSummed = composite && headers["x-amz-checksum-mode"] === "ENABLED";
      const facts = { "content-length": "5", etag: `"${whole}"` };
      if (!isComplete) return { status: 404 };
      return { headers: { ...facts, ...(isSummed && { "x-amz-checksum-crc32c": sumOfSums }) } };
    }
    if (method === "GET") {
      if (isComplete) return { status: 404, body: "<Error><Code>NoSuchUpload</Code></Error>" };
      const checksum = sums ? `<ChecksumCRC32C>${sum}</ChecksumCRC32C>` : "";
      const part = `<PartNumber>1</PartNumber><Size>5</Size><ETag>"${etag}"</ETag>${checksum}`;
      return { body: `<ListPartsResult><Part>${part}</Part></ListPartsResult>` };
    }
    if (path.includes("uploads=")) return { body: "<R><UploadId>u</UploadId></R>" };
    isComplete = method === "POST";
    return { body: "<CompleteMultipartUploadResult/>" };
  };
}

/**
 * Begins an upload as a page does, with the checksum of its bytes. `complete` lists the part with this ETag.
 *
 * @param {import("./backends.mjs").Place} place
 * @param {Checksums} kind
 * @param {string} etag
 */
async function sent({ ask }, kind, etag) {
  const target = await (await ask("", question({ filesize: 5 }))).json();
  assert.equal(target.checksums, kind === "crc32c" ? undefined : kind);
  const at = `/${target.upload_id}`;
  const listed = await (await ask(`${at}/parts`)).json();
  assert.equal(listed.checksums, target.checksums);
  const checksum = sumOf[kind](bytes);
  const wanted = { part_number: 1, ...(kind !== "none" && { checksum }) };
  const signed = await (await ask(`${at}/parts`, posted({ parts: [wanted] }))).json();
  const [{ url, headers }] = signed.parts;
  const claimed = { part_number: 1, etag, ...(kind !== "none" && { checksum }) };
  const complete = () => ask(`${at}/complete`, posted({ parts: [claimed] }));
  return { headers, complete, names: new URL(url).searchParams.get("X-Amz-SignedHeaders") };
}

const usual = "content-length;host";

/** @type {[kind: Checksums, headers: Record<string, string>, signed: string][]} */
const kinds = [
  ["crc32c", { "x-amz-checksum-crc32c": sumOf.crc32c(bytes) }, `${usual};x-amz-checksum-crc32c`],
  ["md5", { "content-md5": sumOf.md5(bytes) }, `content-length;content-md5;host`],
  ["none", {}, usual],
];
for (const [kind, headers, signed] of kinds) {
  const storage = { checksums: kind, handover: /** @type {const} */ ("own") };
  const given = { config: { authorize, storage }, store: storeWith(bytes, {}) };
  everywhere(`W10.3, W13.6 signs a part with the headers for ${kind}`, given, async (place) => {
    const said = await sent(place, kind, "e");
    assert.deepEqual(said.headers, headers);
    assert.equal(said.names, signed);
    const [begun] = place.stored;
    const algorithm = kind === "crc32c" ? "CRC32C" : undefined;
    assert.equal(begun?.headers["x-amz-checksum-algorithm"], algorithm);
  });
}

const full = { sums: true, composite: true };
const changed = "The file was changed on the way: its checksum differs.";
const another = "Part 1 has another checksum.";
const silent = /uploads are not verified: .*`checksums` \(S3_CHECKSUMS\)/;

/**
 * For each store: the answer to the page, and what the app's log contains.
 *
 * @type {[title: string, kind: Checksums, received: Buffer, support: Support, verified: string | false | undefined,
 *   message?: string | undefined, log?: RegExp][]}
 */
const cases = [
  ["a store with CRC32C", "crc32c", bytes, full, "crc32c"],
  ["a store with CRC32C and other bytes", "crc32c", others, full, undefined, another],
  ["a store with only composite checksums", "crc32c", bytes, { composite: true }, "crc32c"],
  [
    "a store with only composite checksums and other bytes",
    .../** @type {const} */ (["crc32c", others, { composite: true }, undefined, changed]),
  ],
  ["a store that ignores CRC32C", "crc32c", bytes, {}, false, undefined, silent],
  ["a store that ignores CRC32C, with other bytes", "crc32c", others, {}, false, undefined, silent],
  ["a store with MD5", "md5", bytes, {}, "md5"],
  ["a store with MD5 and other bytes", "md5", others, {}, undefined, another],
  ["a store whose ETags are not MD5s", "md5", bytes, { isOpaque: true }, false, undefined, silent],
  ["a store with other bytes, unchecked", "none", others, full, false],
];
for (const [title, kind, received, support, verified, message, words] of cases) {
  const storage = { checksums: kind, handover: /** @type {const} */ ("own") };
  const etag = support.isOpaque ? '"opaque"' : `"${md5(received).toString("hex")}"`;
  // A new store for each backend.
  /** @type {Script | undefined} */
  let script;
  /** @type {Script} */
  const store = (seen) => script?.(seen);
  const given = { config: { authorize, storage }, store };
  everywhere(`W11.6 verifies bytes by ${kind}: ${title}`, given, async (place) => {
    script = storeWith(received, support);
    const { complete } = await sent(place, kind, etag);
    const answer = await complete();
    const removed = place.stored.filter(({ method, path }) => {
      return method === "DELETE" && !path?.includes("uploadId");
    });
    assert.equal(removed.length, message === changed ? 1 : 0);
    if (message !== undefined) assert.equal(await refused(answer, 409), message);
    else {
      const media = await answer.json();
      assert.deepEqual([media.filesize, media.verified], [5, verified]);
      // If the store identifies the parts, a repeated request gets the same answer.
      if (!support.isOpaque) assert.deepEqual(await (await complete()).json(), media);
    }
    return (log) => {
      if (words === undefined) assert.doesNotMatch(log, /verified/);
      else assert.equal(log.split(words).length, 2, log);
    };
  });
}

for (const kind of /** @type {const} */ (["crc32c", "md5", "none"])) {
  const store = () => ({ status: 501, body: "<Error><Code>NotImplemented</Code></Error>" });
  const given = { config: { authorize, storage: { checksums: kind } }, store };
  everywhere(`W13.6 the store answers 501 to an upload with ${kind}`, given, async ({ ask }) => {
    const message = await refused(await ask("", question({ filesize: 5 })), 501);
    assert.equal(message, "The file store refused this app's request.");
    const advice = /does not know CRC32C: set `checksums` \(S3_CHECKSUMS\) to .md5. or .none./;
    return (log) => {
      assert.match(log, /NotImplemented/);
      if (kind === "crc32c") assert.match(log, advice);
      else assert.doesNotMatch(log, /S3_CHECKSUMS/);
    };
  });
}

/** @type {[kind: Checksums, checksum: unknown, message: string][]} */
const wrong = [
  ["crc32c", sumOf.md5(bytes), "The `checksum` of part 1 is not four bytes in base64."],
  ["md5", sumOf.crc32c(bytes), "The `checksum` of part 1 is not sixteen bytes in base64."],
  ["md5", undefined, "The `checksum` of part 1 is not sixteen bytes in base64."],
  ["md5", null, "The `checksum` of part 1 is not sixteen bytes in base64."],
  ["md5", 1, "The `checksum` of part 1 is not sixteen bytes in base64."],
  // 130 bits.
  ["md5", `${"A".repeat(21)}B==`, "The `checksum` of part 1 is not sixteen bytes in base64."],
];
for (const [kind, checksum, message] of wrong) {
  const given = {
    config: { authorize, storage: { checksums: kind } },
    store: storeWith(bytes, {}),
  };
  everywhere(
    `W10.2 with ${kind}, refuses the checksum ${JSON.stringify(checksum)}`,
    given,
    async ({ ask }) => {
      const { upload_id } = await (await ask("", question({ filesize: 5 }))).json();
      const parts = [{ part_number: 1, checksum }];
      const answer = await ask(`/${upload_id}/parts`, posted({ parts }));
      assert.equal(await refused(answer, 400), message);
    },
  );
}

const misspelt = /** @type {any} */ ({ checksums: "sha1" });
builtNowhere(
  "W14.6 an unknown kind of checksum",
  { storage: misspelt },
  /checksums|unknown variant/,
);
