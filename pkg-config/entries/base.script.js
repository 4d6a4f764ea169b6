// Where the files of the package are, for a classic script: beside it.

import { native } from "../../src/browser/native.js";

// In a worker there is no document, in a module no current script, and on a server neither.
const script = globalThis.document && native(document, "currentScript");

export const base = script && "src" in script ? script.src : globalThis.location?.href;
