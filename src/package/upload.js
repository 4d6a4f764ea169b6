// `upload()`: uploads one file by a queue of its own, and returns a promise of its media object.

import { call } from "#objects";
import { events } from "../browser/js/numbers.js";
import { commandNumber } from "./core.js";

/** @param {import("./core.js").Core} core */
export function createUpload(core) {
  /**
   * @param {Blob} file
   * @param {import("./index.d.ts").UploadOptions} options
   * @returns {Promise<import("./index.d.ts").Media>}
   */
  return async function upload(file, options) {
    await unlessAborted(core.ready(options), options?.signal);
    return new Promise((resolve, reject) => {
      const settle = (/** @type {(value: any) => void} */ how, /** @type {any} */ value) => {
        core.close(page, uploads);
        how(value);
      };
      const page = {
        isTraced: false,
        /** @type {import("./core.js").Page["tell"]} */
        tell(number, _, detail) {
          const event = events[number];
          if (event === "upload-progress") call(options.onProgress, detail);
          else if (event === "upload-retry") call(options.onRetry, detail);
          else if (event === "upload-success") settle(resolve, detail);
          else if (event === "upload-error" || event === "abort") settle(reject, detail);
        },
        crashed: reject,
      };
      const uploads = core.open({ ...options, restrictions: undefined, limit: 1 }, page);
      try {
        uploads.add(file, -1);
        uploads.command(commandNumber("start"), 0);
      } catch (error) {
        settle(reject, error);
      }
    });
  };
}

/**
 * Waits for `promise`, or rejects with the signal's reason.
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
async function unlessAborted(promise, signal) {
  // The check of the options reports a signal that is not an `AbortSignal`.
  if (!(signal instanceof AbortSignal)) return promise;
  let abort = () => {};
  const aborted = new Promise((_, reject) => {
    abort = () => reject(signal.reason);
    if (signal.aborted) abort();
  });
  signal.addEventListener("abort", abort);
  return Promise.race([promise, /** @type {Promise<never>} */ (aborted)]).finally(() =>
    signal.removeEventListener("abort", abort),
  );
}
