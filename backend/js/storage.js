// Any store that speaks S3, as far as multipart uploads need it. The bytes of a file never pass through
// here: pages send them to the store by URLs that are signed here. It refuses to know who may upload.
//
// Limits and protocol are those of the Amazon S3 API reference.

import { AwsV4Signer } from "aws4fetch";

import { ask, NoAnswer, Refused, retryAfterOf } from "./answer.js";
import { headersWith, unknownChecksums } from "./checksums.js";
import { codeIn, partsIn, uploadIdIn, writeParts } from "./storage-xml.js";

/** As errors call it. */
export const who = "the store";

/** In seconds: how long a URL works that this server itself uses at once. */
const ownUrlTtl = 300;

/** In seconds: the longest that a signed URL can work. */
const longestUrlTtl = 604_800;

/** It knows no such upload: completed, aborted, or never begun. */
export class NoSuchUpload extends Error {}

/**
 * @typedef {{ object: string, uploadId: string }} S3Upload
 *
 * @typedef {object} StoredPart
 * @property {number} number
 * @property {number} size in bytes
 * @property {string} etag as the store writes it, usually in quotes
 * @property {string | undefined} checksum CRC32C in base64, where the store tells
 *
 * @typedef {object} StoredObject
 * @property {number} size in bytes
 * @property {Date | undefined} lastModified
 * @property {string | undefined} etag
 * @property {string | undefined} checksum the CRC32C of its parts' checksums, where the store tells
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
   * Begins an upload. Whether its parts each carry a CRC32C has to be said here.
   *
   * @param {string} object
   * @param {string} type
   * @returns {Promise<string>} the store's own id
   */
  async create(object, type) {
    const { checksums, contentDisposition } = this.#settings;
    const isSummed = checksums === "crc32c";
    const asking = this.#send("POST", object, {
      query: { uploads: "" },
      headers: {
        "content-disposition": contentDisposition,
        ...(isSummed && { "x-amz-checksum-algorithm": "CRC32C" }),
      },
      unsigned: { "content-type": type || "application/octet-stream" },
    });
    const { text } = await asking.catch((error) => {
      if (isSummed && error instanceof Refused && error.status === 501) {
        error.message += `; ${unknownChecksums}`;
      }
      throw error;
    });
    return understood(uploadIdIn(text), "it has no upload id");
  }

  /**
   * All parts that have arrived.
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
      // A list that goes round in circles would never end.
      if (!(page.next > marker)) throw notUnderstood("its list does not go on");
      marker = page.next;
    }
  }

  /**
   * Puts the parts together, in this order.
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
    // It may say 200 before it is done, and then that it failed.
    const code = codeIn(text);
    if (code !== undefined) throw refusal(500, code, undefined);
  }

  /**
   * Gives an upload up; what has arrived of it is gone.
   *
   * @param {S3Upload} upload
   */
  async abort({ object, uploadId }) {
    await this.#send("DELETE", object, { query: { uploadId } });
  }

  /**
   * Takes an object away.
   *
   * @param {string} object
   */
  async remove(object) {
    await this.#send("DELETE", object, {});
  }

  /**
   * What is known of an object, if it is there.
   *
   * @param {string} object
   * @returns {Promise<StoredObject | undefined>}
   */
  async head(object) {
    try {
      const isSummed = this.#settings.checksums === "crc32c";
      // Without that, no store tells a checksum.
      const asking = isSummed ? { headers: { "x-amz-checksum-mode": "ENABLED" } } : {};
      const { headers } = await this.#send("HEAD", object, asking);
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
      // Who may not list a bucket is not told what is not in it (Amazon S3, `HeadObject`).
      if (error instanceof Refused && [403, 404].includes(error.status)) return undefined;
      throw error;
    }
  }

  /**
   * The URL that one part of exactly `size` bytes may be sent to, for a short time, and the headers to send
   * it with. They are signed, and so is the size, which a browser says by itself: what differs is refused.
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
   * A URL that anyone can read the object from, for almost seven days. Signed as of the hour, so that
   * within one it is the same. What was stored before has no disposition of its own, so the URL says it.
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
   * @param {string} bucket its URL
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
      who,
      timeout: timeout ?? this.#timeouts.answer,
    });
    if (answer.ok) return answer;
    throw refusal(answer.status, codeIn(answer.text) ?? "", retryAfterOf(answer.headers));
  }
}

/** A segment of a path as S3 signs it: nothing but letters, digits and `-._~` stays (RFC 3986). @param {string} text */
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
  return new Refused(who, status, code, retryAfter);
}

/** @param {string} why */
export const notUnderstood = (why) =>
  new NoAnswer(who, "not-understood", `gave an answer that makes no sense: ${why}`);

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
