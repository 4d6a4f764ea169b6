// A client for Ittybit's API, as far as uploads need it: how an upload URL and a media object are asked
// for, and how the answers read.
//
// Refuses to know who may upload what: that is decided before anything here is called.

import { ask, NoAnswer } from "./ask.js";
import { mayCarrySecrets, parseUrl, withoutUrls } from "./url.js";
import { cut, field, parseJson, wordsOf } from "./words.js";

const DEFAULT_API_URL = "https://api.ittybit.com";

/** @typedef {import("../../pkg-config/entries/server.js").UploadProperties} UploadProperties */
/** @typedef {import("../../pkg-config/entries/server.js").Media} Media */
/** @typedef {import("./ask.js").Fetch} Fetch */

/**
 * What comes of asking for an upload URL: where the file may be sent, and which of its bytes are there
 * already; or its media object.
 *
 * @typedef {{ url: string, received?: [number, number][] } | { media: Media }} Created
 */

/** Why there is no upload URL, or no media object. Its message has neither a key nor a URL. */
export class ServiceError extends Error {
  /**
   * @param {"refused" | "unreachable" | "timed-out" | "not-an-upload" | "not-media"} kind
   * @param {string} message
   * @param {{ status?: number | undefined, retryAfter?: string | undefined, detail?: string | undefined }} [more]
   *   `retryAfter` is the header as received
   */
  constructor(kind, message, { status, retryAfter, detail } = {}) {
    super(message);
    this.name = "ServiceError";
    this.kind = kind;
    this.status = status;
    this.retryAfter = retryAfter;
    this.detail = detail;
  }
}

export class Service {
  #key;
  #url;
  #fetch;
  #timeouts;

  /**
   * @param {object} settings
   * @param {string | undefined} settings.apiKey
   * @param {string | undefined} [settings.apiUrl]
   * @param {Fetch | undefined} [settings.fetch]
   * @param {number} settings.answerTimeout ms
   * @param {number} settings.fetchTimeout ms
   * @throws {TypeError}
   */
  constructor({ apiKey, apiUrl = DEFAULT_API_URL, fetch, answerTimeout, fetchTimeout }) {
    this.#key = checkedKey(apiKey);
    this.#url = checkedUrl(apiUrl);
    this.#fetch = fetch;
    this.#timeouts = { answer: answerTimeout, fetch: fetchTimeout };
  }

  /**
   * Creates an upload URL, which is short-lived and works once; or finds that the file is stored already.
   *
   * @param {UploadProperties & { resumable?: boolean }} properties
   * @param {string} [idempotencyKey]
   * @param {AbortSignal} [signal]
   * @returns {Promise<Created>}
   */
  async createUpload(properties, idempotencyKey, signal) {
    const json = await this.#post("/uploads", properties, "not-an-upload", {
      timeout: this.#timeouts.answer,
      idempotencyKey,
      signal,
    });
    const upload = field(json, "data") ?? json;
    const media = field(upload, "media");
    if (typeof field(media, "id") === "string") return { media };
    if (media !== undefined) throw noUpload("its media is no media object");
    const url = field(upload, "url");
    if (typeof url !== "string") throw noUpload("it has no url");
    const parsed = parseUrl(url);
    if (!parsed || !mayCarrySecrets(parsed)) {
      throw noUpload("its url is not one that a file may be sent to");
    }
    const received = readRanges(field(upload, "received") ?? []);
    return received.length > 0 ? { url, received } : { url };
  }

  /**
   * Creates a media object of a file that the service fetches from `url` before it answers.
   *
   * @param {string} url reads the file, so it is in no error
   * @param {UploadProperties} properties
   * @param {string} idempotencyKey
   * @returns {Promise<Media>}
   */
  async createMedia(url, properties, idempotencyKey) {
    const json = await this.#post("/media", { url, ...properties }, "not-media", {
      timeout: this.#timeouts.fetch,
      idempotencyKey,
    });
    const media = field(json, "data") ?? json;
    if (typeof field(media, "id") === "string") return media;
    throw new ServiceError("not-media", "Ittybit's answer is no media object: it has no id");
  }

  /**
   * @param {string} path
   * @param {object} body
   * @param {"not-an-upload" | "not-media"} unreadable
   * @param {{ timeout: number, idempotencyKey?: string | undefined, signal?: AbortSignal | undefined }} options
   */
  async #post(path, body, unreadable, { timeout, idempotencyKey, signal }) {
    const what = unreadable === "not-media" ? "media object" : "upload URL";
    const init = {
      method: "POST",
      headers: {
        authorization: `Bearer ${this.#key}`,
        "content-type": "application/json",
        ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
      },
      body: JSON.stringify(body),
      timeout,
    };
    const { status, headers, text } = await ask(
      stoppable(this.#fetch, signal),
      this.#url + path,
      init,
    ).catch((error) => {
      signal?.throwIfAborted();
      throw this.#unanswered(error, unreadable, what);
    });
    const json = parseJson(text);
    const detail = this.#redact(wordsOf(json));
    if (status < 200 || status > 299) {
      const retryAfter = headers.get("retry-after") ?? undefined;
      const message = `Ittybit refused (${status}): ${detail ?? "without a reason"}`;
      throw new ServiceError("refused", message, { status, retryAfter, detail });
    }
    /** @param {string} reason */
    const senseless = (reason) =>
      new ServiceError(unreadable, `Ittybit's answer is no ${what}: ${reason}`, { status, detail });
    if (json === undefined) throw senseless("it is not JSON");
    if (field(json, "error") !== undefined) {
      throw senseless(detail ?? "it reports an error without a reason");
    }
    return json;
  }

  /**
   * @param {unknown} error
   * @param {"not-an-upload" | "not-media"} unreadable
   * @param {string} what
   */
  #unanswered(error, unreadable, what) {
    if (!(error instanceof NoAnswer)) return error;
    if (error.kind === "timed-out") {
      return new ServiceError("timed-out", "Ittybit did not answer in time");
    }
    return error.kind === "too-long"
      ? new ServiceError(unreadable, `Ittybit's answer is no ${what}: ${error.message}`)
      : new ServiceError(
          "unreachable",
          `Ittybit cannot be reached: ${this.#redact(error.message)}`,
        );
  }

  /**
   * A server may repeat the key in a message ("invalid key …"), or a URL, and messages are logged.
   *
   * @param {string | undefined} text
   */
  #redact(text) {
    return text && cut(withoutUrls(text.replaceAll(this.#key, "[API key]")));
  }
}

/** @param {string} reason */
function noUpload(reason) {
  return new ServiceError("not-an-upload", `Ittybit's answer is no upload URL: ${reason}`);
}

/**
 * @param {typeof fetch | undefined} send
 * @param {AbortSignal | undefined} signal ends the request besides its own
 * @returns {typeof fetch | undefined}
 */
function stoppable(send, signal) {
  if (!signal) return send;
  return async (url, init) => {
    signal.throwIfAborted();
    const both = new AbortController();
    const stop = () => both.abort();
    for (const one of [signal, init?.signal]) one?.addEventListener("abort", stop, { once: true });
    return (send ?? fetch)(url, { ...init, signal: both.signal });
  };
}

/** @param {unknown} apiKey */
function checkedKey(apiKey) {
  if (apiKey === undefined || apiKey === null || String(apiKey).trim() === "") {
    throw new TypeError("`apiKey` is missing: is ITTYBIT_API_KEY set?");
  }
  const key = typeof apiKey === "string" ? apiKey.trim() : "";
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new TypeError("`apiKey` is malformed: it is one word of visible ASCII characters");
  }
  return key;
}

/** @param {unknown} apiUrl */
function checkedUrl(apiUrl) {
  const text = typeof apiUrl === "string" ? apiUrl.trim().replace(/\/+$/, "") : "";
  const url = parseUrl(`${text}/uploads`);
  if (!url || !mayCarrySecrets(url) || url.search || url.hash || /[?#]/.test(text)) {
    throw new TypeError(
      "`apiUrl` must be an https: URL (http: only on this machine) without a user name, query or fragment",
    );
  }
  return text;
}

/**
 * Ranges of a file's bytes, `[first, last]`, both included: in as few as can be.
 *
 * @param {unknown} json
 */
function readRanges(json) {
  const isRange = (/** @type {unknown} */ range) =>
    Array.isArray(range) &&
    range.length === 2 &&
    range.every((at) => Number.isSafeInteger(at) && at >= 0) &&
    range[0] <= range[1];
  if (!Array.isArray(json) || !json.every(isRange)) {
    throw noUpload("what it has received are no ranges of bytes");
  }
  /** @type {[number, number][]} */
  const merged = [];
  for (const [first, last] of json.sort((one, other) => one[0] - other[0])) {
    const before = merged.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}
