// Starts a wasm, and stands between it and its glue. An exception or a trap is fatal to a wasm: none of it is called
// afterwards, and those who rely on it are told.

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
 * @param {(cause: unknown) => unknown} crashed returns what is thrown in place of what the wasm has thrown
 * @returns {Promise<import("#glue").Glue>}
 */
export async function start(module, crashed) {
  let isDead = false;
  const glue = createGlue();
  // The one module that there is: shorten-names joins them.
  const _ = wrapCalls(glue, (call) => (...args) => {
    const result = call(...args);
    // The wasm has ended further in.
    if (isDead) throw undefined;
    return result;
  });
  const { exports } = await WebAssembly.instantiate(module, { _ });
  const guarded = wrapCalls(exports, (call, name) => (...args) => {
    // The glue finds nothing in an empty array. The names of closures start so, and one that was let go of has no
    // address: a page's library may still call it, and neither the page nor the wasm must notice.
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
