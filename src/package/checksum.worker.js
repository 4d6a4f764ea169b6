// The worker: reads files and computes their checksums, with the wasm that the page has checked and posts first. It gets
// no URLs, loads nothing and stores nothing.

import { sumHere } from "../browser/js/checksum.js";

/** @type {WebAssembly.Module} */
let module;
/** The checksums that are being computed, by their id. @type {Map<number, import("../browser/js/checksum.js").Job>} */
const running = new Map();

/** Posts a sign of life, also while a slow disk is read. */
setInterval(() => postMessage({}), 1000);

/** @param {MessageEvent} event */
globalThis.onmessage = async ({ data }) => {
  if (data instanceof WebAssembly.Module) {
    module = data;
    postMessage({});
    return;
  }
  const { id, file } = data;
  if (!file) {
    Object.assign(running.get(id) ?? {}, { isOver: true });
    return;
  }
  running.set(id, data);
  const steps = sumHere(module, data);
  try {
    let next = await steps.next();
    while (!next.done) {
      postMessage({ id });
      next = await steps.next();
    }
    postMessage({ id, sum: next.value ?? "" });
  } catch {
    // The page then tries by itself, and reports why that fails.
    postMessage({ id, sum: "" });
  }
  running.delete(id);
};
