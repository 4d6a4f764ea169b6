// The public API around a wasm that is loaded when it is first needed. Where the wasm comes from
// is each entry's own business.

import { upload as start } from "#glue";
import { UploadError } from "#objects";

export { UploadError };

/**
 * @param {() => Promise<unknown>} load instantiates the wasm
 */
export function createApi(load) {
  /** @type {Promise<unknown> | undefined} */
  let loading;

  // A failed load is forgotten, so that the next call tries again.
  const loaded = () =>
    (loading ??= load().catch((cause) => {
      loading = undefined;
      const message = "The uploader itself could not be loaded. Is the connection gone?";
      throw new UploadError("network", message, undefined, 1, true, undefined, cause);
    }));

  /**
   * @param {Blob} file
   * @param {import("./index.d.ts").UploadOptions} options
   */
  async function upload(file, options) {
    if (typeof XMLHttpRequest === "undefined") {
      throw new Error("ittybit-uploader: upload() needs a browser; on a server, only import it.");
    }
    await unlessAborted(loaded, options?.signal);
    return start(file, options);
  }

  return { upload, UploadError };
}

/**
 * Waits for what `begin` begins, or rejects with the signal's reason.
 *
 * @param {() => Promise<unknown>} begin
 * @param {AbortSignal} [signal]
 */
async function unlessAborted(begin, signal) {
  // What is no signal is named by the options' own check.
  if (!(signal instanceof AbortSignal)) return begin();
  signal.throwIfAborted();
  let abort = () => {};
  const aborted = new Promise((_, reject) => {
    abort = () => reject(signal.reason);
  });
  signal.addEventListener("abort", abort);
  return Promise.race([begin(), aborted]).finally(() => signal.removeEventListener("abort", abort));
}
