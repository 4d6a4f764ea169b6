// Checksums for apps that bundle. The wasm is inside, because a bundler may put such a small file into a `data:` URL,
// which most policies refuse.

import { decode } from "./load/decode.js";

export { sum } from "./checksum.js";

export const wasm = async () => WebAssembly.compile(decode());
