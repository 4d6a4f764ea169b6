// The wasm, out of the text that an inlined entry carries. `fetch("data:…")` would be shorter, and
// refused by most content security policies.

import base64 from "#wasm";

export function decode() {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
