// Verifies the bytes of each part with a checksum. The page sends it when it requests the part's URL,
// the URL is signed with it, and the store checks it. Stores support different checksums, and some
// ignore them silently. So the handler also compares what the store says about its parts with the
// page's checksums.

/**
 * @typedef {import("./index.d.ts").Checksums} Checksums
 *
 * @typedef {Exclude<Checksums, "none"> | false} Verified the checksum by which the stored bytes were verified
 */

/** @type {Record<Checksums, { header?: string, form: RegExp, isCalled: string }>} */
const kinds = {
  // The last character before the padding has only two significant bits.
  crc32c: {
    header: "x-amz-checksum-crc32c",
    form: /^[\dA-Za-z+/]{5}[AQgw]==$/,
    isCalled: "four bytes in base64",
  },
  md5: {
    header: "content-md5",
    form: /^[\dA-Za-z+/]{21}[AQgw]==$/,
    isCalled: "sixteen bytes in base64",
  },
  none: { form: /(?:)/, isCalled: "" },
};

/** @param {unknown} name @returns {name is Checksums} */
export const isKind = (name) => typeof name === "string" && Object.hasOwn(kinds, name);

/**
 * Returns the headers for the request that sends a part.
 *
 * @param {Checksums} kind
 * @param {string | undefined} sum
 * @returns {Record<string, string>}
 */
export function headersWith(kind, sum) {
  const { header } = kinds[kind];
  return header !== undefined && sum !== undefined ? { [header]: sum } : {};
}

/**
 * Returns a page's checksum of a part. Returns `undefined` if the upload has no checksums.
 *
 * @param {Checksums} kind
 * @param {unknown} sum
 * @param {(message: string) => Error} wrong
 */
export function readSum(kind, sum, wrong) {
  if (kind === "none") return undefined;
  const { form, isCalled } = kinds[kind];
  if (typeof sum === "string" && form.test(sum)) return sum;
  throw wrong(`is not ${isCalled}.`);
}

/**
 * Returns the store's checksum of a part in base64, if it has one. In most stores, the ETag of a part
 * is its MD5.
 *
 * @param {Checksums} kind
 * @param {{ etag: string, checksum?: string | undefined }} part
 */
export function storedSum(kind, { etag, checksum }) {
  if (kind === "crc32c") return checksum;
  const [, hex] = /^(?:W\/)?"?([\da-f]{32})"?$/i.exec(etag) ?? [];
  if (kind === "none" || hex === undefined) return undefined;
  return btoa(String.fromCharCode(...bytesOf(hex)));
}

/** @param {string} hex two digits for each byte */
export const bytesOf = (hex) =>
  Uint8Array.from(hex.match(/../g) ?? [], (two) => Number.parseInt(two, 16));

/**
 * Returns by what an object of several parts was verified. If the store returns a composite checksum,
 * or an ETag made of MD5s, it has checked the parts' checksums, and the handler compared them before
 * completing the upload. Returns the same for every request about the object.
 *
 * @param {Checksums} kind
 * @param {{ etag?: string | undefined, checksum?: string | undefined }} object
 * @returns {Verified}
 */
export function verifiedBy(kind, { etag = "", checksum }) {
  if (kind === "crc32c" && checksum?.includes("-")) return kind;
  return kind === "md5" && /^(?:W\/)?"?[\da-f]{32}-\d+"?$/i.test(etag) ? kind : false;
}

/**
 * The warning for the app about a store that verifies nothing.
 *
 * @param {Exclude<Checksums, "none">} kind
 */
export const unverified = (kind) =>
  kind === "crc32c"
    ? 'uploads are not verified: the store tells no CRC32C of what it has put together. Set `checksums` (S3_CHECKSUMS) to "md5", or to "none" if that is meant'
    : 'uploads are not verified: the store\'s ETags are not made of MD5s. Set `checksums` (S3_CHECKSUMS) to "crc32c", or to "none" if that is meant';

/** The warning for the app about a store that answers 501 to a checksum. */
export const unknownChecksums =
  'it does not know CRC32C: set `checksums` (S3_CHECKSUMS) to "md5" or "none"';
