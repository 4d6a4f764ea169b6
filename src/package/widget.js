// What the element, and the script tag, load when it is first needed. The wasm lies beside it, where bundlers
// and browsers find it by this very form of URL.

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
 * Returns what widget.js offers. It is made once.
 *
 * @param {import("./load/shared.js").Shared} [shared] by whoever has loaded dist/widget.js; an app's bundler shares by itself
 */
export function open(shared) {
  if (shared) receive(shared);
  whole ??= createWhole(loadWasm);
  return whole;
}
