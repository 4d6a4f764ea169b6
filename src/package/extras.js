// Code that many pages don't need. It is loaded for the first file that is large enough to remember, to abort an upload
// in parts, to list or forget the uploads of earlier visits, for a dropped folder, and if the wasm can't be started.

export { abortUpload } from "../browser/js/abort.js";
export { FileMemory } from "../browser/js/memory.js";
export { lock } from "../browser/js/storage.js";
export { walk } from "./folders.js";
export { explainStart } from "./load/explain-start.js";
export { forgetAll, recoverable } from "./recover.js";
