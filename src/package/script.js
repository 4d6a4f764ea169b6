// The script tag: registers the element and sets the global. Everything else lies in files beside the script, is loaded
// when it is first needed, and is checked against built-in hashes.

import { UploadError } from "#error";
import { widget } from "#widget";
import { define } from "../widget/js/element.js";
import { atRest } from "./at-rest.js";
import { forward, loadFor, patiently } from "./forward.js";

/** Stands for the page in `loadFor`, so that widget.js is loaded once for all uploaders. */
const page = new EventTarget();

/**
 * @param {string | null} [base]
 * @returns {Promise<import("./whole.js").Whole>}
 */
const load = (base) => loadFor(page, () => patiently(() => widget(base)));

define(load);

/** @type {typeof import("./index.js").upload} */
const upload = async (file, options) => (await load(options?.base)).upload(file, options);

/** An `Uploader` whose code is loaded when one of its methods is first called. */
class Uploader extends EventTarget {
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

  #load() {
    return loadFor(this, async () => {
      const { Uploader, events } = await load(this.#options?.base);
      const uploader = new Uploader(this.#options);
      for (const name of events) {
        uploader.addEventListener(name, (/** @type {any} */ { detail }) =>
          this.dispatchEvent(new CustomEvent(name, { detail })),
        );
      }
      this.#uploader = uploader;
      return uploader;
    });
  }
}

// Sets a property, because variables of a script that runs as a module or through eval are not global.
/** @type {any} */ (globalThis).IttybitUploader = { upload, Uploader, UploadError };
