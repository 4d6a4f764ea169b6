"use client";

// For React: the queue as a hook, and the element as a component. Both use only the public API, and know nothing else of
// the uploader.

export { IttybitUploader } from "./react/component.js";
export { useUploader } from "./react/hook.js";
