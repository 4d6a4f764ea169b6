// What remembers uploads for another visit, and lists what earlier visits left. Loaded for the first file that is worth
// it, and where a page asks for what is left.

export { FileMemory } from "../browser/js/memory.js";
export { erase, lock } from "../browser/js/storage.js";
export { forgetAll, recoverable } from "./recover.js";
