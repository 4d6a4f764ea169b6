// Loads the wasm when it is first needed. All uploads of a page share it. If it crashes, a new one replaces it.

import { UploadError } from "#error";
import { checksumWasm, checksumWorker, debug, extras } from "#later";
import { call, requests } from "#objects";
import { running, setMemory } from "#tasks";
import { setCode } from "../browser/js/checksum.js";
import { warn } from "../browser/js/console.js";
import { commands } from "../browser/js/numbers.js";
import { within } from "../browser/js/waits.js";
import { isDebugged } from "./debug/switch.js";
import { notLoaded } from "./load/explain.js";
import { start } from "./load/start.js";

/** In ms: how long a server may take to send the wasm. */
const longest = 60_000;

/**
 * Returns the number of a command.
 *
 * @param {typeof commands[number]} name
 */
export const commandNumber = (name) => commands.indexOf(name);

/**
 * Receives a queue's events from the wasm. An event is a position in `events` of numbers.js.
 *
 * @typedef {{
 *   tell: (event: number, id: number, detail: any) => void,
 *   crashed: (error: UploadError) => void,
 *   isTraced: boolean,
 *   trace?: (id: number, step: number, detail: any, number: number) => void,
 * }} Page
 *
 * @typedef {import("#glue").Uploads} Uploads
 * @typedef {(options: unknown, page: Page) => Uploads} Create creates a queue in the wasm
 * @typedef {(base?: string | null) => Promise<WebAssembly.Module>} Load loads the wasm, from `base` if it is set
 */

/**
 * @param {import("./core.js").Load} load
 * @param {(module: WebAssembly.Module) => Promise<void>} [startViews] starts what the element also needs
 */
export function createCore(load, startViews) {
  /** @type {WebAssembly.Module | undefined} */
  let module;
  /** The glue of the current wasm. @type {import("#glue").Glue} */
  let glue;
  /** @type {Promise<void> | undefined} */
  let starting;
  /** The error of a crash, until a new wasm has started. @type {UploadError | undefined} */
  let broken;
  /** @type {Create} */
  let create = (options, page) => new glue.Uploads(options, page);
  /** @type {Promise<void> | undefined} */
  let debugging;
  /** @type {Set<Pick<Page, "crashed">>} */
  const pages = new Set();
  const forgotten = new FinalizationRegistry((/** @type {Page} */ page) => pages.delete(page));

  /**
   * Ends everything that relied on the wasm with one error, and returns the error.
   *
   * @param {unknown} cause
   */
  function crashed(cause) {
    // The listeners of these requests have gone with the wasm.
    for (const request of requests.keys()) call(() => request.abort());
    requests.clear();
    for (const task of running) call(() => task.end());
    const message = "The uploader itself has failed. Try it again.";
    broken = new UploadError("internal", message, undefined, 1, true, undefined, cause);
    starting = undefined;
    const told = [...pages];
    pages.clear();
    for (const page of told) page.crashed(broken);
    return broken;
  }

  /** @param {string | null} [base] */
  async function begin(base) {
    module ??= await inTime(load(base));
    glue = await start(module, crashed);
    await startViews?.(module);
    broken = undefined;
    setMemory(() => loadExtras(base));
    setCode({
      load: () =>
        inTime(checksumWasm(base)).catch(async (cause) => {
          throw await explain(cause, base);
        }),
      elsewhere: () => checksumWorker(base),
    });
  }

  return {
    /** All open pages. Each is told, once, if the wasm crashes. */
    pages,

    /**
     * Waits for the wasm. A failed load is forgotten, so that the next call tries again.
     *
     * @param {any} [options] of the queue to open
     */
    async ready(options) {
      if (typeof XMLHttpRequest === "undefined") {
        throw new Error(
          "ittybit-uploader: uploading needs a browser's XMLHttpRequest, which servers and service workers lack.",
        );
      }
      starting ??= begin(options?.base).catch(async (cause) => {
        const error = await explain(cause, options?.base);
        starting = undefined;
        throw error;
      });
      await starting;
      if (!isDebugged(options)) return;
      debugging ??= debug().then(
        ({ watch }) => {
          create = watch(create, VERSION);
        },
        // Uploads work without it.
        ({ message }) => warn(`ittybit-uploader: ${message}`),
      );
      await debugging;
    },

    /**
     * Aborts an upload of an earlier visit. Resolves after the last try.
     *
     * @param {import("#options").Options} options
     * @param {object} saved what memory.js remembers of it
     */
    async abortEarlier(options, saved) {
      await this.ready(options);
      await glue.abortEarlier(options, saved);
    },

    /** Loads extras.js, which many pages don't need. @param {any} options */
    extras: (options) => loadExtras(options?.base),

    /**
     * Creates a queue in the wasm. Must be called after `ready`.
     *
     * @param {unknown} options
     * @param {Page} page
     * @param {object} [owner] the page is dropped when this is collected, if it is not closed before
     */
    open(options, page, owner) {
      // The wasm may have crashed since `ready`.
      if (broken) throw broken;
      const uploads = create(options, page);
      pages.add(page);
      if (owner) forgotten.register(owner, page);
      return uploads;
    },

    /**
     * Frees a queue.
     *
     * @param {Page} page
     * @param {Uploads} uploads
     */
    close(page, uploads) {
      // A page of a crashed wasm is not in `pages`: the new wasm does not know its queue.
      if (!pages.delete(page)) return;
      // Frees later, because this may be called from within the wasm, and only once, even if a page has replaced
      // `queueMicrotask` or promises.
      let isFreed = false;
      queueMicrotask(() => {
        if (!isFreed) uploads.free();
        isFreed = true;
      });
    },
  };
}

/** Rejects if the wasm takes too long. @param {Promise<WebAssembly.Module>} loading */
async function inTime(loading) {
  const module = await within(loading, longest);
  if (!module) throw notLoaded("The wasm did not come within a minute.", true);
  return module;
}

/** @type {ReturnType<typeof extras> | undefined} */
let loadingExtras;

/**
 * Loads extras.js once. A failed load is forgotten, so that the next call tries again.
 *
 * @param {string | null} [base]
 */
function loadExtras(base) {
  loadingExtras ??= extras(base).catch((error) => {
    loadingExtras = undefined;
    throw error;
  });
  return loadingExtras;
}

/**
 * Returns an error that says why the wasm could not be started.
 *
 * @param {unknown} cause
 * @param {string | null} [base]
 */
async function explain(cause, base) {
  if (cause instanceof UploadError) return cause;
  const explaining = loadExtras(base).then(({ explainStart }) => explainStart(cause));
  return explaining.catch(() => notLoaded(`${cause}`, true, cause));
}

/** @typedef {ReturnType<typeof createCore>} Core */
