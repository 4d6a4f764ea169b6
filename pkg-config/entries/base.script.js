// Where the files of the package are, for a classic script: beside it.

import { native } from "../../src/browser/native.js";

// In a worker there is no document, and in a module no current script.
const script = globalThis.document && native(document, "currentScript");

export const base = script instanceof HTMLScriptElement ? script.src : location.href;
