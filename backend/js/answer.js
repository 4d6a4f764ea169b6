// Asking another server: within a time, without following where it points, and reading no more than an
// answer has. A failure to answer is an error that names neither a URL nor a key.

import { readText } from "./body.js";

/** In bytes: what is longer is no answer of an API. */
const longest = 4 * 1024 * 1024;

/** Why there was no answer, or none that can be used. What it says is for the app's log. */
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

/** It answered with a status that is no success. */
export class Refused extends Error {
  /**
   * @param {string} who
   * @param {number} status
   * @param {string} words its own, or its code
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
    // The platform's words may have the URL in them; those of its cause have the host alone.
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
 * What a server says went wrong, wherever it puts it: an error that is a text or `{message}`, or a bare
 * `{message}`. Empty where it says nothing.
 *
 * @param {any} json
 * @returns {string}
 */
export function wordsIn(json) {
  const places = [json?.error, json?.error?.message, json?.message];
  return places.find((words) => typeof words === "string" && words !== "") ?? "";
}

/**
 * Whether an answer reports an error: `null`, `false`, `0`, an empty text and an empty list say that there is
 * none.
 *
 * @param {any} json
 */
export const isFailure = (json) => Boolean(json?.error) && json.error.length !== 0;

/**
 * What an answer is about, in an envelope or bare; nothing where it reports an error.
 *
 * @param {any} json
 */
export const contentOf = (json) => (isFailure(json) ? undefined : (json?.data ?? json));
