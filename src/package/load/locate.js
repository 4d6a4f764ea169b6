// Finds the URLs of the package's files.

import { notLoaded } from "./explain.js";

/**
 * @param {string} name of a file in dist/
 * @param {string | null | undefined} base the folder that the app has set: a URL, which may be relative to the page
 * @param {() => URL} find returns the URL without a `base`
 */
export function locate(name, base, find) {
  try {
    if (!base) return find();
    // A Request resolves a relative URL, in pages and in workers.
    return new URL(name, new Request(base.replace(/\/?$/, "/")).url);
  } catch (cause) {
    throw notLoaded(`\`base\` must be the URL of the folder that has ${name}.`, false, cause);
  }
}

/**
 * Returns the query that distinguishes a file from the same file of another version. Two versions can then lie side by
 * side, and caches may keep both forever.
 *
 * @param {string} integrity
 */
export const versionOf = (integrity) => integrity.replace(/\W/g, "").slice(6, 14);
