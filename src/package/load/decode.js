// The wasm, out of the text that an inlined entry carries. `fetch("data:…")` would be shorter, and
// refused by most content security policies.

import wasm from "#wasm";

/** @param {string} [base64] */
export function decode(base64 = wasm) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
