// The wasm as a server sends it, compiled as it arrives, and refused if it is not the one that was built.

import { explain, watchPolicy } from "./explain.js";
import { versionOf } from "./locate.js";

/**
 * @param {URL} url
 * @param {string} integrity
 */
export async function compile(url, integrity) {
  watchPolicy();
  // A bundler has given it a name of its own, or has put it into a `data:` URL.
  if (IS_SERVED) url.search = versionOf(integrity);
  // What is not of that hash, an error page for example, is no response.
  const response = await fetch(url, { integrity })
    .catch(() => fetch(url, { integrity, cache: "reload" }))
    .catch(async () => {
      throw await explain(url, integrity);
    });
  try {
    return await WebAssembly.compileStreaming(response);
  } catch (error) {
    if (response.headers.get("content-type") === "application/wasm") throw error;
    // From a server that does not know the type, it is compiled when all of it is here.
    return WebAssembly.compile(await response.arrayBuffer());
  }
}
