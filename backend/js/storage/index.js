// Any store that speaks S3, as far as multipart uploads need it.
//
// It creates uploads, signs the URLs that parts are sent to, and asks the store about the rest. The bytes
// of a file never pass through here: pages send them to the store themselves. It refuses to know who may
// upload, and what becomes of a stored file. The limits and the protocol are those of the Amazon S3 API
// reference.

import { ask, NoAnswer } from "../ask.js";
import { notUnderstood, refused, StorageError } from "./error.js";
import { checkSettings } from "./settings.js";
import { Signer } from "./sign.js";
import { checkCompleted, readCode, readParts, readUploadId, writeParts } from "./xml.js";

/** How long a URL works that this server itself uses at once. Seconds. */
const OWN_URL_TTL = 5 * 60;

/** @typedef {import("./xml.js").StoredPart} StoredPart */

/**
 * An upload that has begun: the object that it will be, and the store's own id.
 *
 * @typedef {{ object: string, uploadId: string }} S3Upload
 */

/**
 * An object that is complete: bytes, and when it was stored, in ms since 1970.
 *
 * @typedef {{ size: number, lastModified: number | undefined }} StoredObject
 */

export class Storage {
  #fetch;
  #timeouts;

  /**
   * @param {import("./settings.js").StorageSettings} settings
   * @param {{ fetch: import("../ask.js").Fetch | undefined, answerTimeout: number, fetchTimeout: number }} options
   * @throws {TypeError}
   */
  constructor(settings, { fetch, answerTimeout, fetchTimeout }) {
    this.settings = checkSettings(settings);
    this.signer = new Signer(this.settings);
    this.#fetch = fetch;
    this.#timeouts = { answer: answerTimeout, complete: fetchTimeout };
  }

  /**
   * Begins an upload whose parts each carry a CRC32C, and answers with the store's id for it.
   *
   * @param {string} object
   * @param {string} type
   */
  async create(object, type) {
    const signed = { "x-amz-checksum-algorithm": "CRC32C" };
    const headers = { ...signed, "content-type": type.trim() || "application/octet-stream" };
    const what = { method: "POST", object, query: { uploads: "" }, headers: signed };
    return readUploadId((await this.#send(what, { headers })).text);
  }

  /**
   * All parts that have arrived, in the order in which the store lists them.
   *
   * @param {S3Upload} upload
   */
  async list({ object, uploadId }) {
    /** @type {StoredPart[]} */
    const parts = [];
    let marker = 0;
    for (;;) {
      const from = marker > 0 && { "part-number-marker": String(marker) };
      const query = { ...from, uploadId };
      const page = readParts((await this.#send({ method: "GET", object, query })).text);
      parts.push(...page.parts);
      if (page.next === undefined) return parts;
      // A list that goes round in circles would never end.
      if (page.next <= marker) throw notUnderstood("its list does not go on");
      marker = page.next;
    }
  }

  /**
   * Has the store put the parts together, in this order.
   *
   * @param {S3Upload} upload
   * @param {StoredPart[]} parts
   */
  async complete({ object, uploadId }, parts) {
    const headers = { "content-type": "application/xml" };
    const init = { headers, body: writeParts(parts), timeout: this.#timeouts.complete };
    const { text } = await this.#send({ method: "POST", object, query: { uploadId } }, init);
    checkCompleted(text);
  }

  /**
   * Gives an upload up; what has arrived of it is gone.
   *
   * @param {S3Upload} upload
   */
  async abort({ object, uploadId }) {
    await this.#send({ method: "DELETE", object, query: { uploadId } });
  }

  /**
   * What is known of an object, if it is there.
   *
   * @param {string} object
   * @returns {Promise<StoredObject | undefined>}
   */
  async head(object) {
    // A length that is that of the object, not of what a platform would have compressed.
    const headers = { "accept-encoding": "identity" };
    const answer = await this.#send({ method: "HEAD", object }, { headers }).catch((error) => {
      // Who may not list a bucket is not told what is not in it (Amazon S3, `HeadObject`).
      if (error instanceof StorageError && [403, 404].includes(error.status ?? 0)) return undefined;
      throw error;
    });
    if (!answer) return undefined;
    const size = answer.headers.get("content-length") ?? "";
    if (!/^\d{1,16}$/.test(size)) {
      throw notUnderstood("it does not say how large the object is");
    }
    const lastModified = Date.parse(answer.headers.get("last-modified") ?? "");
    return {
      size: Number(size),
      lastModified: Number.isNaN(lastModified) ? undefined : lastModified,
    };
  }

  /**
   * @param {Omit<import("./sign.js").What, "ttl">} what
   * @param {{ headers?: Record<string, string>, body?: string, timeout?: number }} [init]
   */
  async #send(what, init = {}) {
    const url = await this.signer.url({ ...what, ttl: OWN_URL_TTL });
    const request = { timeout: this.#timeouts.answer, ...init, method: what.method };
    const answer = await ask(this.#fetch, url, request).catch((error) => {
      throw unanswered(error);
    });
    const { status, headers, text } = answer;
    if (status >= 200 && status <= 299) return answer;
    throw refused(status, readCode(text), headers.get("retry-after") ?? undefined);
  }
}

/** @param {unknown} error */
function unanswered(error) {
  if (!(error instanceof NoAnswer)) return error;
  if (error.kind === "too-long") return notUnderstood(error.message);
  return error.kind === "timed-out"
    ? new StorageError("timed-out", "the store did not answer in time")
    : new StorageError("unreachable", `the store cannot be reached: ${error.message}`);
}
