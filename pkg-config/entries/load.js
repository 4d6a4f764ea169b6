// Loads a module that lies beside this one, and runs it only if it has the hash that the build gave it. What is
// checked is what runs: a browser keeps a module that it fetched under a hash, and `import()` gets that one.

import { base } from "#base";
import { native } from "../../src/browser/native.js";
import { explain, refusal } from "./explain.js";

/** How often each file has failed. @type {Record<string, number>} */
const failures = {};

/**
 * Tries a second time, past what a cache may have of another version.
 *
 * @param {string} name of a file in dist/
 * @param {string} integrity
 * @returns {Promise<any>} the module
 */
export async function load(name, integrity) {
  for (let tries = 1; ; tries += 1) {
    const url = new URL(name, base);
    // Browsers remember that an address failed, so that another attempt needs another one.
    if (failures[name]) url.search = `attempt=${failures[name]}`;
    if (!globalThis.document) {
      throw refusal(url, "can't be checked in a worker. Load the inline build there.");
    }
    try {
      await fetchModule(url.href, integrity);
    } catch {
      failures[name] = (failures[name] ?? 0) + 1;
      if (tries === 2) throw await explain(url, integrity);
      continue;
    }
    return import(url.href);
  }
}

/**
 * @param {string} href
 * @param {string} integrity
 */
async function fetchModule(href, integrity) {
  const element = elementFor(href);
  element.integrity = integrity;
  element.crossOrigin = "anonymous";
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
 * What trusted types take as the address of a script. Only used with a hash beside it.
 *
 * @param {string} href
 */
function trusted(href) {
  const { trustedTypes } = /** @type {any} */ (globalThis);
  // Where the platform has none, an element of the page may have that name.
  const isPlatforms = String(trustedTypes) === "[object TrustedTypePolicyFactory]";
  if (isPlatforms) {
    policy ??= trustedTypes.createPolicy("ittybit-uploader", {
      createScriptURL: (/** @type {string} */ url) => url,
    });
  }
  return policy?.createScriptURL(href) ?? href;
}
