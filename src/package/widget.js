// The code that the element and the script tag load when it is first needed. Its wasm lies beside it. Bundlers and
// browsers only find it by exactly this form of URL.

import integrity from "integrity:element.wasm";
import { compile } from "./load/compile.js";
import { locate } from "./load/locate.js";
import { receive } from "./load/received.js";
import { createWhole } from "./whole.js";

/** @param {string | null} [base] */
const loadWasm = async (base) =>
  compile(
    locate("element.wasm", base, () => new URL("./element.wasm", import.meta.url)),
    integrity,
  );

/** @type {import("./whole.js").Whole | undefined} */
let whole;

/**
 * Returns what widget.js offers, which is created once.
 *
 * @param {import("./load/shared.js").Shared} [shared] what the file that loaded dist/widget.js shares. An app's
 *   bundler shares modules by itself
 */
export function open(shared) {
  if (shared) receive(shared);
  whole ??= createWhole(loadWasm);
  return whole;
}
