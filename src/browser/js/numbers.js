// The names of commands and events. They cross to and from the wasm as positions in these lists, so
// src/browser/numbers.rs must have the same order.

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

/** How a file may have ended before the wasm crashed. */
export const ends = /** @type {const} */ (["done", "failed", "cancelled"]);

/** The steps of a file's upload that are reported in debug mode. */
export const steps = /** @type {const} */ ([
  "asks",
  "endpoint",
  "returned",
  "threw",
  "sends",
  "host",
]);

/** The questions to the endpoint. */
export const questions = /** @type {const} */ (["target", "parts", "part", "complete"]);
