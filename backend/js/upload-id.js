// The upload id: everything that the handler needs to know about an upload in parts, encrypted and
// authenticated. So the handler stores nothing, and another instance can continue.
//
// Its format is `2.<sealed>`: the version, then in base64url a nonce of 12 bytes, the upload as JSON
// encrypted with AES-256-GCM, and the tag of 16 bytes. The version is authenticated too. The Rust crate
// uses the same format.

import { hexOf, macWith, sealingKey } from "./keys.js";

/** How long an owner can continue an upload, in seconds. A lifecycle rule of the bucket should abort older ones. */
const ownedTtl = 7 * 24 * 60 * 60;

/** How long an upload without an owner can be continued, in seconds. */
const ownerlessTtl = 24 * 60 * 60;

/** The longest id, in characters. It is part of a path, whose length servers limit. */
const longest = 6 * 1024;

const version = "2";
const nonceSize = 12;

/**
 * The content of an id.
 *
 * @typedef {object} Upload
 * @property {string} object
 * @property {string} uploadId the store's
 * @property {number} size the size of the file, in bytes
 * @property {number} partSize the size of every part except the last, in bytes
 * @property {string} filename
 * @property {string} type
 * @property {import("./index.d.ts").UploadProperties} properties
 * @property {import("./index.d.ts").Checksums} checksums
 * @property {string | undefined} owner who alone can continue; if `undefined`, anyone who has the id can
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
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    // Accepts only one spelling of each id.
    return toBase64url(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** Returns whether a text has the format of an id. @param {string} text */
export const isUploadId = (text) =>
  text.length <= longest && text.startsWith(`${version}.`) && /^[\w-]+$/.test(text.slice(2));

/** Creates a UUID without hyphens from the first 16 bytes of a digest. @param {Uint8Array} digest */
function uuidOf(digest) {
  const bytes = digest.slice(0, 16);
  // Version 8 of RFC 9562, for custom formats.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return hexOf(bytes);
}

export class UploadIds {
  #prefix;
  #keys;
  #nameMac;

  /**
   * @param {Pick<import("./storage-settings.js").Settings,
   *   "uploadSecrets" | "bucketName" | "prefix" | "handover">} settings
   * @param {string} handler the handler's name
   */
  constructor({ uploadSecrets, bucketName, prefix, handover }, handler) {
    const about = [handler, bucketName, prefix, handover];
    this.#prefix = prefix;
    this.#keys = Promise.all(
      uploadSecrets.map((secret) => sealingKey(secret, ["upload id", ...about])),
    );
    // The first request reports the error.
    this.#keys.catch(() => {});
    this.#nameMac = macWith(uploadSecrets[0], ["object name", ...about]);
  }

  /**
   * Seals an upload into an id. Returns `undefined` if the id would be too long.
   *
   * @param {Upload} upload
   */
  async seal(upload) {
    const { object: o, uploadId: u, size: s, partSize: p, filename: n, type: t } = upload;
    const { properties: g, owner: w } = upload;
    // Omitted for CRC32C, because ids that are older than this field don't have it.
    const c = upload.checksums === "crc32c" ? undefined : upload.checksums;
    const e = Math.floor(Date.now() / 1000) + (w === undefined ? ownerlessTtl : ownedTtl);
    const json = encoder.encode(JSON.stringify({ o, u, s, p, n, t, g, w, c, e }));
    const [key] = await this.#keys;
    const nonce = crypto.getRandomValues(new Uint8Array(nonceSize));
    const encrypted = await crypto.subtle.encrypt(algorithm(nonce), /** @type {any} */ (key), json);
    const sealed = new Uint8Array(nonceSize + encrypted.byteLength);
    sealed.set(nonce);
    sealed.set(new Uint8Array(encrypted), nonceSize);
    const id = `${version}.${toBase64url(sealed)}`;
    return id.length <= longest ? id : undefined;
  }

  /**
   * Opens an id. Returns `undefined` if it was not sealed by this handler.
   *
   * @param {string} id
   * @returns {Promise<{ upload: Upload, isExpired: boolean } | undefined>}
   */
  async open(id) {
    const sealed = isUploadId(id) ? fromBase64url(id.slice(2)) : undefined;
    const json = sealed && (await this.#decrypted(sealed));
    if (!json) return undefined;
    const { o, u, s, p, n, t, g, w, c = "crc32c", e } = JSON.parse(decoder.decode(json));
    // Never touches an object outside the prefix, whatever the id says.
    if (typeof o !== "string" || !o.startsWith(this.#prefix)) return undefined;
    const upload = { object: o, uploadId: u, size: s, partSize: p, filename: n, type: t };
    const isExpired = !(Date.now() / 1000 < e);
    return {
      upload: { ...upload, properties: g, owner: w ?? undefined, checksums: c },
      isExpired,
    };
  }

  /** @param {Uint8Array<ArrayBuffer>} sealed */
  async #decrypted(sealed) {
    const by = algorithm(sealed.subarray(0, nonceSize));
    for (const key of await this.#keys) {
      try {
        return await crypto.subtle.decrypt(by, key, sealed.subarray(nonceSize));
      } catch {
        // Another secret has sealed it. Tries the next one.
      }
    }
    return undefined;
  }

  /**
   * Returns the name of the object for a file, the same each time the file is uploaded. Nobody else can
   * guess it.
   *
   * @param {string} file identifies the file
   */
  async nameOf(file) {
    return uuidOf(await this.#nameMac(file));
  }
}

/** @param {Uint8Array<ArrayBuffer>} nonce */
const algorithm = (nonce) => ({
  ...{ name: "AES-GCM", iv: nonce, tagLength: 128 },
  additionalData: encoder.encode(version),
});

/**
 * Returns an id without hyphens for the media object, which is also the service's idempotency key. It
 * is unique to this file, and the same on every instance.
 *
 * @param {Upload} upload
 */
export const uuidOfUpload = async ({ object }) =>
  uuidOf(new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(object))));

/** Returns the number of parts. An empty file has one. @param {Upload} upload */
export const partCount = ({ size, partSize }) => Math.max(1, Math.ceil(size / partSize));

/** Returns the size of a part, in bytes. @param {Upload} upload @param {number} number */
export const partBytes = ({ size, partSize }, number) =>
  Math.min(partSize, Math.max(0, size - (number - 1) * partSize));
