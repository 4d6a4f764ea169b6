// Checksums for apps that bundle, with their wasm inside: a bundler may put a file as small into a `data:` URL, which
// most policies refuse.

import { decode } from "./load/decode.js";

export { sum } from "./checksum.js";

export const wasm = async () => WebAssembly.compile(decode());
