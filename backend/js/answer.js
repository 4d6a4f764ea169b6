// Sends a request to another server, with a timeout, without following redirects, and with a limit on
// the size of the answer. No error contains a URL or a key.

import { readText } from "./body.js";

/** The longest answer, in bytes. No answer of the API is nearly as long. */
const longest = 4 * 1024 * 1024;

/** There was no usable answer. The message is for the app's log. */
export class AnswerError extends Error {
  /**
   * @param {string} server
   * @param {"unreachable" | "timeout" | "not-understood"} kind
   * @param {string} why
   * @param {unknown} [cause]
   */
  constructor(server, kind, why, cause) {
    super(`${server} ${why}`, cause === undefined ? undefined : { cause });
    this.name = "AnswerError";
    this.server = server;
    this.kind = kind;
  }
}

/** The server answered with an error status. */
export class Refused extends Error {
  /**
   * @param {string} server
   * @param {number} status
   * @param {string} detail the server's own message, or its code
   * @param {string | undefined} retryAfter as received
   */
  constructor(server, status, detail, retryAfter) {
    super(`${server} refused (${status}${detail && `: ${detail}`})`);
    this.name = "Refused";
    this.server = server;
    this.status = status;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }
}

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {boolean} ok
 * @property {Headers} headers
 * @property {string} text
 *
 * @typedef {{ fetch: typeof fetch, server: string, timeout: number, signal?: AbortSignal | undefined }} AskOptions
 *
 * @param {string | URL} url
 * @param {RequestInit & { duplex?: "half" }} init
 * @param {AskOptions} options `server` names it in errors; `timeout` is in ms
 * @returns {Promise<Answer>}
 */
export async function ask(url, init, { fetch, server, timeout, signal }) {
  const limit = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    const text = await read(response, server);
    const { status, ok, headers } = response;
    return { status, ok, headers, text };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof AnswerError) throw error;
    if (limit.aborted) throw new AnswerError(server, "timeout", "did not answer in time");
    // The platform's message may contain the URL, so this uses the code of the cause.
    const reason = /** @type {any} */ (error)?.cause?.code;
    const why = typeof reason === "string" ? `cannot be reached: ${reason}` : "cannot be reached";
    throw new AnswerError(server, "unreachable", why);
  }
}

/**
 * @param {Response} response
 * @param {string} server
 */
async function read(response, server) {
  const text = await readText(response.body, longest);
  if (text !== undefined) return text;
  throw new AnswerError(server, "not-understood", "gave an answer that is far too long");
}

/** @param {Headers} headers */
export const retryAfterOf = (headers) => headers.get("retry-after") ?? undefined;

/**
 * Returns a server's error message: an error that is a text or `{message}`, or a bare `{message}`.
 * Empty if there is none.
 *
 * @param {any} json
 * @returns {string}
 */
export function messageIn(json) {
  const places = [json?.error, json?.error?.message, json?.message];
  return places.find((detail) => typeof detail === "string" && detail !== "") ?? "";
}

/**
 * Returns whether an answer reports an error. `null`, `false`, `0`, an empty text and an empty list
 * mean no error.
 *
 * @param {any} json
 */
export const isFailure = (json) => Boolean(json?.error) && json.error.length !== 0;

/**
 * Returns the content of an answer, in an envelope or bare. Returns `undefined` if it reports an error.
 *
 * @param {any} json
 */
export const contentOf = (json) => (isFailure(json) ? undefined : (json?.data ?? json));
