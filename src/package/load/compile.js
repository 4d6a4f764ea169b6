// The wasm as a server sends it, compiled as it arrives, and refused if it is not the one that was built.

import { explain, notLoaded } from "./explain.js";
import { versionOf } from "./locate.js";

/** The directive of the page's policy that has blocked something, by its URL. @type {Record<string, string>} */
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
  // A bundler gives the file a name of its own, or puts it into a `data:` URL: neither takes a query.
  if (IS_SERVED) url.search = versionOf(integrity);
  // What is not of that hash, an error page for example, is no response.
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
    // From a server that does not know the type, it is compiled when all of it is here.
    return WebAssembly.compile(await response.arrayBuffer());
  }
}
