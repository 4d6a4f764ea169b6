// What the element, and the script tag, load when it is first needed. The wasm lies beside it, and is
// checked against the hash that was built in.

import { compile } from "./compile.js";
import { createWhole } from "./whole.js";

export const { core, Uploader, attach, events } = createWhole(() =>
  compile(fetch(new URL("./element.wasm", import.meta.url), { integrity: WASM_INTEGRITY })),
);
