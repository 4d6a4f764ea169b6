// Reads the bodies of requests and answers, with limits on their size and time, and parses JSON safely.

/** A body did not arrive in time. */
export class LateBody extends Error {}

/**
 * Reads a body as text. Returns `undefined` if it has more than `most` bytes.
 *
 * @param {ReadableStream<Uint8Array> | null} body
 * @param {number} most in bytes
 * @param {TextDecoderOptions & { timeout?: number }} [options] `timeout` is in ms, for the whole body
 */
export async function readText(body, most, { timeout, ...options } = {}) {
  const decoder = new TextDecoder("utf-8", options);
  let text = "";
  let size = 0;
  const reader = body?.getReader();
  const limit = limitOf(timeout);
  try {
    while (reader) {
      const { done, value } = await Promise.race([reader.read(), limit.passed]);
      if (done) break;
      size += value.byteLength;
      if (size > most) return undefined;
      text += decoder.decode(value, { stream: true });
    }
    return text + decoder.decode();
  } finally {
    limit.end();
    // Doesn't wait, because the sender may never notice. Does nothing if the body was read completely.
    reader?.cancel().catch(() => {});
  }
}

/** The longest timeout of the platform's timers, in ms. */
const longestTimeout = 2 ** 31 - 1;

/** @param {number | undefined} timeout */
function limitOf(timeout) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const passed = new Promise((_, reject) => {
    if (timeout === undefined) return;
    timer = setTimeout(() => reject(new LateBody()), Math.min(timeout, longestTimeout));
  });
  return { passed, end: () => clearTimeout(timer) };
}

/** How deep objects and lists may be nested. */
const deepest = 32;

/**
 * Returns whether JSON is nested too deep. Checks this before parsing, because recursive code would
 * overflow the stack.
 *
 * @param {string} text
 */
export function isTooDeep(text) {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (isInString) {
      if (character === "\\") at++;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === "}" || character === "]") depth--;
    else if ((character === "{" || character === "[") && ++depth > deepest) return true;
  }
  return false;
}

/**
 * Returns whether a value from JSON can be passed on unchanged: no text or name has a lone surrogate,
 * and no number is infinite. Other JSON parsers refuse both.
 *
 * @param {unknown} value no deeper than {@link isTooDeep} allows
 * @returns {boolean}
 */
export function isWellFormed(value) {
  if (typeof value === "string") return !/\p{Surrogate}/u.test(value);
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, inner]) => isWellFormed(name) && isWellFormed(inner));
}

/** @param {string} text */
export function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {unknown} value @returns {value is Record<string, any>} */
export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);
