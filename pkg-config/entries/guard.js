// A wasm as the glue sees it: what one throws by itself is a fault that it does not survive, so from
// then on none of it is called any more, and who relies on it is told.

/** @type {(cause: unknown) => unknown} */
let tell = (cause) => cause;

/** @param {(cause: unknown) => unknown} listener answers with what is thrown instead */
export function onCrash(listener) {
  tell = listener;
}

/** @typedef {(...args: unknown[]) => unknown} Call */

/**
 * @param {object} object
 * @param {(call: Call) => Call} wrap
 */
function wrapCalls(object, wrap) {
  const wrapped = Object.entries(object).map(([name, value]) => [
    name,
    typeof value === "function" ? wrap(value) : value,
  ]);
  return Object.fromEntries(wrapped);
}

/**
 * A wasm under guard.
 *
 * @param {WebAssembly.Module} module
 * @param {WebAssembly.Imports} imports
 */
export async function instantiate(module, imports) {
  let isDead = false;
  /** @type {(call: Call) => Call} */
  const outwards =
    (call) =>
    (...args) => {
      const result = call(...args);
      // That was the end of it, further in.
      if (isDead) throw undefined;
      return result;
    };
  /** @type {(call: Call) => Call} */
  const inwards =
    (call) =>
    (...args) => {
      // What the glue finds nothing in.
      if (isDead) return [];
      try {
        return call(...args);
      } catch (cause) {
        if (isDead) return [];
        isDead = true;
        throw tell(cause);
      }
    };
  // The one module that there is: glue.mjs joins them.
  const guarded = { _: wrapCalls(imports._, outwards) };
  const { exports } = await WebAssembly.instantiate(module, guarded);
  return wrapCalls(exports, inwards);
}
