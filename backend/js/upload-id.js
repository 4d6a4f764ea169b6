// The upload id: everything that the handler must know of an upload in parts, signed, so that it keeps
// nothing, and another instance can go on.
//
// `1.<payload>.<tag>`: the version, the upload as JSON, and HMAC-SHA256 (RFC 2104) over both, each in
// base64url. A page can read what is in it, but can change nothing. The Rust crate makes the same ids.

/** In seconds: how long an upload may go on. A lifecycle rule of the bucket clears away what is older. */
const ttl = 7 * 24 * 60 * 60;

/** In characters. An id is a part of a path, and servers limit those. */
const longest = 6 * 1024;

const version = "1";

/** Neither S3's own use of the secret nor another bucket's ids lead to the same key. */
const purpose = "ittybit-uploader upload id\0";

/**
 * What an id says.
 *
 * @typedef {object} Upload
 * @property {string} object
 * @property {string} uploadId the store's
 * @property {number} size of the file, in bytes
 * @property {number} partSize of every part but the last, in bytes
 * @property {string} filename
 * @property {string} type
 * @property {import("./index.d.ts").UploadProperties} properties
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** @param {Uint8Array} bytes */
function toBase64url(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {string} text */
function fromBase64url(text) {
  if (!/^[\w-]*$/.test(text)) return undefined;
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    // One id, one way to write it.
    return toBase64url(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
const digest = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

/** @param {Uint8Array<ArrayBuffer>} secret hashed first, so that one of any length makes a key */
async function keyOf(secret) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const bytes = await digest(secret);
  return crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign", "verify"]);
}

/** @param {CryptoKey} key @param {string} text */
const tagOf = async (key, text) =>
  new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)));

/** As many bits of a digest as a UUID has. @param {Uint8Array} bytes */
function uuidOf(bytes) {
  const hex = Array.from(bytes.subarray(0, 16), (byte, at) => {
    // RFC 9562: version 8, of our own making.
    const marked = at === 6 ? (byte & 0x0f) | 0x80 : at === 8 ? (byte & 0x3f) | 0x80 : byte;
    return marked.toString(16).padStart(2, "0");
  });
  return hex.join("");
}

export class UploadIds {
  #key;

  /** @param {{ uploadSecret: string, bucketName: string }} settings */
  constructor({ uploadSecret, bucketName }) {
    this.#key = (async () => {
      const outer = await keyOf(encoder.encode(uploadSecret));
      return keyOf(await tagOf(outer, `${purpose}${bucketName}`));
    })();
    // Who asks first is told.
    this.#key.catch(() => {});
  }

  /**
   * The id of an upload, or `undefined` where it says too much for one.
   *
   * @param {Upload} upload
   * @param {number} [expires] in seconds since 1970
   */
  async seal(upload, expires = Math.floor(Date.now() / 1000) + ttl) {
    const { object: o, uploadId: u, size: s, partSize: p, filename: n, type: t } = upload;
    const json = JSON.stringify({ o, u, s, p, n, t, g: upload.properties, e: expires });
    const signed = `${version}.${toBase64url(encoder.encode(json))}`;
    const id = `${signed}.${toBase64url(await tagOf(await this.#key, signed))}`;
    return id.length <= longest ? id : undefined;
  }

  /**
   * What an id says, if it is one of these.
   *
   * @param {string} id
   * @returns {Promise<{ upload: Upload, isExpired: boolean } | undefined>}
   */
  async open(id) {
    if (id.length > longest) return undefined;
    const end = id.lastIndexOf(".");
    const tag = fromBase64url(id.slice(end + 1));
    const signed = id.slice(0, Math.max(end, 0));
    if (!tag) return undefined;
    const isOurs = await crypto.subtle.verify("HMAC", await this.#key, tag, encoder.encode(signed));
    const [foundVersion, payload, ...more] = signed.split(".");
    if (!isOurs || foundVersion !== version || payload === undefined || more.length > 0) {
      return undefined;
    }
    const bytes = fromBase64url(payload);
    if (!bytes) return undefined;
    const { o, u, s, p, n, t, g, e } = JSON.parse(decoder.decode(bytes));
    const upload = { object: o, uploadId: u, size: s, partSize: p, filename: n, type: t };
    return { upload: { ...upload, properties: g }, isExpired: Date.now() / 1000 >= e };
  }

  /**
   * What the object of an idempotency key's file is called, if the page says the same of it, and the
   * app grants the same. Nobody else can guess it.
   *
   * @param {import("./index.d.ts").UploadRequest} wish
   * @param {import("./index.d.ts").UploadProperties} properties
   */
  async nameOf({ idempotencyKey, filename, filesize, type }, properties) {
    const text = JSON.stringify([idempotencyKey, filename, filesize, type, sorted(properties)]);
    // No id begins like that.
    return uuidOf(await tagOf(await this.#key, `object\0${text}`));
  }
}

/** With its names in order, all the way down. @param {unknown} value @returns {unknown} */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, sorted(inner)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

/**
 * Of this file alone, and the same on every instance: for its media object, and for the service as its
 * idempotency key. Without hyphens.
 *
 * @param {Upload} upload
 */
export const uuidOfUpload = async ({ object }) => uuidOf(await digest(encoder.encode(object)));

/** How many parts a file has; an empty one has one. @param {Upload} upload */
export const partCount = ({ size, partSize }) => Math.max(1, Math.ceil(size / partSize));

/** How large a part is, in bytes. @param {Upload} upload @param {number} number */
export const partBytes = ({ size, partSize }, number) =>
  Math.min(partSize, Math.max(0, size - (number - 1) * partSize));
