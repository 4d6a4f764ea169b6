// Bodies of requests and of answers: no more of one is read than is wanted, and JSON is taken apart with
// care.

/** A body that was not there in time. */
export class LateBody extends Error {}

/**
 * A body as text, or nothing where it has more bytes than that.
 *
 * @param {ReadableStream<Uint8Array> | null} body
 * @param {number} most in bytes
 * @param {TextDecoderOptions & { timeout?: number }} [options] `timeout` in ms, for the whole of it
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
    // Whoever sends it may never notice, so nobody waits for that. What was read whole is not touched.
    reader?.cancel().catch(() => {});
  }
}

/** Timers of the platform count no further, in ms. */
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

/** How deep an object or list may be in others. */
const deepest = 32;

/**
 * Whether a text, if it is JSON, holds objects or lists deeper in each other than anyone needs. Looked at
 * before it is parsed: what goes down into them would run out of stack.
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
 * Whether a value that was read as JSON can be passed on as it is: with no half of a surrogate pair in a text
 * or name, and no number that is too large to be one. Other readers of JSON refuse both.
 *
 * @param {unknown} value no deeper than {@link isTooDeep} allows
 * @returns {boolean}
 */
export function isSayable(value) {
  if (typeof value === "string") return !/\p{Surrogate}/u.test(value);
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, inner]) => isSayable(name) && isSayable(inner));
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
