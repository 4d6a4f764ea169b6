// What becomes of bytes that change on their way to the store, by which checksums it knows and whether it
// looks at them: each backend in front of a store that says what it has.

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

/** @type {Record<Checksums, (bytes: Buffer) => string>} As a page says it. */
const sumOf = {
  crc32c: (bytes) => crc32c(new Uint8Array(bytes)),
  md5: (bytes) => md5(bytes).toString("base64"),
  none: () => "",
};

/**
 * @typedef {object} Knows what a store tells of its parts, and of an object that is made of them
 * @property {boolean} [sums] of each part, in a list
 * @property {boolean} [composite] of the object
 * @property {boolean} [isOpaque] ETags are of another kind
 */

/**
 * A store that has one part of an upload, with these bytes.
 *
 * @param {Buffer} has
 * @param {Knows} knows
 * @returns {Script}
 */
function storeWith(has, { sums, composite, isOpaque }) {
  let isComplete = false;
  const etag = isOpaque ? "opaque" : md5(has).toString("hex");
  const whole = isOpaque ? "opaque" : `${md5(md5(has)).toString("hex")}-1`;
  const sum = sumOf.crc32c(has);
  const sumOfSums = `${sumOf.crc32c(Buffer.from(sum, "base64"))}-1`;
  return ({ method, path = "", headers }) => {
    if (method === "HEAD") {
      const tells = composite && headers["x-amz-checksum-mode"] === "ENABLED";
      const told = { "content-length": "5", etag: `"${whole}"` };
      if (!isComplete) return { status: 404 };
      return { headers: { ...told, ...(tells && { "x-amz-checksum-crc32c": sumOfSums }) } };
    }
    if (method === "GET") {
      if (isComplete) return { status: 404, body: "<Error><Code>NoSuchUpload</Code></Error>" };
      const told = sums ? `<ChecksumCRC32C>${sum}</ChecksumCRC32C>` : "";
      const part = `<PartNumber>1</PartNumber><Size>5</Size><ETag>"${etag}"</ETag>${told}`;
      return { body: `<ListPartsResult><Part>${part}</Part></ListPartsResult>` };
    }
    if (path.includes("uploads=")) return { body: "<R><UploadId>u</UploadId></R>" };
    isComplete = method === "POST";
    return { body: "<CompleteMultipartUploadResult/>" };
  };
}

/**
 * What the page does: it says the sum of its bytes, and names the part as the store does.
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
  everywhere(`W10.3, W13.6 a part is signed with ${kind}`, given, async (place) => {
    const said = await sent(place, kind, "e");
    assert.deepEqual(said.headers, headers);
    assert.equal(said.names, signed);
    const [begun] = place.stored;
    const algorithm = kind === "crc32c" ? "CRC32C" : undefined;
    assert.equal(begun?.headers["x-amz-checksum-algorithm"], algorithm);
  });
}

const full = { sums: true, composite: true };
const changed = "The file was changed on its way: its checksum is another.";
const another = "Part 1 has another checksum.";
const silent = /uploads are not verified: .*`checksums` \(S3_CHECKSUMS\)/;

/**
 * What is answered to the page, and to be found in the app's log.
 *
 * @type {[title: string, kind: Checksums, has: Buffer, knows: Knows, verified: string | false | undefined,
 *   message?: string | undefined, log?: RegExp][]}
 */
const cases = [
  ["a store that knows CRC32C", "crc32c", bytes, full, "crc32c"],
  ["a store that knows CRC32C, and has others", "crc32c", others, full, undefined, another],
  ["one that tells it of all", "crc32c", bytes, { composite: true }, "crc32c"],
  [
    "one that tells it of all, and has others",
    .../** @type {const} */ (["crc32c", others, { composite: true }, undefined, changed]),
  ],
  ["one that ignores CRC32C", "crc32c", bytes, {}, false, undefined, silent],
  ["one that ignores CRC32C, and has others", "crc32c", others, {}, false, undefined, silent],
  ["one that knows MD5", "md5", bytes, {}, "md5"],
  ["one that knows MD5, and has others", "md5", others, {}, undefined, another],
  ["one with other ETags", "md5", bytes, { isOpaque: true }, false, undefined, silent],
  ["one that is not asked", "none", others, full, false],
];
for (const [title, kind, has, knows, verified, message, words] of cases) {
  const storage = { checksums: kind, handover: /** @type {const} */ ("own") };
  const etag = knows.isOpaque ? '"opaque"' : `"${md5(has).toString("hex")}"`;
  // Each backend has a store of its own.
  /** @type {Script | undefined} */
  let script;
  /** @type {Script} */
  const store = (seen) => script?.(seen);
  const given = { config: { authorize, storage }, store };
  everywhere(`W11.6 bytes are verified by ${kind} in ${title}`, given, async (place) => {
    script = storeWith(has, knows);
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
      // Where the store still knows whose parts they are, the same again.
      if (!knows.isOpaque) assert.deepEqual(await (await complete()).json(), media);
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
  everywhere(`W13.6 a store that refuses to begin, with ${kind}`, given, async ({ ask }) => {
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
  everywhere(`W10.2 with ${kind}, takes no ${JSON.stringify(checksum)}`, given, async ({ ask }) => {
    const { upload_id } = await (await ask("", question({ filesize: 5 }))).json();
    const parts = [{ part_number: 1, checksum }];
    const answer = await ask(`/${upload_id}/parts`, posted({ parts }));
    assert.equal(await refused(answer, 400), message);
  });
}

const misspelt = /** @type {any} */ ({ checksums: "sha1" });
builtNowhere(
  "W14.6 checksums that there are not",
  { storage: misspelt },
  /checksums|unknown variant/,
);
