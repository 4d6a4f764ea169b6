// What many pages do without: loaded for the first file that is worth remembering, for an upload in parts that is aborted,
// for a page that asks for what earlier visits left, for a dropped folder, and where the wasm can't be started.

export { abortUpload } from "../browser/js/abort.js";
export { FileMemory } from "../browser/js/memory.js";
export { lock } from "../browser/js/storage.js";
export { walk } from "./folders.js";
export { explainStart } from "./load/explain-start.js";
export { forgetAll, recoverable } from "./recover.js";
