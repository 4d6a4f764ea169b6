// `Uploader`: the page's side of a queue. Holds the state of files that the page sees, and dispatches events. The wasm
// decides what happens to the files.

import { UploadError } from "#error";
import { call } from "#objects";
import { fileName, readOptions } from "#options";
import { take } from "#take";
import { ends, events } from "../browser/js/numbers.js";
import { atRest } from "./at-rest.js";
import { commandNumber } from "./core.js";

/** A file of an `Uploader`. */
class UploadFile {
  /** @type {import("./index.d.ts").UploadFileState} */
  state = "added";
  /** @type {import("./index.d.ts").Media | undefined} */
  media;
  /** @type {UploadError | undefined} */
  error;

  /**
   * @param {string} id
   * @param {string} name
   * @param {import("./folders.js").Found} found
   */
  constructor(id, name, { file, path }) {
    this.id = id;
    this.file = file;
    this.name = name;
    this.size = file.size;
    this.type = file.type;
    this.relativePath = path;
    this.progress = atRest(file.size);
  }
}

/** In ms: how long to add files before the page's other tasks may run. */
const turn = 8;

/**
 * Uploaders with a run. Keeps them alive, so that a page need not hold a reference to its uploader.
 *
 * @type {Set<EventTarget>}
 */
const busy = new Set();

/** Reasons why something was not added, by the error's `detail`. */
const refusals = {
  unreadable: "can't be read. Check that you may open it, and add it again.",
  "not-downloaded": "isn't on this device yet. Download it, and add it again.",
  "no-file": "carries no file. Save it first, and add it from there.",
};

/** A number that no file has. */
const noFile = 0xffff_ffff;

/** @param {unknown} error */
const isRestriction = (error) => error instanceof UploadError && error.code === "restriction";

/**
 * Returns whether an item is a file that was in no folder and is no placeholder of iCloud.
 *
 * @param {any} item
 */
const isPlain = ({ fullPath, getFile, webkitRelativePath, name }) =>
  fullPath === undefined && !getFile && !webkitRelativePath && !/\.icloud$/i.test(name);

/** @param {UploadFile} file */
const isOver = ({ state }) => state === "failed" || state === "cancelled";

/**
 * A run's promise, and its functions.
 *
 * @typedef {{
 *   promise: Promise<import("./index.d.ts").Result>,
 *   resolve: (result: import("./index.d.ts").Result) => void,
 *   reject: (reason: unknown) => void,
 * }} Waiting
 *
 * @typedef {ReturnType<import("./core.js").Core["open"]>} Uploads
 */

/** @param {import("./core.js").Core} core */
export const createUploader = (core) =>
  class Uploader extends EventTarget {
    #options;
    /** @type {Uploads | undefined} */
    #uploads;
    /** @type {import("./core.js").Page | undefined} */
    #page;
    /** All files, by their id. @type {Map<string, UploadFile>} */
    #files = new Map();
    #lastId = 0;
    /** The numbers of files in the wasm, by their id. @type {Map<string, number>} */
    #numbers = new Map();
    /** Files in the wasm, by their number. @type {Map<number, UploadFile>} */
    #numbered = new Map();
    /** Whether all files are paused. */
    #isHeld = false;
    /** Settles when all earlier calls have been performed, one after another. @type {Promise<unknown>} */
    #turn = Promise.resolve();
    /** How many of those calls will begin a run. */
    #unstarted = 0;
    /** Sets the number of the file that is being added. @type {(number: number) => void} */
    #arrive = () => {};
    /** The files of the current run that have ended, in that order. @type {Set<UploadFile>} */
    #ended = new Set();
    /** @type {Waiting[]} */
    #waiting = [];
    /** Files whose progress has not been reported yet. @type {Set<UploadFile>} */
    #moved = new Set();
    #frame = () => {};
    /** Files that were found while the wasm could not be loaded. They are added once it is. @type {import("./folders.js").Found[]} */
    #kept = [];
    /** The error of the last failed load. @type {unknown} */
    #failure;
    /** Why the uploader has ended, if it has. @type {{ reason: unknown } | undefined} */
    #gone;

    /** @param {import("./index.d.ts").UploaderOptions} options */
    constructor(options) {
      super();
      this.#options = options;
    }

    get files() {
      return [...this.#files.values()];
    }

    get progress() {
      return this.#uploads?.progress() ?? atRest(0);
    }

    /** @param {Iterable<Blob | FileSystemFileHandle> | DataTransfer} source */
    async add(source) {
      const taken = take(source);
      if (!taken) {
        throw new TypeError("ittybit-uploader: files are an array, a FileList or a DataTransfer.");
      }
      return this.#inTurn(() => this.#add(taken));
    }

    start() {
      return quietly(this.#run("start"));
    }

    /** @param {string} [id] */
    retry(id) {
      return quietly(this.#run("retry", id));
    }

    /** @param {string} [id] */
    pause(id) {
      this.#command("pause", id);
    }

    /** @param {string} [id] */
    resume(id) {
      this.#command("resume", id);
    }

    /** @param {string} [id] */
    cancel(id) {
      this.#command("cancel", id);
    }

    /** @param {string} id */
    remove(id) {
      this.#command("remove", id);
    }

    async recover() {
      const options = readOptions(this.#options);
      // Without an owner, another person may use the browser now.
      if (options.owner === undefined || !options.remembers) return [];
      const { recoverable } = await core.extras(this.#options);
      return recoverable(core, options, async (found) => {
        const [file] = await this.add([found]);
        if (!file) throw new TypeError("ittybit-uploader: the restrictions refuse this file.");
        this.start();
        return file;
      });
    }

    /** Removes all files, including those that are being added, and forgets what is remembered. */
    forgetAll() {
      const removeAll = () => {
        this.#kept = [];
        for (const { id } of this.files) this.remove(id);
      };
      removeAll();
      return this.#inTurn(async () => {
        removeAll();
        const { forgetAll } = await core.extras(this.#options);
        return forgetAll(core, readOptions(this.#options));
      });
    }

    destroy() {
      if (this.#gone) return;
      const uploads = this.#uploads;
      this.#end(new DOMException("The uploader was destroyed.", "AbortError"));
      uploads?.command(commandNumber("destroy"), 0);
    }

    /**
     * Performs a task after all earlier ones.
     *
     * @template T
     * @param {() => T | Promise<T>} task
     * @returns {Promise<T>}
     */
    #inTurn(task) {
      const done = this.#turn.then(task);
      this.#turn = done.catch(() => {});
      return done;
    }

    /** @param {import("#take").Taken[]} taken */
    async #add(taken) {
      const ready = quietly(this.#ready());
      const found = await this.#find(taken);
      try {
        await ready;
      } catch (error) {
        this.#kept.push(...found);
        throw error;
      }
      return this.#take(found);
    }

    /**
     * Returns the files that were taken, and those in folders. The code that walks folders is only loaded for them.
     *
     * @param {import("#take").Taken[]} taken
     * @returns {Promise<import("./folders.js").Found[]>}
     */
    async #find(taken) {
      if (taken.every(isPlain)) {
        return taken.map((file) => ({ file: /** @type {Blob} */ (file), path: "" }));
      }
      const { walk } = await core.extras(this.#options);
      return walk(taken, this.#refuse.bind(this));
    }

    /** Waits for the wasm, and adds the files that were kept for it. */
    async #ready() {
      try {
        await core.ready(this.#options);
      } catch (error) {
        // All calls that waited for the load get the same error, which is reported once.
        if (error !== this.#failure) this.#dispatch("load-error", { error });
        this.#failure = error;
        throw error;
      }
      await this.#take(this.#kept.splice(0));
    }

    /** @param {import("./folders.js").Found[]} found */
    async #take(found) {
      const added = [];
      let turnEnds = performance.now() + turn;
      for (const one of found) {
        const uploads = this.#open();
        const name = fileName(this.#options, one.file);
        const file = new UploadFile(String(++this.#lastId), name, one);
        try {
          this.#enter(uploads, file, () => this.#dispatch("file-added", { file }));
          added.push(file);
        } catch (error) {
          if (!isRestriction(error)) throw error;
          this.#dispatch("restriction-failed", { file, error });
        }
        if (performance.now() > turnEnds) {
          await new Promise((resolve) => setTimeout(resolve));
          turnEnds = performance.now() + turn;
        }
        if (this.#gone) break;
      }
      return added;
    }

    /**
     * Reports a part of a drop that is not added. The rest is added.
     *
     * @type {import("./folders.js").Refuse}
     */
    #refuse(reason, path, cause) {
      if (this.#gone) return;
      const message = `${path || "What was dropped"} ${refusals[reason]}`;
      const error = new UploadError("file-unreadable", message, undefined, 1, false, reason, cause);
      this.#dispatch("restriction-failed", { path, error });
    }

    /**
     * Adds a file to the wasm. The wasm may start it, and report that, before it returns the file's number. A file that
     * has ended already is only registered.
     *
     * @param {Uploads} uploads
     * @param {UploadFile} file
     * @param {() => void} [then]
     */
    #enter(uploads, file, then) {
      const arrive = (/** @type {number} */ number) => {
        this.#arrive = () => {};
        this.#files.set(file.id, file);
        this.#numbers.set(file.id, number);
        this.#numbered.set(number, file);
        then?.();
      };
      this.#arrive = arrive;
      try {
        const end = /** @type {readonly string[]} */ (ends).indexOf(file.state);
        // The wasm may report an event of the file, with its number, before it returns.
        const number = uploads.add(file.file, end, file.id);
        this.#arrive(number);
      } finally {
        this.#arrive = () => {};
      }
    }

    /**
     * @param {"start" | "retry"} command
     * @param {string} [id]
     * @returns {Promise<import("./index.d.ts").Result>}
     */
    async #run(command, id) {
      this.#unstarted += 1;
      const run = await this.#inTurn(async () => {
        try {
          await this.#ready();
        } finally {
          this.#unstarted -= 1;
        }
        return this.#begin(command, id);
      });
      return run.promise;
    }

    /**
     * @param {"start" | "retry"} command
     * @param {string} [id]
     */
    #begin(command, id) {
      const uploads = this.#open();
      const run = withResolvers();
      const file = this.#files.get(id ?? "");
      if (command === "retry" && id !== undefined && !(file && isOver(file))) {
        run.resolve({ successful: [], failed: [] });
        return run;
      }
      this.#waiting.push(run);
      const undo = command === "retry" ? this.#prepareRetry(file) : () => {};
      try {
        uploads.command(commandNumber(command), this.#number(id));
      } catch (error) {
        this.#waiting.splice(this.#waiting.indexOf(run), 1);
        if (isRestriction(error)) {
          undo();
          this.#dispatch("restriction-failed", file ? { file, error } : { error });
        }
        throw error;
      }
      if (this.#waiting.length > 0) busy.add(this);
      return run;
    }

    /**
     * Resets the files that are retried to their state before the start. Returns a function that undoes this.
     *
     * @param {UploadFile} [one] the file; without it, all that failed
     */
    #prepareRetry(one) {
      const files = one ? [one] : this.files.filter(({ state }) => state === "failed");
      const before = files.map(({ state, error }) => ({ state, error }));
      for (const file of files) {
        this.#ended.delete(file);
        Object.assign(file, { state: "added", error: undefined });
      }
      return () => files.forEach((file, index) => void Object.assign(file, before[index]));
    }

    /**
     * @param {Parameters<typeof commandNumber>[0]} command
     * @param {string} [id]
     */
    #command(command, id) {
      const give = () => {
        if (this.#gone) return;
        // The wasm reports no events when all files are cancelled.
        if (command === "cancel" && id === undefined) this.#cancelRest();
        if (command === "pause" && id === undefined) this.#isHeld = true;
        if (command === "resume") this.#isHeld = false;
        if (this.#uploads) this.#uploads.command(commandNumber(command), this.#number(id));
        // The wasm that had the file has crashed: every file has ended, and is only removed.
        else if (command === "remove") this.#remove(this.#files.get(id ?? ""));
      };
      if ((this.#uploads || this.#files.size > 0) && this.#unstarted === 0) give();
      else this.#inTurn(give);
    }

    /** @param {UploadFile} [file] */
    #remove(file) {
      if (!file) return;
      this.#forget(file);
      this.#dispatch("file-removed", { file });
    }

    /** @param {UploadFile} file */
    #forget(file) {
      this.#numbered.delete(this.#number(file.id));
      this.#numbers.delete(file.id);
      this.#files.delete(file.id);
      this.#ended.delete(file);
    }

    /**
     * Returns a file's number in the wasm: 0 for all files, and `noFile` if there is no such file.
     *
     * @param {string} [id]
     */
    #number(id) {
      return id === undefined ? 0 : (this.#numbers.get(id) ?? noFile);
    }

    #open() {
      if (this.#gone) throw this.#gone.reason;
      if (this.#uploads) return this.#uploads;
      // Holds the uploader weakly, because what the wasm holds is never collected. Catches exceptions, because a page
      // may have replaced any function by one that throws, and the wasm would not survive that.
      const weak = new WeakRef(this);
      const withUploader = (/** @type {(uploader: this) => void} */ act) => {
        const uploader = weak.deref();
        if (uploader) call(act, uploader);
      };
      this.#page = {
        isTraced: false,
        tell: (...all) => withUploader((uploader) => uploader.#tell(...all)),
        crashed: (error) => withUploader((uploader) => uploader.#crashed(error)),
      };
      this.#options.signal?.throwIfAborted();
      const uploads = core.open(this.#options, this.#page, this);
      this.#uploads = uploads;
      if (this.#isHeld) uploads.command(commandNumber("pause"), 0);
      // These are files of a wasm that has crashed.
      for (const file of this.#files.values()) this.#enter(uploads, file);
      return uploads;
    }

    /** @type {import("./core.js").Page["tell"]} */
    #tell(eventNumber, number, detail) {
      const event = events[eventNumber] ?? "";
      if (event === "complete") return this.#complete();
      if (event === "abort") return this.#end(detail);
      if (!this.#numbered.has(number)) this.#arrive(number);
      const file = this.#numbered.get(number);
      if (!file) return;
      if (event === "upload-progress") {
        file.progress = detail;
        this.#moved.add(file);
        this.#scheduleFlush();
        return;
      }
      if (this.#moved.has(file)) this.#flush();
      // A run may begin by itself. Events after its end must not keep the uploader alive.
      if (event === "upload-start") busy.add(this);
      if (event === "upload-retry") call(this.#options.onRetry, detail);
      this.#dispatch(event, { file, ...this.#update(event, file, detail) });
    }

    /**
     * Applies an event to a file, and returns what the event's `detail` has besides the file.
     *
     * @param {string} event
     * @param {UploadFile} file
     * @param {any} detail
     */
    #update(event, file, detail) {
      switch (event) {
        case "upload-start":
          file.state = "active";
          return;
        case "upload-resume":
          file.state = "active";
          return { from: detail };
        case "upload-pause":
          file.state = "paused";
          return;
        case "upload-cancel":
          file.state = "cancelled";
          return;
        case "upload-success":
          Object.assign(file, { state: "done", media: detail });
          this.#ended.add(file);
          return { media: detail };
        case "upload-error":
          Object.assign(file, { state: "failed", error: detail });
          this.#ended.add(file);
          return { error: detail };
        case "file-removed":
          this.#forget(file);
          return;
        default:
          return detail;
      }
    }

    #complete() {
      this.#flush();
      const ended = [...this.#ended];
      this.#ended.clear();
      busy.delete(this);
      const result = {
        successful: ended.filter(({ state }) => state === "done"),
        failed: ended.filter(({ state }) => state === "failed"),
      };
      const waiting = this.#waiting.splice(0);
      this.#dispatch("complete", result);
      for (const { resolve } of waiting) resolve(result);
    }

    #cancelRest() {
      this.#kept = [];
      for (const file of this.#files.values()) {
        if (!isOver(file) && file.state !== "done") file.state = "cancelled";
      }
    }

    /**
     * Fails all files that have not ended, after the wasm has crashed. A new wasm is started when it is needed, and does
     * not know these files.
     *
     * @param {UploadError} error
     */
    #crashed(error) {
      this.#uploads = undefined;
      this.#moved.clear();
      this.#numbers.clear();
      this.#numbered.clear();
      for (const file of this.files) {
        // A listener may have removed the file or ended the uploader.
        if (isOver(file) || file.state === "done" || !this.#files.has(file.id)) continue;
        Object.assign(file, { state: "failed", error });
        this.#ended.add(file);
        this.#dispatch("upload-error", { file, error });
      }
      if (busy.has(this)) this.#complete();
      else this.#ended.clear();
    }

    /** @param {unknown} reason */
    #end(reason) {
      this.#gone = { reason };
      this.#frame();
      this.#moved.clear();
      this.#cancelRest();
      if (this.#uploads && this.#page) core.close(this.#page, this.#uploads);
      this.#uploads = undefined;
      busy.delete(this);
      for (const { reject } of this.#waiting.splice(0)) reject(reason);
    }

    #scheduleFlush() {
      if (this.#moved.size === 1) this.#frame = onceAFrame(() => this.#flush());
    }

    /** Reports the progress of files, once a frame and before any other event of theirs. */
    #flush() {
      this.#frame();
      if (this.#moved.size === 0) return;
      const moved = [...this.#moved];
      this.#moved.clear();
      for (const file of moved) {
        this.#dispatch("upload-progress", { file, progress: file.progress });
      }
      call(this.#options.onProgress, this.progress);
    }

    /**
     * @param {string} name
     * @param {object} detail
     */
    #dispatch(name, detail) {
      this.dispatchEvent(new CustomEvent(name, { detail }));
    }
  };

/**
 * Calls `callback` before the next frame is drawn or, if none is drawn, after 100 ms.
 *
 * @param {() => void} callback
 * @returns {() => void} cancels the call
 */
function onceAFrame(callback) {
  const timeout = setTimeout(callback, 100);
  const frame = globalThis.requestAnimationFrame?.(callback);
  return () => {
    clearTimeout(timeout);
    if (frame !== undefined) cancelAnimationFrame(frame);
  };
}

/**
 * Returns a promise whose rejection may be ignored, because events report the same error.
 *
 * @template {Promise<unknown>} P
 * @param {P} promise
 */
function quietly(promise) {
  promise.catch(() => {});
  return promise;
}

/** `Promise.withResolvers()`, which browsers have only had since 2024. */
function withResolvers() {
  /** @type {Waiting} */
  const waiting = /** @type {any} */ ({});
  waiting.promise = new Promise((resolve, reject) => Object.assign(waiting, { resolve, reject }));
  return waiting;
}
