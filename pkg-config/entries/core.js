// The wasm: loaded when it is first needed, shared by all, and replaced by a new one where it has
// broken down.

import { __wbg_reset_state as renew, Uploads } from "#glue";
import { requests, UploadError } from "#objects";
import { onCrash } from "./guard.js";

/**
 * Those who wait for the wasm to tell them something.
 *
 * @typedef {{
 *   tell: (event: string, id: number, detail: any) => void,
 *   crashed: (error: UploadError) => void,
 * }} Page
 */

/** @param {() => Promise<unknown>} load instantiates the wasm */
export function createCore(load) {
  /** @type {Promise<unknown> | undefined} */
  let loading;
  let isBroken = false;
  /** @type {Set<Page>} */
  const pages = new Set();

  onCrash((cause) => {
    isBroken = true;
    // Nobody is left who listens to them.
    for (const request of requests) request.abort();
    const message = "The uploader itself has failed. What was under way has ended; try it again.";
    const error = new UploadError("internal", message, undefined, 1, true, undefined, cause);
    for (const page of pages) page.crashed(error);
    pages.clear();
  });

  return {
    /** Waits for the wasm. A failed load is forgotten, so that the next call tries again. */
    async ready() {
      if (typeof XMLHttpRequest === "undefined") {
        throw new Error(
          "ittybit-uploader: uploading needs a browser; on a server, only import it.",
        );
      }
      loading ??= load().catch((cause) => {
        loading = undefined;
        const message = "The uploader itself could not be loaded. Is the connection gone?";
        throw new UploadError("network", message, undefined, 1, true, undefined, cause);
      });
      await loading;
      if (isBroken) {
        isBroken = false;
        renew();
      }
    },

    /**
     * A queue in the wasm, which is there.
     *
     * @param {unknown} options
     * @param {Page} page
     */
    open(options, page) {
      const uploads = new Uploads(options, page);
      pages.add(page);
      return uploads;
    },

    /**
     * @param {Page} page
     * @param {Uploads} uploads
     */
    close(page, uploads) {
      pages.delete(page);
      // Not at once: this may be called from within the wasm.
      queueMicrotask(() => uploads.free());
    },
  };
}

/** @typedef {ReturnType<typeof createCore>} Core */
