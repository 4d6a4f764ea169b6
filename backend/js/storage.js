// A client for the part of the S3 protocol that multipart uploads need. The bytes of a file never pass
// through it, because pages send them directly to the store, with URLs that it signs. It does not know
// who may upload.
//
// The limits and the protocol are those of the Amazon S3 API reference.

import { AwsV4Signer } from "aws4fetch";

import { AnswerError, ask, Refused, retryAfterOf } from "./answer.js";
import { headersWith, unknownChecksums } from "./checksums.js";
import { codeIn, partsIn, uploadIdIn, writeParts } from "./storage-xml.js";

/** The name of the store in error messages. */
export const serverName = "the store";

/** How long the URLs work that this server itself uses at once, in seconds. */
const ownUrlTtl = 300;

/** The longest time that a signed URL can work, in seconds. */
const longestUrlTtl = 604_800;

/** The store doesn't know the upload: it was completed, aborted, or never begun. */
export class NoSuchUpload extends Error {}

/**
 * @typedef {{ object: string, uploadId: string }} S3Upload
 *
 * @typedef {object} StoredPart
 * @property {number} number
 * @property {number} size in bytes
 * @property {string} etag as the store writes it, usually in quotes
 * @property {string | undefined} checksum the CRC32C in base64, if the store returns it
 *
 * @typedef {object} StoredObject
 * @property {number} size in bytes
 * @property {Date | undefined} lastModified
 * @property {string | undefined} etag
 * @property {string | undefined} checksum the CRC32C of the parts' checksums, if the store returns it
 */

export class Storage {
  #settings;
  #fetch;
  #timeouts;

  /**
   * @param {import("./storage-settings.js").Settings} settings
   * @param {{ fetch?: typeof globalThis.fetch | undefined,
   *   answerTimeout?: number | undefined, fetchTimeout?: number | undefined }} options
   */
  constructor(settings, { fetch, answerTimeout = 30_000, fetchTimeout = 300_000 }) {
    this.#settings = settings;
    this.#fetch = fetch ?? globalThis.fetch;
    this.#timeouts = { answer: answerTimeout, complete: fetchTimeout };
  }

  /**
   * Begins an upload. Must say whether its parts have a CRC32C.
   *
   * @param {string} object
   * @param {string} type
   * @returns {Promise<string>} the store's own id
   */
  async create(object, type) {
    const { checksums, contentDisposition } = this.#settings;
    const isSummed = checksums === "crc32c";
    const sending = this.#send("POST", object, {
      query: { uploads: "" },
      headers: {
        "content-disposition": contentDisposition,
        ...(isSummed && { "x-amz-checksum-algorithm": "CRC32C" }),
      },
      unsigned: { "content-type": type || "application/octet-stream" },
    });
    const { text } = await sending.catch((error) => {
      if (isSummed && error instanceof Refused && error.status === 501) {
        error.message += `; ${unknownChecksums}`;
      }
      throw error;
    });
    return understood(uploadIdIn(text), "it has no upload id");
  }

  /**
   * Lists all parts that have arrived.
   *
   * @param {S3Upload} upload
   */
  async list({ object, uploadId }) {
    /** @type {StoredPart[]} */
    const parts = [];
    for (let marker = 0; ; ) {
      const query = { uploadId, ...(marker > 0 && { "part-number-marker": String(marker) }) };
      const { text } = await this.#send("GET", object, { query });
      const page = understood(partsIn(text), "it is no list of parts");
      parts.push(...page.parts);
      if (page.next === undefined) return parts;
      // A list whose marker doesn't advance would never end.
      if (!(page.next > marker)) throw notUnderstood("its list does not go on");
      marker = page.next;
    }
  }

  /**
   * Combines the parts in this order.
   *
   * @param {S3Upload & { checksums: import("./index.d.ts").Checksums }} upload
   * @param {StoredPart[]} parts
   */
  async complete({ object, uploadId, checksums }, parts) {
    const { text } = await this.#send("POST", object, {
      query: { uploadId },
      unsigned: { "content-type": "application/xml" },
      body: writeParts(parts, checksums === "crc32c"),
      timeout: this.#timeouts.complete,
    });
    // The store may send status 200 before it is done, and then report an error in the body.
    const code = codeIn(text);
    if (code !== undefined) throw refusal(500, code, undefined);
  }

  /**
   * Aborts an upload, which deletes its parts.
   *
   * @param {S3Upload} upload
   */
  async abort({ object, uploadId }) {
    await this.#send("DELETE", object, { query: { uploadId } });
  }

  /**
   * Deletes an object.
   *
   * @param {string} object
   */
  async remove(object) {
    await this.#send("DELETE", object, {});
  }

  /**
   * Returns what the store says about an object. Returns `undefined` if it doesn't exist.
   *
   * @param {string} object
   * @returns {Promise<StoredObject | undefined>}
   */
  async head(object) {
    try {
      const isSummed = this.#settings.checksums === "crc32c";
      // Without this header, stores return no checksum.
      const options = isSummed ? { headers: { "x-amz-checksum-mode": "ENABLED" } } : {};
      const { headers } = await this.#send("HEAD", object, options);
      const size = Number(headers.get("content-length") ?? Number.NaN);
      if (!Number.isSafeInteger(size)) {
        throw notUnderstood("it does not say how large the object is");
      }
      const modified = new Date(headers.get("last-modified") ?? "");
      return {
        size,
        lastModified: Number.isNaN(modified.valueOf()) ? undefined : modified,
        etag: headers.get("etag") ?? undefined,
        checksum: (isSummed && headers.get("x-amz-checksum-crc32c")) || undefined,
      };
    } catch (error) {
      // Without permission to list a bucket, S3 answers 403 for a missing object (`HeadObject`).
      if (error instanceof Refused && [403, 404].includes(error.status)) return undefined;
      throw error;
    }
  }

  /**
   * Returns the URL for one part of exactly `size` bytes, which works for a short time, and the headers
   * that the request must have. The signature includes the headers and the size, which a browser sets
   * by itself. The store refuses a request that differs.
   *
   * @param {S3Upload & { checksums: import("./index.d.ts").Checksums }} upload
   * @param {number} number
   * @param {number} size
   * @param {string | undefined} checksum
   */
  async part({ object, uploadId, checksums }, number, size, checksum) {
    const headers = headersWith(checksums, checksum);
    const url = await this.#sign("PUT", this.#settings.publicBucket, object, {
      query: { partNumber: String(number), uploadId },
      headers: { "content-length": String(size), ...headers },
      ttl: this.#settings.partUrlTtl,
    });
    return { url, headers };
  }

  /**
   * Returns a URL from which anyone can read the object, for almost seven days. It is signed as of the
   * last full hour, so that it stays the same for an hour. It includes the disposition, which older
   * objects were stored without.
   *
   * @param {string} object
   */
  readUrl(object) {
    const hour = new Date();
    hour.setUTCMinutes(0, 0, 0);
    return this.#sign("GET", this.#settings.publicBucket, object, {
      query: { "response-content-disposition": this.#settings.contentDisposition },
      ttl: longestUrlTtl,
      time: hour,
    });
  }

  /**
   * @param {string} method
   * @param {string} bucket the bucket's URL
   * @param {string} object
   * @param {{ query?: Record<string, string>, headers?: Record<string, string>, ttl: number, time?: Date }} what
   */
  async #sign(method, bucket, object, { query = {}, headers = {}, ttl, time = new Date() }) {
    const { accessKeyId, secretAccessKey, sessionToken, region } = this.#settings;
    const url = new URL(`${bucket}/${object.split("/").map(encoded).join("/")}`);
    url.search = new URLSearchParams({ ...query, "X-Amz-Expires": String(ttl) }).toString();
    const signed = await new AwsV4Signer({
      ...{ method, url: url.href, headers, accessKeyId, secretAccessKey, region },
      ...(sessionToken !== undefined && { sessionToken }),
      service: "s3",
      datetime: time.toISOString().replace(/[:-]|\.\d{3}/g, ""),
      signQuery: true,
      allHeaders: true,
    }).sign();
    return signed.url.href;
  }

  /**
   * @param {string} method
   * @param {string} object
   * @param {{ query?: Record<string, string>, headers?: Record<string, string>,
   *   unsigned?: Record<string, string>, body?: string, timeout?: number }} what
   */
  async #send(method, object, { query = {}, headers = {}, unsigned, body, timeout }) {
    const signing = { query, headers, ttl: ownUrlTtl };
    const url = await this.#sign(method, this.#settings.bucket, object, signing);
    const init = { method, headers: { ...headers, ...unsigned }, body: body ?? null };
    const answer = await ask(url, init, {
      fetch: this.#fetch,
      server: serverName,
      timeout: timeout ?? this.#timeouts.answer,
    });
    if (answer.ok) return answer;
    throw refusal(answer.status, codeIn(answer.text) ?? "", retryAfterOf(answer.headers));
  }
}

/** Encodes a path segment as S3 signs it: all but letters, digits and `-._~` (RFC 3986). @param {string} text */
const encoded = (text) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/**
 * @param {number} status
 * @param {string} code
 * @param {string | undefined} retryAfter
 */
function refusal(status, code, retryAfter) {
  if (code === "NoSuchUpload") return new NoSuchUpload("the store knows no such upload");
  return new Refused(serverName, status, code, retryAfter);
}

/** @param {string} why */
export const notUnderstood = (why) =>
  new AnswerError(serverName, "not-understood", `gave an invalid answer: ${why}`);

/**
 * @template T
 * @param {T | undefined} value
 * @param {string} why
 * @returns {T}
 */
function understood(value, why) {
  if (value === undefined) throw notUnderstood(why);
  return value;
}
