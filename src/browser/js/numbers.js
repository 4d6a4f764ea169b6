// The names by which a page knows commands and events. The wasm knows each by its position: src/browser/numbers.rs has
// the same order.

export const commands = /** @type {const} */ ([
  "start",
  "pause",
  "resume",
  "retry",
  "cancel",
  "remove",
  "destroy",
]);

export const events = /** @type {const} */ ([
  "upload-start",
  "upload-pause",
  "upload-resume",
  "upload-cancel",
  "upload-progress",
  "upload-retry",
  "upload-stalled",
  "upload-success",
  "upload-error",
  "file-removed",
  "complete",
  "abort",
]);

/** How a file may have ended in a wasm that broke down. */
export const ends = /** @type {const} */ (["done", "failed", "cancelled"]);

/** What the page is told of a file's upload while it is debugged. */
export const steps = /** @type {const} */ ([
  "asks",
  "endpoint",
  "returned",
  "threw",
  "sends",
  "host",
]);

/** What the endpoint is asked. */
export const questions = /** @type {const} */ (["target", "parts", "part", "complete"]);
