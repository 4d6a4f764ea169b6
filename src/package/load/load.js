// Loads a module of the package, and runs it only if it has the hash from the build. The checked module is the one that
// runs: a browser keeps a module that it fetched with a hash, and `import()` gets that one.

import { native } from "../../browser/js/native.js";
import { explain, notLoaded } from "./explain.js";
import { locate, versionOf } from "./locate.js";

/** How many loads have failed, of all files. */
let failures = 0;

/**
 * Loads a module. Tries a second time with another URL, because a cache may have the file of another version.
 *
 * @param {string} name of a file in dist/
 * @param {string} integrity
 * @param {string | undefined} beside the URL of a file in the same folder
 * @param {string | null} [base] the folder, if the app has set it
 * @param {boolean} [isLast] of the tries
 * @returns {Promise<any>} the module
 */
export async function load(name, integrity, beside, base, isLast) {
  if (!globalThis.document) {
    throw notLoaded(`${name} can't be checked in a worker. Load the inline build there.`);
  }
  const url = locate(name, base, () => new URL(name, beside));
  url.search = versionOf(integrity);
  // Browsers remember that a URL failed, so another try needs another URL.
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
 * Makes the browser fetch a module and check its hash.
 *
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
 * Returns a link, because trusted types do not restrict links. Returns a script in WebKit, which does not check the hash
 * of links, and in older browsers, which do not support them.
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
 * Returns a script's URL in the form that trusted types accept. Must only be used for a file of the package whose hash
 * is checked.
 *
 * @param {string} href
 */
export function trusted(href) {
  const { trustedTypes } = /** @type {any} */ (globalThis);
  // If the browser has no trusted types, an element of the page may have that name.
  if (typeof trustedTypes?.createPolicy === "function") {
    policy ??= trustedTypes.createPolicy("ittybit-uploader", {
      createScriptURL: (/** @type {string} */ url) => url,
    });
  }
  return policy?.createScriptURL(href) ?? href;
}
