// A classic script finds the package's other files beside itself. Code that runs as a module, through eval, or pasted
// into a page is no classic script, and can't find them.

import { native } from "../../browser/js/native.js";

// On a server there is no document.
const script = /** @type {HTMLScriptElement | undefined | null} */ (
  globalThis.document && native(document, "currentScript")
);

export const beside = script?.src;
