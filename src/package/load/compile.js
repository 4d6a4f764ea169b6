// Loads a wasm from a server, compiles it while it arrives, and refuses it if its hash is not the one of the build.

import { explain, notLoaded } from "./explain.js";
import { versionOf } from "./locate.js";

/** The directives of the page's policy that blocked a file, by its URL. @type {Record<string, string>} */
const blocked = {};

/** @param {SecurityPolicyViolationEvent} event */
function note({ disposition, blockedURI, effectiveDirective }) {
  if (disposition === "enforce") blocked[blockedURI] = effectiveDirective;
}

/**
 * @param {URL} url
 * @param {string} integrity
 */
export async function compile(url, integrity) {
  addEventListener("securitypolicyviolation", note);
  // Only if served as built: a bundler renames the file or puts it into a `data:` URL, and neither takes a query.
  if (IS_SERVED) url.search = versionOf(integrity);
  // The fetch rejects anything without that hash, for example an error page.
  const response = await fetch(url, { integrity })
    .catch(() => fetch(url, { integrity, cache: "reload" }))
    .catch(async () => {
      // The browser reports what the policy has blocked in a later task.
      await new Promise((resolve) => setTimeout(resolve));
      const directive = blocked[url.href];
      if (!directive) throw await explain(url, integrity);
      const name = url.pathname.split("/").pop();
      throw notLoaded(
        `${name} is blocked: the Content-Security-Policy's ${directive} must allow it.`,
      );
    })
    .finally(() => removeEventListener("securitypolicyviolation", note));
  try {
    return await WebAssembly.compileStreaming(response);
  } catch (error) {
    if (response.headers.get("content-type") === "application/wasm") throw error;
    // A server that does not know the type sends another one. Then the wasm is compiled after it has arrived.
    return WebAssembly.compile(await response.arrayBuffer());
  }
}
