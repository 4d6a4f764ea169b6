// Where the package's files are.

import { notLoaded } from "./explain.js";

/**
 * @param {string} name of a file in dist/
 * @param {string | null | undefined} base the folder, as the app names it: a URL, which may be relative to the page
 * @param {() => URL} find where it is without that
 */
export function locate(name, base, find) {
  try {
    if (!base) return find();
    // A request knows what its URL is relative to, in pages and workers alike.
    return new URL(name, new Request(base.replace(/\/?$/, "/")).url);
  } catch (cause) {
    throw notLoaded(`\`base\` must be the URL of the folder that has ${name}.`, false, cause);
  }
}

/**
 * What tells a file from those of other versions, in its URL: two of them can live side by side, and be cached for
 * as long as anyone likes.
 *
 * @param {string} integrity
 */
export const versionOf = (integrity) => integrity.replace(/\W/g, "").slice(6, 14);
