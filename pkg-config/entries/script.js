// The script tag: registers the element and sets the global. All that they need besides lies beside
// the script, checked against hashes that were built in, and is loaded when it is first needed.

import { report } from "#objects";
import { atRest } from "./at-rest.js";
import { define } from "./define.js";
import { forward, patiently } from "./forward.js";
import { createUpload } from "./upload.js";

// In a worker there is no document.
const script = /** @type {HTMLScriptElement | null | undefined} */ (
  globalThis.document?.currentScript
)?.src;

/** @typedef {typeof import("./widget.js")} Widget */

/** @type {Promise<Widget> | undefined} */
let loading;

/** @this {unknown} */
function toJSON() {
  return report(this);
}

/** A failed load is forgotten, so that the next call tries again. */
function load() {
  loading ??= patiently(loadOnce).catch((cause) => {
    loading = undefined;
    throw Object.assign(
      new Error("The uploader itself could not be loaded. Is the connection gone?", { cause }),
      { name: "UploadError", code: "network", attempt: 1, retryable: true, toJSON },
    );
  });
  return loading;
}

/**
 * A browser remembers of a module's address that it failed: another attempt has another one.
 *
 * @param {number} attempt
 * @returns {Promise<Widget>}
 */
async function loadOnce(attempt) {
  const url = new URL("widget.js", script ?? location.href);
  if (attempt > 0) url.search = `attempt=${attempt}`;
  const link = globalThis.document?.createElement("link");
  if (link?.relList.supports("modulepreload")) {
    link.rel = "modulepreload";
    link.integrity = WIDGET_INTEGRITY;
    link.crossOrigin = "anonymous";
    link.href = url.href;
    await new Promise((resolve, reject) => {
      link.onload = resolve;
      link.onerror = reject;
      document.head.append(link);
    }).finally(() => link.remove());
  }
  // What was loaded by the link, where that checks the hash.
  return import(url.href);
}

define(load);

/** @type {typeof import("./index.js").upload} */
export const upload = async (file, options) => createUpload((await load()).core)(file, options);

/** An `Uploader` whose code is loaded when it is first told something. */
export class Uploader extends EventTarget {
  #options;
  /** @type {import("./index.d.ts").Uploader | undefined} */
  #uploader;

  static {
    forward(
      Uploader.prototype,
      (/** @type {Uploader} */ uploader) => uploader.#uploader ?? uploader.#load(),
    );
  }

  /** @param {import("./index.d.ts").UploaderOptions} options */
  constructor(options) {
    super();
    this.#options = options;
  }

  get files() {
    return this.#uploader?.files ?? [];
  }

  get progress() {
    return this.#uploader?.progress ?? atRest(0);
  }

  async #load() {
    const { Uploader, events } = await load();
    if (!this.#uploader) {
      this.#uploader = new Uploader(this.#options);
      for (const name of events) {
        this.#uploader.addEventListener(name, (/** @type {any} */ { detail }) =>
          this.dispatchEvent(new CustomEvent(name, { detail })),
        );
      }
    }
    return this.#uploader;
  }
}

/** Tells errors from others; their class is not loaded before one has happened. */
export const UploadError = {
  /** @param {any} error */
  [Symbol.hasInstance]: (error) => error?.name === "UploadError",
};
