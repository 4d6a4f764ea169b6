// One question to another server: sent once, answered in time, and no longer than an answer can be.
//
// Follows no redirect: a key or a file must not follow wherever an answer points. Refuses to know what
// an answer means.

import { withoutUrls } from "./url.js";

/** No answer of these servers is nearly as long; what is longer is something else. Bytes. */
const LONGEST_ANSWER = 4 * 1024 * 1024;

/** @typedef {typeof fetch} Fetch */

/**
 * @typedef {object} Answer
 * @property {number} status 0 is a redirect, where the platform shows no more of it
 * @property {Headers} headers
 * @property {string} text
 */

/** There is no answer, or none to make use of. */
export class NoAnswer extends Error {
  /**
   * @param {"timed-out" | "unreachable" | "too-long"} kind
   * @param {string} reason without a URL
   * @param {number} [status] where there was one
   */
  constructor(kind, reason, status) {
    super(reason);
    this.kind = kind;
    this.status = status;
  }
}

/**
 * @param {Fetch | undefined} send the platform's own, unless it is another
 * @param {string} url
 * @param {RequestInit & { timeout: number }} init with the ms that all of it may take
 * @returns {Promise<Answer>}
 */
export async function ask(send, url, { timeout, ...init }) {
  const clock = new AbortController();
  const timer = setTimeout(() => clock.abort(), timeout);
  try {
    const request = { ...init, redirect: /** @type {const} */ ("manual"), signal: clock.signal };
    // Looked up now, and called bare: workers insist on it.
    const response = await (send ? send(url, request) : fetch(url, request));
    return await readAnswer(response);
  } catch (error) {
    if (error instanceof NoAnswer) throw error;
    throw noAnswer(error, clock.signal.aborted);
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Response} response */
export async function readAnswer(response) {
  const { status, headers, body } = response;
  if (!body) return { status, headers, text: "" };
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const reader = body.getReader();
  let text = "";
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { status, headers, text: text + decoder.decode() };
    length += value.length;
    if (length > LONGEST_ANSWER) {
      reader.cancel().catch(() => {});
      throw new NoAnswer("too-long", "it is far too long", status);
    }
    text += decoder.decode(value, { stream: true });
  }
}

/**
 * @param {unknown} error as `fetch` rejects
 * @param {boolean} timedOut whether it was our own clock
 */
export function noAnswer(error, timedOut) {
  const reasons = [];
  let codes = "";
  for (let at = error; at instanceof Error && reasons.length < 4; at = at.cause) {
    reasons.push(at.message || at.name);
    codes += ` ${/** @type {{ code?: unknown }} */ (at).code}`;
  }
  // The platform's clocks: of the connection, of the system.
  if (timedOut || /TIMEOUT|ETIMEDOUT/.test(codes)) return new NoAnswer("timed-out", "in time");
  return new NoAnswer("unreachable", withoutUrls(reasons.join(": ") || "no connection"));
}
