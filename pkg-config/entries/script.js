// The script tag: registers the element and sets the global. All that they need besides lies beside
// the script, checked against hashes that were built in, and is loaded when it is first needed.

import { report } from "#objects";
import { widget } from "#widget";
import { atRest } from "./at-rest.js";
import { define } from "./define.js";
import { forward, patiently } from "./forward.js";

/** @type {Promise<typeof import("./widget.js")> | undefined} */
let loading;

/** @this {unknown} */
function toJSON() {
  return report(this);
}

/** A failed load is forgotten, so that the next call tries again. */
function load() {
  loading ??= patiently(widget).catch((cause) => {
    loading = undefined;
    throw Object.assign(new Error("The uploader could not be loaded. Try it again.", { cause }), {
      ...{ name: "UploadError", code: "network", attempt: 1, retryable: true, toJSON },
    });
  });
  return loading;
}

define(load);

/** @type {typeof import("./index.js").upload} */
export const upload = async (file, options) => (await load()).upload(file, options);

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
