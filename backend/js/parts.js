// What a page says about parts: read, checked, and still not trusted. And how a file is cut into them.

import { readSum, sumTold } from "./checksums.js";
import { badRequest, Refusal } from "./refusal.js";
import { partBytes, partCount } from "./upload-id.js";

const MiB = 1024 * 1024;

/** The limits of the S3 protocol ("Amazon S3 multipart upload limits"), in bytes. */
const smallest = 5 * MiB;
const largest = 5 * 1024 * MiB;
const mostParts = 10_000;
const largestFile = 5 * 1024 * 1024 * MiB;

/** The most parts that one question may be about. */
const mostToSign = 100;

/** In characters. An ETag of S3 has some forty. */
const longestEtag = 256;

/**
 * The size of a file's parts: `wished`, or as much more as it takes; `undefined` where the file is too
 * large for any. Whole MiB, so that their bounds are easy to read.
 *
 * @param {number} size
 * @param {number} wished
 */
export function partSizeFor(size, wished) {
  if (size > largestFile) return undefined;
  const needed = Math.max(wished, Math.ceil(size / mostParts));
  return Math.ceil(Math.min(Math.max(needed, smallest), largest) / MiB) * MiB;
}

/** @typedef {import("./upload-id.js").Upload} Upload */

/** @param {Record<string, unknown>} body @returns {any[]} */
function listIn({ parts }) {
  if (Array.isArray(parts)) return parts;
  throw badRequest("The request cannot be read: `parts` is no list.");
}

/**
 * The parts whose URLs are asked for, each with its checksum, where one is wanted.
 *
 * @param {Upload} upload
 * @param {Record<string, unknown>} body
 */
export function partsToSign(upload, body) {
  const parts = listIn(body);
  if (parts.length > mostToSign) {
    throw badRequest(`The request is about ${parts.length} parts; it may be about ${mostToSign}.`);
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
 * What the page says of every part, in order: exactly as many as the file has.
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
      throw badRequest(`The \`etag\` of part ${number} is none.`);
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
 * Every part of the file as the store has it, if that is what the page says and what was planned.
 *
 * @param {Upload} upload
 * @param {ReturnType<typeof claimedParts>} claimed
 * @param {import("./storage.js").StoredPart[]} stored
 */
export function compared(upload, claimed, stored) {
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  return claimed.map((claim, at) => {
    const number = at + 1;
    const conflict = (/** @type {string} */ words) => new Refusal(409, words);
    const part = byNumber.get(number);
    if (!part) throw conflict(`Part ${number} has not arrived.`);
    const size = partBytes(upload, number);
    if (part.size !== size) {
      throw conflict(`Part ${number} has ${part.size} bytes; it should have ${size}.`);
    }
    if (bare(part.etag) !== bare(claim.etag)) {
      throw conflict(`Part ${number} is not the one that was sent last: its ETag differs.`);
    }
    const told = sumTold(upload.checksums, part);
    if (told && claim.checksum && told !== claim.checksum) {
      throw conflict(`Part ${number} has another checksum.`);
    }
    // Where the store tells none, it may still want it.
    return { ...part, checksum: part.checksum ?? claim.checksum };
  });
}

/**
 * What stands inside an ETag. Some stores leave out the quotes in lists, and proxies that change an answer's
 * encoding make its ETag a weak one, `W/"…"`. Hex digits are the same in either case.
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

/** @param {Upload} upload @param {number} number @param {unknown} said */
const checksumOf = ({ checksums }, number, said) =>
  readSum(checksums, said, (why) => badRequest(`The \`checksum\` of part ${number} ${why}`));

/** @param {number} number */
const twice = (number) => badRequest(`Part ${number} is there twice.`);
