// Computes checksums of a file's bytes for the core: in a worker if the page can have one, otherwise in this thread, in
// steps. The code that computes them is a wasm of its own, which most pages never load.

import { bytes } from "./objects.js";
import { within } from "./waits.js";

/**
 * Yields from time to time while it reads, and returns the checksum in base64.
 *
 * @typedef {AsyncGenerator<undefined, string | undefined, unknown>} Steps
 *
 * @typedef {object} Job
 * @property {Blob} file
 * @property {number} start the first byte
 * @property {number} end the byte after the last
 * @property {boolean} isMd5 whether to compute MD5 instead of CRC32C
 * @property {boolean} [isOver] whether the checksum is no longer needed
 * @property {() => void} [stop] is called when `isOver` becomes true
 *
 * @typedef {{ sum: (module: WebAssembly.Module, job: Job) => Steps }} Elsewhere computes in a worker. Returns
 *   `undefined` if that fails
 *
 * @typedef {{
 *   memory: WebAssembly.Memory,
 *   begin: (isMd5: boolean) => number,
 *   update: (length: number) => void,
 *   finish: () => number,
 * }} Wasm src/checksum/exports.rs says what each does
 */

/** In bytes: how much the wasm takes at once. A step takes 1 to 2 ms. */
const step = 1 << 20;

/** In bytes: how often the core learns that reading continues. */
const report = 4 * step;

/** In ms: how long the first checksums wait for the worker's code. */
const workerTimeout = 3000;

/**
 * Loads the code that computes checksums.
 *
 * @typedef {object} Code
 * @property {() => Promise<WebAssembly.Module>} load rejects with the error that the page gets
 * @property {() => Promise<Elsewhere | undefined>} elsewhere
 */

/** @type {Code} */
let code;

/** Must be called before the first checksum. @param {Code} loaders */
export function setCode(loaders) {
  code = loaders;
}

/** @type {Promise<WebAssembly.Module> | undefined} */
let loading;
/** @type {Promise<unknown> | undefined} */
let reaching;
/** @type {Elsewhere | undefined} */
let elsewhere;

/** Resolves with the wasm. A failed load is forgotten, so that the next try loads again. */
function load() {
  loading ??= code.load().catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/**
 * Computes a checksum in a worker, or here if there is no worker or it fails. Only this thread reports that a file can't
 * be read.
 *
 * @param {Job} job
 * @returns {Steps}
 */
export async function* sum(job) {
  const module = await load();
  // In a worker no code can be checked, and none is needed: the page has its own thread.
  if (globalThis.document) {
    reaching ??= code.elsewhere().then(
      (loaded) => {
        elsewhere = loaded;
      },
      () => {},
    );
    await within(reaching, workerTimeout);
  }
  const found = elsewhere && (yield* elsewhere.sum(module, job));
  return found || job.isOver ? found : yield* sumHere(module, job);
}

/** Instances that are free. Each computes one checksum at a time. @type {Wasm[]} */
const idle = [];

/**
 * Computes a checksum in this thread. Other tasks run between the steps.
 *
 * @param {WebAssembly.Module} module
 * @param {Job} job
 * @returns {Steps}
 */
export async function* sumHere(module, job) {
  const { file, start, end, isMd5 } = job;
  const instance = () => new WebAssembly.Instance(module).exports;
  const wasm = idle.pop() ?? /** @type {Wasm} */ (/** @type {unknown} */ (instance()));
  try {
    const place = wasm.begin(isMd5);
    const at = (/** @type {number} */ length) => new Uint8Array(wasm.memory.buffer, place, length);
    for (let from = start; from < end; from += step) {
      const read = await bytes(file, from, Math.min(end, from + step));
      at(read.length).set(read);
      if (job.isOver) return undefined;
      wasm.update(read.length);
      if ((from + step - start) % report === 0) yield;
    }
    return btoa(String.fromCharCode(...at(wasm.finish())));
  } finally {
    idle.push(wasm);
  }
}
