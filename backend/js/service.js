// A client for the part of Ittybit's API that an app's backend needs: creates upload URLs, and media
// objects of files that are stored elsewhere. Envelopes differ between versions: `{data, error}` or the
// bare object, an error that is a string or `{message}`. This module reads all of them. No error
// contains the key.

import {
  AnswerError,
  ask,
  contentOf,
  isFailure,
  messageIn,
  Refused,
  retryAfterOf,
} from "./answer.js";
import { isObject, parse } from "./body.js";
import { hexOf, macWith } from "./keys.js";
import { isPrivate, readServer, withoutEnd } from "./url.js";

const serverName = "Ittybit";

/** The longest message of a server in a log, in characters. Longer ones are cut. */
const longestMessage = 500;

/** Matches URLs, which may be upload URLs or give access to files. No scheme is longer than 32 characters. */
const urlInMessage = /[a-z\d+.-]{0,32}:\/\/[^\s"<>]*/gi;

/**
 * @typedef {import("./index.d.ts").UploadProperties & { resumable?: boolean }} NewUpload
 *
 * @typedef {{ media: any } | { url: string, received?: [number, number][] }} Created
 */

export class Service {
  #key;
  #url;
  #fetch;
  #answerTimeout;
  #fetchTimeout;
  #mac;

  /**
   * @param {unknown} apiKey
   * @param {{ apiUrl?: unknown, name?: string, fetch?: typeof globalThis.fetch | undefined,
   *   answerTimeout?: number | undefined, fetchTimeout?: number | undefined }} options
   */
  constructor(apiKey, { apiUrl = "https://api.ittybit.com", name = "", fetch, ...timeouts }) {
    // A missing key is reported on first use, because builds of an app may import it without secrets.
    const isSet = apiKey !== undefined && apiKey !== "";
    if (isSet && !(typeof apiKey === "string" && /^[\x21-\x7e]+$/.test(apiKey.trim()))) {
      throw new TypeError("`apiKey` must be one word of visible ASCII characters");
    }
    const url = readServer(apiUrl);
    if (!url || !isPrivate(url)) {
      throw new TypeError(
        "`apiUrl` must be an https: URL (http: only on this machine) without a user name, query or fragment",
      );
    }
    this.#key = isSet ? apiKey.trim() : undefined;
    this.#url = withoutEnd(url.href);
    this.#fetch = /** @type {typeof globalThis.fetch} */ (fetch ?? globalThis.fetch);
    this.#answerTimeout = timeouts.answerTimeout ?? 30_000;
    this.#fetchTimeout = timeouts.fetchTimeout ?? 300_000;
    this.#mac = macWith(this.#key ?? "", ["idempotency key", name]);
  }

  /**
   * Returns the service's idempotency key for a file. It reveals nothing about the file, and no page
   * can choose it. The service accepts at most 32 characters.
   *
   * @param {string} file identifies the file
   */
  async idempotencyKey(file) {
    return hexOf((await this.#mac(file)).subarray(0, 16));
  }

  /**
   * Creates an upload URL, or returns the media object if the file is stored already.
   *
   * @param {NewUpload} upload
   * @param {string | undefined} idempotencyKey
   * @param {AbortSignal} [signal]
   * @returns {Promise<Created>}
   */
  async createUpload(upload, idempotencyKey, signal) {
    const answer = await this.#post("/uploads", upload, {
      idempotencyKey,
      timeout: this.#answerTimeout,
      signal,
    });
    const created = this.#read(answer, "is no upload URL");
    if (isObject(created.media) && typeof created.media.id === "string") {
      return { media: created.media };
    }
    const no = (/** @type {string} */ why) =>
      new AnswerError(serverName, "not-understood", `gave an answer that is no upload URL: ${why}`);
    if (created.media != null) throw no("its media is no media object");
    const { url, received } = created;
    if (typeof url !== "string") throw no("it has no url");
    if (!URL.canParse(url) || !isPrivate(new URL(url))) {
      throw no("its url is not one that a file may be sent to");
    }
    const ranges = mergedRanges(received ?? []);
    if (!ranges) throw no("what it has received are no ranges of bytes");
    return ranges.length > 0 ? { url, received: ranges } : { url };
  }

  /**
   * Creates a media object from a file that the service fetches. Returns it exactly as received.
   *
   * @param {string} url
   * @param {NewUpload} upload
   * @param {string} idempotencyKey
   */
  async createMedia(url, upload, idempotencyKey) {
    const answer = await this.#post(
      "/media",
      { url, ...upload },
      { idempotencyKey, timeout: this.#fetchTimeout },
    );
    const media = this.#read(answer, "is no media object");
    if (typeof media.id === "string") return media;
    throw new AnswerError(
      serverName,
      "not-understood",
      "gave an answer that is no media object: it has no id",
    );
  }

  /**
   * @param {string} path
   * @param {object} body
   * @param {{ idempotencyKey: string | undefined, timeout: number, signal?: AbortSignal | undefined }} how
   */
  async #post(path, body, { idempotencyKey, timeout, signal }) {
    if (this.#key === undefined) throw new TypeError("`apiKey` must be set");
    const answer = await ask(
      `${this.#url}${path}`,
      {
        method: "POST",
        headers: {
          authorization: `Bearer ${this.#key}`,
          "content-type": "application/json",
          // Ittybit accepts keys of at most 32 characters.
          ...(idempotencyKey && { "idempotency-key": idempotencyKey.replaceAll("-", "") }),
        },
        body: JSON.stringify(body),
      },
      { fetch: this.#fetch, server: serverName, timeout, signal },
    );
    if (answer.ok) return answer;
    const message = this.#messageForLog(parse(answer.text));
    throw new Refused(serverName, answer.status, message, retryAfterOf(answer.headers));
  }

  /**
   * Returns the object in an answer.
   *
   * @param {import("./answer.js").Answer} answer
   * @param {string} fault
   */
  #read({ text }, fault) {
    const json = parse(text);
    const no = (/** @type {string} */ why) =>
      new AnswerError(serverName, "not-understood", `gave an answer that ${fault}: ${why}`);
    if (json === undefined) throw no("it is not JSON");
    if (isFailure(json)) {
      throw no(this.#messageForLog(json) || "it reports an error without a reason");
    }
    const object = contentOf(json);
    if (!isObject(object)) throw no("it is no object");
    return object;
  }

  /**
   * Returns a server's error message for a log: on one line, and without the key and URLs. Cuts the
   * message last, so that no part of a secret remains.
   *
   * @param {any} json
   */
  #messageForLog(json) {
    const message = messageIn(json);
    const shown = this.#key ? message.replaceAll(this.#key, "[API key]") : message;
    return shown
      .replace(urlInMessage, "[URL]")
      .replace(/\p{Cc}/gu, " ")
      .slice(0, longestMessage);
  }
}

/**
 * Merges ranges into as few as possible, sorted. Returns `undefined` if they are not valid.
 *
 * @param {unknown} ranges
 */
function mergedRanges(ranges) {
  if (!Array.isArray(ranges)) return undefined;
  const isRange = (/** @type {unknown} */ range) =>
    Array.isArray(range) &&
    range.length === 2 &&
    range.every((at) => Number.isSafeInteger(at) && at >= 0) &&
    range[0] <= range[1];
  if (!ranges.every(isRange)) return undefined;
  /** @type {[number, number][]} */
  const merged = [];
  for (const [first, last] of [...ranges].sort(([a], [b]) => a - b)) {
    const before = merged.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}
