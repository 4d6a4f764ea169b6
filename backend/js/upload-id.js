// The upload id: everything that the handler must know of an upload in parts, encrypted and authenticated,
// so that it keeps nothing, and another instance can go on.
//
// `2.<sealed>`: the version, and in base64url a nonce of 12 bytes, the upload as JSON in AES-256-GCM, and
// the tag of 16 bytes; the version is authenticated too. The Rust crate makes the same ids.

import { hexOf, macWith, sealingKey } from "./keys.js";

/** In seconds: how long an upload may go on. A lifecycle rule of the bucket clears away what is older. */
const ownedTtl = 7 * 24 * 60 * 60;

/** In seconds, where the id is all that somebody needs to go on. */
const ownerlessTtl = 24 * 60 * 60;

/** In characters. An id is a part of a path, and servers limit those. */
const longest = 6 * 1024;

const version = "2";
const nonceSize = 12;

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
 * @property {import("./index.d.ts").Checksums} checksums
 * @property {string | undefined} owner who alone may go on; `undefined` where whoever has the id may
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
    // One id, one way to write it.
    return toBase64url(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a text has the form of an id. @param {string} text */
export const isUploadId = (text) =>
  text.length <= longest && text.startsWith(`${version}.`) && /^[\w-]+$/.test(text.slice(2));

/** As many bits of a digest as a UUID has, without hyphens. @param {Uint8Array} digest */
function uuidOf(digest) {
  const bytes = digest.slice(0, 16);
  // RFC 9562: version 8, of our own making.
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
   * @param {string} handler its name
   */
  constructor({ uploadSecrets, bucketName, prefix, handover }, handler) {
    const about = [handler, bucketName, prefix, handover];
    this.#prefix = prefix;
    this.#keys = Promise.all(
      uploadSecrets.map((secret) => sealingKey(secret, ["upload id", ...about])),
    );
    // Who asks first is told.
    this.#keys.catch(() => {});
    this.#nameMac = macWith(uploadSecrets[0], ["object name", ...about]);
  }

  /**
   * The id of an upload, or `undefined` where it says too much for one.
   *
   * @param {Upload} upload
   */
  async seal(upload) {
    const { object: o, uploadId: u, size: s, partSize: p, filename: n, type: t } = upload;
    const { properties: g, owner: w } = upload;
    // As ids have it that were made when there was but one kind.
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
   * What an id says, if it is one of these.
   *
   * @param {string} id
   * @returns {Promise<{ upload: Upload, isExpired: boolean } | undefined>}
   */
  async open(id) {
    const sealed = isUploadId(id) ? fromBase64url(id.slice(2)) : undefined;
    const json = sealed && (await this.#decrypted(sealed));
    if (!json) return undefined;
    const { o, u, s, p, n, t, g, w, c = "crc32c", e } = JSON.parse(decoder.decode(json));
    // Whatever an id says: no other object of the bucket is touched.
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
        // Not with this one.
      }
    }
    return undefined;
  }

  /**
   * What the object of a file is called that is asked for more than once. Nobody else can guess it.
   *
   * @param {string} file what makes it the same
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
 * Of this file alone, and the same on every instance: for its media object, and for the service as its
 * idempotency key. Without hyphens.
 *
 * @param {Upload} upload
 */
export const uuidOfUpload = async ({ object }) =>
  uuidOf(new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(object))));

/** How many parts a file has; an empty one has one. @param {Upload} upload */
export const partCount = ({ size, partSize }) => Math.max(1, Math.ceil(size / partSize));

/** How large a part is, in bytes. @param {Upload} upload @param {number} number */
export const partBytes = ({ size, partSize }, number) =>
  Math.min(partSize, Math.max(0, size - (number - 1) * partSize));
