// Where the files of the package are, for a classic script: beside it. As a module, eval'd or pasted into a page it
// is none, and can't know.

import { native } from "../../src/browser/native.js";

// On a server there is no document.
const script = /** @type {HTMLScriptElement | undefined | null} */ (
  globalThis.document && native(document, "currentScript")
);

export const beside = script?.src;
