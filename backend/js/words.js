// What a server says went wrong, wherever it puts it, and as it may be shown in a log.
//
// Versions of the service differ: `{meta, data, error, links}` with an error that is `null`, a string or
// `{message}`; a bare object; `{message}`; `{kind, message}`.

/** Longer words of a server are cut: they go into logs. Characters. */
const LONGEST = 500;

/**
 * To be called last: what was cut in two is not found any more.
 *
 * @param {string} words
 */
export const cut = (words) => [...words].slice(0, LONGEST).join("");

/**
 * @param {string} text
 * @returns {any} `undefined` where it is no JSON
 */
export function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * A field of what may be anything.
 *
 * @param {unknown} json
 * @param {string} name
 * @returns {any} `undefined` where there is none, and for `null`
 */
export function field(json, name) {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  return Object.hasOwn(json, name)
    ? /** @type {Record<string, unknown>} */ ((json)[name] ?? undefined)
    : undefined;
}

/**
 * @param {unknown} json
 * @returns {string | undefined}
 */
export function wordsOf(json) {
  const error = field(json, "error");
  const found = [error, field(error, "message"), field(json, "message")].find(
    (words) => typeof words === "string",
  );
  return found || undefined;
}
