// Starts a wasm, and wraps the calls between it and its glue. An exception or a trap is fatal to a wasm: it is never
// called again, and everything that relies on it is told.

import { createGlue } from "#glue";

/** @typedef {(...args: any[]) => unknown} Call */

/**
 * @template {object} T
 * @param {T} object
 * @param {(call: Call, name: string) => Call} wrap
 * @returns {T}
 */
function wrapCalls(object, wrap) {
  const wrapped = Object.entries(object).map(([name, value]) => [
    name,
    typeof value === "function" ? wrap(value, name) : value,
  ]);
  return Object.fromEntries(wrapped);
}

/**
 * Makes an instance with glue of its own.
 *
 * @param {WebAssembly.Module} module
 * @param {(cause: unknown) => unknown} crashed returns what is thrown instead of the wasm's exception
 * @returns {Promise<import("#glue").Glue>}
 */
export async function start(module, crashed) {
  let isDead = false;
  const glue = createGlue();
  // The only imported module, because shorten-names joins them all.
  const _ = wrapCalls(glue, (call) => (...args) => {
    const result = call(...args);
    // The wasm has crashed in a nested call.
    if (isDead) throw undefined;
    return result;
  });
  const { exports } = await WebAssembly.instantiate(module, { _ });
  const guarded = wrapCalls(exports, (call, name) => (...args) => {
    // The glue reads an empty array as no result. Names of closures start with `$`. A closure that was freed has no
    // address, but a page's library may still call it, and neither the page nor the wasm must notice.
    if (isDead || (name.startsWith("$") && !args[0])) return [];
    try {
      return call(...args);
    } catch (cause) {
      if (isDead) return [];
      isDead = true;
      throw crashed(cause);
    }
  });
  glue.__wbg_set_wasm(guarded);
  return glue;
}
