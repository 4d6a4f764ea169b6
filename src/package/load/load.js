// Loads a module of the package, and runs it only if it has the hash that the build gave it. What is
// checked is what runs: a browser keeps a module that it fetched under a hash, and `import()` gets that one.

import { native } from "../../browser/js/native.js";
import { explain, notLoaded } from "./explain.js";
import { locate, versionOf } from "./locate.js";

/** Counts how often each file has failed. */
let failures = 0;

/**
 * Tries a second time, past what a cache may have of another version.
 *
 * @param {string} name of a file in dist/
 * @param {string} integrity
 * @param {string | undefined} beside the URL of a file in the same folder
 * @param {string | null} [base] the folder, where the app has named it
 * @param {boolean} [isLast] of the tries
 * @returns {Promise<any>} the module
 */
export async function load(name, integrity, beside, base, isLast) {
  if (!globalThis.document) {
    throw notLoaded(`${name} can't be checked in a worker. Load the inline build there.`);
  }
  const url = locate(name, base, () => new URL(name, beside));
  url.search = versionOf(integrity);
  // Browsers remember that an address failed, so that another attempt needs another one.
  if (failures) url.search += `&attempt=${failures}`;
  try {
    await fetchModule(url.href, integrity);
  } catch {
    failures += 1;
    if (isLast) throw await explain(url, integrity, "javascript");
    return load(name, integrity, beside, base, true);
  }
  return import(url.href);
}

/**
 * @param {string} href
 * @param {string} integrity
 */
async function fetchModule(href, integrity) {
  const element = Object.assign(elementFor(href), { integrity, crossOrigin: "" });
  await new Promise((resolve, reject) => {
    element.onload = resolve;
    element.onerror = reject;
    native(document, "head").append(element);
  }).finally(() => element.remove());
}

/**
 * A link, because trusted types have nothing against one. WebKit does not hold links to their hash, and older
 * browsers do not know them: there it is a script.
 *
 * @param {string} href
 */
function elementFor(href) {
  const create = native(document, "createElement");
  const link = create("link");
  if (link.relList.supports("modulepreload") && !navigator.vendor.startsWith("Apple")) {
    return Object.assign(link, { rel: "modulepreload", href });
  }
  return Object.assign(create("script"), { type: "module", src: trusted(href) });
}

/** @type {{ createScriptURL(url: string): string } | undefined} */
let policy;

/**
 * What trusted types take as the address of a script. Only used for a file of the package, whose hash is checked.
 *
 * @param {string} href
 */
export function trusted(href) {
  const { trustedTypes } = /** @type {any} */ (globalThis);
  // Where the platform has none, an element of the page may have that name.
  if (typeof trustedTypes?.createPolicy === "function") {
    policy ??= trustedTypes.createPolicy("ittybit-uploader", {
      createScriptURL: (/** @type {string} */ url) => url,
    });
  }
  return policy?.createScriptURL(href) ?? href;
}
