// Reads and validates what a page says about parts, which must still not be trusted, and chooses the
// part size.

import { readSum, storedSum } from "./checksums.js";
import { badRequest, Refusal } from "./refusal.js";
import { partBytes, partCount } from "./upload-id.js";

const MiB = 1024 * 1024;

/** The limits of the S3 protocol ("Amazon S3 multipart upload limits"), in bytes. */
const smallest = 5 * MiB;
const largest = 5 * 1024 * MiB;
const mostParts = 10_000;
const largestFile = 5 * 1024 * 1024 * MiB;

/** The most parts that one request can ask for. */
const maxToSign = 100;

/** In characters. An ETag of S3 has about forty. */
const longestEtag = 256;

/**
 * Returns the size of a file's parts: `requested`, or more if the file needs it. Returns `undefined` if
 * the file is too large for any size. Sizes are whole MiB, so that offsets are easy to read.
 *
 * @param {number} size
 * @param {number} requested
 */
export function partSizeFor(size, requested) {
  if (size > largestFile) return undefined;
  const needed = Math.max(requested, Math.ceil(size / mostParts));
  return Math.ceil(Math.min(Math.max(needed, smallest), largest) / MiB) * MiB;
}

/** @typedef {import("./upload-id.js").Upload} Upload */

/** @param {Record<string, unknown>} body @returns {any[]} */
function listIn({ parts }) {
  if (Array.isArray(parts)) return parts;
  throw badRequest("The request cannot be read: `parts` is no list.");
}

/**
 * Returns the parts whose URLs a page requests, with their checksums if the upload has them.
 *
 * @param {Upload} upload
 * @param {Record<string, unknown>} body
 */
export function partsToSign(upload, body) {
  const parts = listIn(body);
  if (parts.length > maxToSign) {
    throw badRequest(`A request can be about at most ${maxToSign} parts, not ${parts.length}.`);
  }
  const seen = new Set();
  return parts.map((part) => {
    const number = numberOf(upload, part);
    if (seen.has(number)) throw twice(number);
    seen.add(number);
    return { number, checksum: checksumOf(upload, number, part?.checksum) };
  });
}

/**
 * Returns the page's list of all parts, in order. Throws unless it contains every part of the file once.
 *
 * @param {Upload} upload
 * @param {Record<string, unknown>} body
 */
export function claimedParts(upload, body) {
  /** @type {Map<number, { etag: string, checksum: string | undefined }>} */
  const claimed = new Map();
  for (const part of listIn(body)) {
    const number = numberOf(upload, part);
    const { etag, checksum } = part;
    if (typeof etag !== "string" || !/^[\x21-\x7e]+$/.test(etag) || etag.length > longestEtag) {
      throw badRequest(`The \`etag\` of part ${number} must be 1 to 256 visible ASCII characters.`);
    }
    if (claimed.has(number)) throw twice(number);
    const sum = checksum == null ? undefined : checksumOf(upload, number, checksum);
    claimed.set(number, { etag, checksum: sum });
  }
  return Array.from({ length: partCount(upload) }, (_, at) => {
    const part = claimed.get(at + 1);
    if (part) return part;
    throw new Refusal(422, `Part ${at + 1} is missing from the list.`);
  });
}

/**
 * Returns all parts as the store has them. Throws unless they match the page's list and the plan.
 *
 * @param {Upload} upload
 * @param {ReturnType<typeof claimedParts>} claimed
 * @param {import("./storage.js").StoredPart[]} stored
 */
export function compared(upload, claimed, stored) {
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  return claimed.map((claim, at) => {
    const number = at + 1;
    const conflict = (/** @type {string} */ message) => new Refusal(409, message);
    const part = byNumber.get(number);
    if (!part) throw conflict(`Part ${number} has not arrived.`);
    const size = partBytes(upload, number);
    if (part.size !== size) {
      throw conflict(`Part ${number} has ${part.size} bytes; it should have ${size}.`);
    }
    if (bare(part.etag) !== bare(claim.etag)) {
      throw conflict(`Part ${number} is not the one that was sent last: its ETag differs.`);
    }
    const sum = storedSum(upload.checksums, part);
    if (sum && claim.checksum && sum !== claim.checksum) {
      throw conflict(`Part ${number} has another checksum.`);
    }
    // A store that returns no checksum may still require one.
    return { ...part, checksum: part.checksum ?? claim.checksum };
  });
}

/**
 * Returns an ETag without its quotes, and hex digits in lower case. Some stores omit the quotes in
 * lists, and proxies that change an answer's encoding make its ETag weak: `W/"…"`.
 *
 * @param {string} etag
 */
export function bare(etag) {
  const inside = etag.replace(/^W\//, "").replaceAll('"', "");
  return /^[\da-f-]+$/i.test(inside) ? inside.toLowerCase() : inside;
}

/** @param {Upload} upload @param {any} part @returns {number} */
function numberOf(upload, part) {
  const number = part?.part_number;
  if (!Number.isInteger(number)) {
    throw badRequest("The request cannot be read: a `part_number` is no number.");
  }
  const count = partCount(upload);
  if (number >= 1 && number <= count) return number;
  throw badRequest(`The file has no part ${number}: its parts are 1 to ${count}.`);
}

/** @param {Upload} upload @param {number} number @param {unknown} sum */
const checksumOf = ({ checksums }, number, sum) =>
  readSum(checksums, sum, (why) => badRequest(`The \`checksum\` of part ${number} ${why}`));

/** @param {number} number */
const twice = (number) => badRequest(`Part ${number} is listed twice.`);
