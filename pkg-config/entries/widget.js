// What the element, and the script tag, load when it is first needed. The wasm lies beside it, where bundlers
// and browsers find it by this very form of URL.

import integrity from "integrity:element.wasm";
import { compile } from "./compile.js";
import { locate } from "./locate.js";
import { createWhole } from "./whole.js";

export const { upload, Uploader, attach, events } = createWhole(async (base) =>
  compile(
    locate("element.wasm", base, () => new URL("./element.wasm", import.meta.url)),
    integrity,
  ),
);
