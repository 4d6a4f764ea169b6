// The parts of a file: how many and how large they are, what a page says of them, and whether that is
// what the store has.

import { Refusal } from "../refusal.js";
import { readPartList, unreadable } from "../request.js";

/** @typedef {import("../upload-id.js").Upload} Upload */
/** @typedef {import("../storage/index.js").StoredPart} StoredPart */

/** S3's bounds. Bytes, but for the count. */
const MIN_PART_SIZE = 5 * 2 ** 20;
const MAX_PART_SIZE = 5 * 2 ** 30;
const MAX_PARTS = 10_000;
const MAX_FILE_SIZE = 5 * 2 ** 40;

/** Parts are whole MiB, so that their bounds are easy to read. */
const STEP = 2 ** 20;

/** The most parts that one question may be about. */
const MOST_TO_SIGN = 100;

/** Bytes of JSON: some hundred parts to sign. */
const MAX_SIGN_SIZE = 64 * 1024;

/** Bytes of JSON: every part of the largest file. */
const MAX_COMPLETE_SIZE = 4 * 2 ** 20;

/** Characters. An ETag of S3 has some forty. */
const LONGEST_ETAG = 256;

/**
 * The size of the parts of a file: `wished`, or as much more as it takes to need no more than S3 allows.
 * `undefined` where the file is too large for any.
 *
 * @param {number} fileSize
 * @param {number} wished
 */
export function partSizeFor(fileSize, wished) {
  if (fileSize > MAX_FILE_SIZE) return undefined;
  const least = Math.ceil(fileSize / MAX_PARTS);
  const size = Math.min(Math.max(wished, least, MIN_PART_SIZE), MAX_PART_SIZE);
  return Math.min(Math.ceil(size / STEP) * STEP, MAX_PART_SIZE);
}

/**
 * An empty file has one.
 *
 * @param {Upload} upload
 */
function partCount({ s: size, p: partSize }) {
  return Math.max(1, Math.ceil(size / partSize));
}

/**
 * @param {Upload} upload
 * @param {number} number
 */
export function hasPart(upload, number) {
  return Number.isInteger(number) && number >= 1 && number <= partCount(upload);
}

/**
 * How large a part is, in bytes.
 *
 * @param {Upload} upload
 * @param {number} number
 */
export function partBytes({ s: size, p: partSize }, number) {
  return Math.min(Math.max(0, size - (number - 1) * partSize), partSize);
}

/**
 * The parts whose URLs are asked for, each with its checksum.
 *
 * @param {Upload} upload
 * @param {Request} request
 */
export async function readPartsToSign(upload, request) {
  const parts = await readPartList(request, MAX_SIGN_SIZE);
  const read = parts.map((part) => ({
    number: wholeNumber(part.part_number),
    checksum: string(part.checksum, "checksum"),
  }));
  if (read.length > MOST_TO_SIGN) {
    const words = `The request is about ${read.length} parts; it may be about ${MOST_TO_SIGN}.`;
    throw new Refusal(400, words);
  }
  const seen = new Set();
  for (const { number, checksum } of read) {
    checkNumber(upload, number);
    if (seen.has(number)) throw twice(number);
    seen.add(number);
    checkChecksum(number, checksum);
  }
  return read;
}

/**
 * What the page says of every part, in order: exactly as many as the file has.
 *
 * @param {Upload} upload
 * @param {Request} request
 */
export async function readClaimedParts(upload, request) {
  const parts = await readPartList(request, MAX_COMPLETE_SIZE);
  const read = parts.map(({ part_number, etag, checksum = null }) => ({
    number: wholeNumber(part_number),
    etag: string(etag, "etag"),
    checksum: checksum === null ? undefined : string(checksum, "checksum"),
  }));
  /** @type {Map<number, { etag: string, checksum: string | undefined }>} */
  const claimed = new Map();
  for (const { number, etag, checksum } of read) {
    checkNumber(upload, number);
    if (etag.length > LONGEST_ETAG || !/^[\x21-\x7e]+$/.test(etag)) {
      throw new Refusal(400, `The \`etag\` of part ${number} is none.`);
    }
    if (checksum !== undefined) checkChecksum(number, checksum);
    if (claimed.has(number)) throw twice(number);
    claimed.set(number, { etag, checksum });
  }
  return Array.from({ length: partCount(upload) }, (_, index) => {
    const claim = claimed.get(index + 1);
    if (!claim) throw new Refusal(422, `Part ${index + 1} is missing from the list.`);
    return claim;
  });
}

/**
 * Every part of the file as the store has it, if that is what the page says and what was planned.
 *
 * @param {Upload} upload
 * @param {{ etag: string, checksum: string | undefined }[]} claimed
 * @param {StoredPart[]} stored
 * @returns {StoredPart[]}
 */
export function compareParts(upload, claimed, stored) {
  const arrived = new Map(stored.map((part) => [part.number, part]));
  return claimed.map((claim, index) => {
    const number = index + 1;
    const part = arrived.get(number);
    const size = partBytes(upload, number);
    if (!part) throw new Refusal(409, `Part ${number} has not arrived.`);
    if (part.size !== size) {
      throw new Refusal(409, `Part ${number} has ${part.size} bytes; it should have ${size}.`);
    }
    if (bare(part.etag) !== bare(claim.etag)) {
      const words = `Part ${number} is not the one that was sent last: its ETag differs.`;
      throw new Refusal(409, words);
    }
    if (part.checksum && claim.checksum && part.checksum !== claim.checksum) {
      throw new Refusal(409, `Part ${number} has another checksum.`);
    }
    // The store has verified the page's checksum. Where it tells none, it may still want it.
    return { ...part, checksum: part.checksum ?? claim.checksum };
  });
}

/** An ETag without its quotes: some stores leave them out in lists. @param {string} etag */
const bare = (etag) => etag.replace(/^"+|"+$/g, "");

/** @param {unknown} value */
function wholeNumber(value) {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw unreadable("a `part_number` is no whole number");
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function string(value, name) {
  if (typeof value === "string") return value;
  throw unreadable(`an \`${name}\` is no string`);
}

/**
 * @param {Upload} upload
 * @param {number} number
 */
function checkNumber(upload, number) {
  if (hasPart(upload, number)) return;
  const words = `The file has no part ${number}: its parts are 1 to ${partCount(upload)}.`;
  throw new Refusal(400, words);
}

/**
 * @param {number} number
 * @param {string} checksum
 */
function checkChecksum(number, checksum) {
  if (/^[A-Za-z0-9+/]{5}[AQgw]==$/.test(checksum)) return;
  throw new Refusal(400, `The \`checksum\` of part ${number} is not four bytes in base64.`);
}

/** @param {number} number */
const twice = (number) => new Refusal(400, `Part ${number} is there twice.`);
