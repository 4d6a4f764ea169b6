// How the bytes of each part are verified: by a sum that the page says when it asks for the part's URL, that
// is signed with it, and that the store compares. Stores differ in which they know, and some ignore them
// without a word, so what a store says of its parts afterwards is held against the page's word, too.

/**
 * @typedef {import("./index.d.ts").Checksums} Checksums
 *
 * @typedef {Exclude<Checksums, "none"> | false} Verified by what the stored bytes are known to be the page's
 */

/** @type {Record<Checksums, { header?: string, form: RegExp, isCalled: string }>} */
const kinds = {
  // The last character before the padding holds but two of the bits.
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
 * What a part is sent with, besides its bytes.
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
 * A page's checksum of a part; nothing where none is wanted.
 *
 * @param {Checksums} kind
 * @param {unknown} said
 * @param {(message: string) => Error} wrong
 */
export function readSum(kind, said, wrong) {
  if (kind === "none") return undefined;
  const { form, isCalled } = kinds[kind];
  if (typeof said === "string" && form.test(said)) return said;
  throw wrong(`is not ${isCalled}.`);
}

/**
 * The sum of a part as the store tells it, in base64, if it does. Most stores' ETags of parts are their MD5.
 *
 * @param {Checksums} kind
 * @param {{ etag: string, checksum?: string | undefined }} part
 */
export function sumTold(kind, { etag, checksum }) {
  if (kind === "crc32c") return checksum;
  const [, hex] = /^(?:W\/)?"?([\da-f]{32})"?$/i.exec(etag) ?? [];
  if (kind === "none" || hex === undefined) return undefined;
  return btoa(String.fromCharCode(...bytesOf(hex)));
}

/** @param {string} hex two digits for each byte */
export const bytesOf = (hex) =>
  Uint8Array.from(hex.match(/../g) ?? [], (two) => Number.parseInt(two, 16));

/**
 * By what an object of several parts is known to be made of them: a store that tells a composite checksum of it,
 * or an ETag that is made of MD5s, has compared those of its parts, and so has this handler before they were put
 * together. The same whoever asks, and how often.
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
 * What the app should know of a store that verifies nothing.
 *
 * @param {Exclude<Checksums, "none">} kind
 */
export const unverified = (kind) =>
  kind === "crc32c"
    ? 'uploads are not verified: the store tells no CRC32C of what it has put together. Set `checksums` (S3_CHECKSUMS) to "md5", or to "none" if that is meant'
    : 'uploads are not verified: the store\'s ETags are not made of MD5s. Set `checksums` (S3_CHECKSUMS) to "crc32c", or to "none" if that is meant';

/** What the app should know of a store that answers 501 to a checksum. */
export const unknownChecksums =
  'it does not know CRC32C: set `checksums` (S3_CHECKSUMS) to "md5" or "none"';
