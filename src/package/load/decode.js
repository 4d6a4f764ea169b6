// Decodes the wasm from the text in an inline entry. `fetch("data:…")` would be shorter, but most content security
// policies refuse it.

import wasm from "#wasm";

/** @param {string} [base64] */
export function decode(base64 = wasm) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
