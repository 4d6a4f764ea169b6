// The upload id: everything that must be known of an upload, signed.
//
// `1.<payload>.<tag>`: the version, the upload as JSON, and HMAC-SHA256 (RFC 2104) over both, each in
// base64url. A page can read what is in it, the granted properties too, but can change nothing. The Rust
// routes make the same ids.

/** @typedef {import("../../pkg-config/entries/server.js").UploadProperties} UploadProperties */
/** @typedef {import("../../pkg-config/entries/server.js").UploadRequest} UploadRequest */

/** How long an upload may go on. A lifecycle rule of the bucket clears away what is older. Seconds. */
const TTL = 7 * 24 * 60 * 60;

/** Characters. An id is a part of a path, and servers limit those. */
const LONGEST_ID = 6 * 1024;

const VERSION = "1";

/**
 * What an upload id says. The names are short, for an id is a part of a path.
 *
 * @typedef {object} Upload
 * @property {string} o object
 * @property {string} u the store's id of the upload
 * @property {number} s size of the file, in bytes, as the page said when it began
 * @property {number} p size of every part but the last, in bytes
 * @property {string} n filename
 * @property {string} t MIME type
 * @property {UploadProperties} g granted
 */

/** The key that ids are signed with, of all instances that have the same secret and bucket. */
export class IdKey {
  #secret;
  #bucket;
  /** @type {Promise<CryptoKey> | undefined} */
  #key;

  /** @param {{ uploadSecret: string, bucket: string }} settings */
  constructor({ uploadSecret, bucket }) {
    this.#secret = uploadSecret;
    this.#bucket = bucket;
  }

  /**
   * The id of an upload, or `undefined` where it says too much for one.
   *
   * @param {Upload} upload
   */
  async seal(upload) {
    const json = JSON.stringify({ ...upload, e: now() + TTL });
    const signed = `${VERSION}.${base64url(bytesOf(json))}`;
    const id = `${signed}.${base64url(await this.#mac(signed))}`;
    return id.length <= LONGEST_ID ? id : undefined;
  }

  /**
   * What an id says, if it is one of these.
   *
   * @param {string} id
   * @returns {Promise<{ upload: Upload, expired: boolean } | undefined>}
   */
  async open(id) {
    if (id.length > LONGEST_ID) return undefined;
    const [, signed = "", payload = "", tag = ""] = /^(1\.([\w-]*))\.([\w-]*)$/.exec(id) ?? [];
    const bytes = fromBase64url(tag);
    if (!bytes) return undefined;
    // In constant time.
    const key = await this.#derived();
    if (!(await crypto.subtle.verify("HMAC", key, bytes, bytesOf(signed)))) return undefined;
    const json = fromBase64url(payload);
    const { e: expires, ...upload } = JSON.parse(new TextDecoder().decode(json));
    return { upload, expired: now() >= expires };
  }

  /**
   * What the object of an idempotency key's file is called, if the page says the same of it, and the app
   * grants the same. Nobody else can guess it.
   *
   * @param {UploadRequest} file
   * @param {UploadProperties} properties
   */
  async name({ idempotencyKey, filename, filesize, type }, properties) {
    const text = canonical([idempotencyKey, filename, filesize, type, properties]);
    // No id begins like that.
    return uuidOf(await this.#mac(`object\0${text}`));
  }

  /** @param {string} text */
  async #mac(text) {
    return new Uint8Array(await crypto.subtle.sign("HMAC", await this.#derived(), bytesOf(text)));
  }

  #derived() {
    this.#key ??= this.#derive();
    return this.#key;
  }

  async #derive() {
    const secret = await keyed(bytesOf(this.#secret));
    // Neither S3's own use of the secret nor another bucket's ids lead to the same key.
    const text = bytesOf(`ittybit-uploader upload id\0${this.#bucket}`);
    return keyed(new Uint8Array(await crypto.subtle.sign("HMAC", secret, text)));
  }
}

/**
 * Of this file alone, and the same on every instance: for the media object, and for the service as its
 * idempotency key. Without hyphens.
 *
 * @param {Upload} upload
 */
export async function uuidOfUpload({ o: object }) {
  return uuidOf(await sha256(bytesOf(object)));
}

/**
 * Hashed to the size of a key first, so that a secret of any length makes one.
 *
 * @param {Uint8Array<ArrayBuffer>} secret
 */
async function keyed(secret) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await sha256(secret);
  return crypto.subtle.importKey("raw", key, algorithm, false, ["sign", "verify"]);
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/**
 * As many bits of a digest as an id has (RFC 9562, version 8).
 *
 * @param {Uint8Array} digest
 */
function uuidOf(digest) {
  const bytes = digest.slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * JSON that is the same for the same, in whichever order it was written.
 *
 * @param {unknown} value
 * @returns {string}
 */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  const written = entries
    .sort(([one], [other]) => compareBytes(one, other))
    .map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`);
  return `{${written.join(",")}}`;
}

/**
 * The order of their bytes in UTF-8, which is that of their code points.
 *
 * @param {string} one
 * @param {string} other
 */
function compareBytes(one, other) {
  const [ours, theirs] = [[...one], [...other]];
  for (let at = 0; at < Math.min(ours.length, theirs.length); at += 1) {
    const difference = (ours[at]?.codePointAt(0) ?? 0) - (theirs[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return ours.length - theirs.length;
}

const now = () => Math.floor(Date.now() / 1000);

/**
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
const bytesOf = (text) => new TextEncoder().encode(text);

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Only what `base64url` would write: an id has one form.
 *
 * @param {string} text
 */
function fromBase64url(text) {
  if (text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  return base64url(bytes) === text ? bytes : undefined;
}
