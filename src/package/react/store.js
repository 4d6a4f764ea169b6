// Adapts an uploader to React: a snapshot never changes, a file that has not changed stays the same object, and there is
// at most one new snapshot a frame.

import { Uploader } from "ittybit-uploader";

import { atRest } from "../at-rest.js";

/**
 * @typedef {import("../index.d.ts").UploadFile} UploadFile
 * @typedef {import("../react.d.ts").UseUploaderOptions} Options
 * @typedef {{ files: readonly UploadFile[], progress: import("../index.d.ts").Progress }} Snapshot
 */

/** @type {Snapshot} */
const nothing = Object.freeze({ files: Object.freeze([]), progress: Object.freeze(atRest(0)) });

/** In ms: the time between snapshots while the page is hidden and draws no frames. */
const unseen = 100;

/** @param {any} a @param {any} b */
const isAlike = (a, b) => Object.keys(a).every((name) => Object.is(a[name], b[name]));

/** @param {UploadFile} file @param {UploadFile} [before] @returns {UploadFile} */
function stateOf(file, before) {
  const { id, name, size, type, relativePath, state, media, error } = file;
  const progress =
    before && isAlike(file.progress, before.progress)
      ? before.progress
      : Object.freeze({ ...file.progress });
  const now = {
    id,
    file: file.file,
    name,
    size,
    type,
    relativePath,
    state,
    progress,
    media,
    error,
  };
  return before && isAlike(now, before) ? before : Object.freeze(now);
}

export class Store {
  /** The latest options. Their functions may change with every render. @type {Options} */
  options;
  /** @type {Uploader | undefined} */
  #uploader;
  #snapshot = nothing;
  /** @type {Set<() => void>} */
  #listeners = new Set();
  #isUnmounted = false;
  #isScheduled = false;

  /** @param {Options} options */
  constructor(options) {
    this.options = options;
  }

  /** The methods, which stay the same from render to render. */
  methods = {
    add: this.#forward("add"),
    start: this.#forward("start"),
    pause: this.#forward("pause"),
    resume: this.#forward("resume"),
    retry: this.#forward("retry"),
    cancel: this.#forward("cancel"),
    remove: this.#forward("remove"),
    recover: this.#forward("recover"),
    forgetAll: this.#forward("forgetAll"),
  };

  snapshot = () => this.#snapshot;

  /** @param {() => void} listener */
  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Must be called when the component is mounted. Returns what must be called when it is unmounted. */
  mount() {
    this.#isUnmounted = false;
    return () => {
      this.#isUnmounted = true;
      this.#uploader?.destroy();
      this.#uploader = undefined;
      this.#snapshot = nothing;
    };
  }

  /**
   * @param {string} name
   * @returns {any}
   */
  #forward(name) {
    return (/** @type {unknown[]} */ ...args) => {
      const uploader = /** @type {any} */ (this.#open());
      const result = uploader[name](...args);
      // Not every change by a method dispatches an event.
      this.#schedule();
      return result;
    };
  }

  #open() {
    if (this.#uploader) return this.#uploader;
    const uploader = new Uploader(this.#current());
    if (this.#isUnmounted) {
      // A destroyed uploader tells later callers so by itself.
      uploader.destroy();
      return uploader;
    }
    this.#uploader = uploader;
    this.#listen(uploader);
    return uploader;
  }

  /** Returns the current options, with functions that call the latest ones. */
  #current() {
    /** @type {Record<string, any>} */
    const { ...options } = this.options;
    for (const name of ["endpoint", "headers", "shouldRetry", "onProgress", "onRetry"]) {
      if (typeof options[name] !== "function") continue;
      options[name] = (/** @type {unknown[]} */ ...args) =>
        /** @type {any} */ (this.options)[name]?.(...args);
    }
    return /** @type {import("../index.d.ts").UploaderOptions} */ (options);
  }

  /** @param {Uploader} uploader */
  #listen(uploader) {
    /**
     * @param {keyof import("../index.d.ts").UploaderEventMap} event
     * @param {(detail: any, options: Options) => void} [tell]
     */
    const on = (event, tell) =>
      uploader.addEventListener(event, ({ detail }) => {
        this.#schedule();
        tell?.(detail, this.options);
      });
    on("file-added", ({ file }, { onFileAdded }) => onFileAdded?.(stateOf(file)));
    on("file-removed");
    on("restriction-failed", ({ file, error }, { onRestrictionFailed }) =>
      onRestrictionFailed?.(error, file && stateOf(file)),
    );
    on("upload-start");
    on("upload-progress");
    on("upload-stalled");
    on("upload-pause");
    on("upload-resume");
    on("upload-cancel");
    on("upload-success", ({ file, media }, { onSuccess }) => onSuccess?.(media, stateOf(file)));
    on("upload-error", ({ file, error }, { onError }) => onError?.(error, stateOf(file)));
    on("upload-retry", ({ file, ...retry }, { onFileRetry }) =>
      onFileRetry?.(retry, stateOf(file)),
    );
    on("complete", (result, { onComplete }) => onComplete?.(result));
    on("load-error", ({ error }, { onLoadError }) => onLoadError?.(error));
  }

  #schedule() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const update = () => {
      this.#isScheduled = false;
      this.#update();
    };
    if (document.hidden === true) setTimeout(update, unseen);
    else requestAnimationFrame(update);
  }

  #update() {
    const uploader = this.#uploader;
    if (!uploader) return;
    const { files, progress } = this.#snapshot;
    const before = new Map(files.map((file) => [file.id, file]));
    const now = uploader.files.map((file) => stateOf(file, before.get(file.id)));
    const isSame = now.length === files.length && now.every((file, index) => file === files[index]);
    const total = uploader.progress;
    const isStill = isAlike(total, progress);
    if (isSame && isStill) return;
    this.#snapshot = Object.freeze({
      files: isSame ? files : Object.freeze(now),
      progress: isStill ? progress : Object.freeze({ ...total }),
    });
    for (const listener of this.#listeners) listener();
  }
}
