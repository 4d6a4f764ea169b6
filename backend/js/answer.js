// Sends a request to another server, with a timeout, without following redirects, and with a limit on
// the size of the answer. No error contains a URL or a key.

import { readText } from "./body.js";

/** The longest answer, in bytes. No answer of the API is nearly as long. */
const longest = 4 * 1024 * 1024;

/** There was no answer, or none that can be used. The message is for the app's log. */
export class NoAnswer extends Error {
  /**
   * @param {string} who
   * @param {"unreachable" | "timeout" | "not-understood"} kind
   * @param {string} why
   * @param {unknown} [cause]
   */
  constructor(who, kind, why, cause) {
    super(`${who} ${why}`, cause === undefined ? undefined : { cause });
    this.name = "NoAnswer";
    this.who = who;
    this.kind = kind;
  }
}

/** The server answered with an error status. */
export class Refused extends Error {
  /**
   * @param {string} who
   * @param {number} status
   * @param {string} words the server's own message, or its code
   * @param {string | undefined} retryAfter as received
   */
  constructor(who, status, words, retryAfter) {
    super(`${who} refused (${status}${words && `: ${words}`})`);
    this.name = "Refused";
    this.who = who;
    this.status = status;
    this.words = words;
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
 * @typedef {{ fetch: typeof fetch, who: string, timeout: number, signal?: AbortSignal | undefined }} Asking
 *
 * @param {string | URL} url
 * @param {RequestInit & { duplex?: "half" }} init
 * @param {Asking} asking `timeout` in ms
 * @returns {Promise<Answer>}
 */
export async function ask(url, init, { fetch, who, timeout, signal }) {
  const limit = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    const text = await read(response, who);
    const { status, ok, headers } = response;
    return { status, ok, headers, text };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof NoAnswer) throw error;
    if (limit.aborted) throw new NoAnswer(who, "timeout", "did not answer in time");
    // The platform's message may contain the URL, so this uses the code of the cause.
    const reason = /** @type {any} */ (error)?.cause?.code;
    const why = typeof reason === "string" ? `cannot be reached: ${reason}` : "cannot be reached";
    throw new NoAnswer(who, "unreachable", why);
  }
}

/**
 * @param {Response} response
 * @param {string} who
 */
async function read(response, who) {
  const text = await readText(response.body, longest);
  if (text !== undefined) return text;
  throw new NoAnswer(who, "not-understood", "gave an answer that is far too long");
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
export function wordsIn(json) {
  const places = [json?.error, json?.error?.message, json?.message];
  return places.find((words) => typeof words === "string" && words !== "") ?? "";
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
