// The element's uploader, and the stored files that a form has restored. Passes the uploader's events on to the view
// and to the page. Uses the package's public API only, as any page does, and works without a view.

import { warn } from "../../browser/js/console.js";
import { attempt } from "./fault.js";

/**
 * @typedef {import("../../package/index.d.ts").Uploader} Uploader
 * @typedef {import("../../package/index.d.ts").UploadFile} UploadFile
 * @typedef {Pick<UploadFile, "id" | "name" | "size" | "type" | "state" | "media">} Listed
 */

/** The events of an uploader. */
export const events = [
  "file-added",
  "file-removed",
  "restriction-failed",
  "upload-start",
  "upload-progress",
  "upload-success",
  "upload-error",
  "upload-retry",
  "upload-stalled",
  "upload-pause",
  "upload-resume",
  "upload-cancel",
  "complete",
  "load-error",
];

/** The events whose default action a page can prevent. */
const preventable = /^(restriction-failed|upload-start)$/;

/** @param {import("./shell.js").Inside} inside */
export function createQueue({ host, own, sentences, tell, Uploader }) {
  /** The files that a form has restored: they are stored, but their bytes are not here. @type {Map<string, Listed>} */
  const restored = new Map();
  let lastRestored = 0;
  /** The numbers by which the view finds files. @type {WeakMap<object, number>} */
  const numbers = new WeakMap();
  let lastNumber = 0;
  /** The options of the next uploader. @type {any} */
  let next = { restrictions: {} };
  /** The options of the current uploader. @type {any} */
  let current;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let refreshing;

  /** @param {any} options */
  function use(options) {
    current = options;
    queue.uploader?.destroy();
    const uploader = new Uploader(options);
    queue.uploader = uploader;
    for (const name of events) {
      uploader.addEventListener(name, (event) => pass(/** @type {CustomEvent} */ (event)));
    }
    tell("look");
  }

  /**
   * Passes an event of the uploader on.
   *
   * @param {CustomEvent} event
   */
  function pass({ type, detail }) {
    const { file, path, error } = detail;
    const cancelable = preventable.test(type);
    const event = new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable });
    if (type === "restriction-failed") {
      const subject = file ?? { name: path };
      if (host.dispatchEvent(event)) sentences.refused.push(() => sentences.error(subject, error));
      tell("redraw");
      return;
    }
    // The wasm crashed and could not be started again.
    if (type === "load-error") {
      host.dispatchEvent(event);
      return;
    }
    if (error) sentences.errors.set(file, error);
    // Shows the error until bytes move again.
    else if (type !== "upload-progress" || detail.progress.phase === "uploading") {
      sentences.errors.delete(file);
    }
    // The view comes first, because the page's listener may cause other events, which must come later.
    tell(type, file);
    const isDone = host.dispatchEvent(event);
    if (type === "file-added" && !host.multiple) {
      for (const { id } of queue.files) if (id !== file.id) queue.remove(id);
    }
    if (!isDone) queue.uploader?.pause(file.id);
  }

  const queue = {
    uploader: /** @type {Uploader | undefined} */ (undefined),

    /** How many calls to `add` have not finished yet. */
    adding: 0,

    /** @returns {Listed[]} */
    get files() {
      return [...restored.values(), ...(queue.uploader?.files ?? [])];
    },

    get media() {
      return queue.files.flatMap(({ media }) => media ?? []);
    },

    /** The progress of all files together, in percent. */
    get percentage() {
      return queue.uploader?.progress.percentage ?? 0;
    },

    /**
     * Sets an option of the next uploader, or a restriction.
     *
     * @param {string} name
     * @param {unknown} value
     * @param {boolean} isRestriction
     */
    setOption(name, value, isRestriction) {
      (isRestriction ? next.restrictions : next)[name] = value;
    },

    /**
     * Warns the page's developer about an attribute that can't be parsed.
     *
     * @param {string} attribute
     * @param {string} value
     */
    warn(attribute, value) {
      warn(
        `<ittybit-uploader ${attribute}="${value}"> must be a number, or a size such as 10MB. It is ignored.`,
      );
    },

    /** Creates an uploader with the options that were set, and with the properties that are no attributes. */
    open() {
      sentences.limits = next.restrictions;
      use({ ...next, ...own.options });
      next = { restrictions: {} };
    },

    /**
     * Adds files. If the element accepts one file, adds only the first, which replaces the current one.
     *
     * @param {any} files
     */
    add(files) {
      sentences.refused = [];
      tell("adds");
      const isOne = !host.multiple && files?.length > 1;
      if (isOne) sentences.refused.push(() => sentences.limit("refused-maxNumberOfFiles", 1));
      queue.adding += 1;
      const uploader = /** @type {Uploader} */ (queue.uploader);
      return uploader.add(isOne ? [files[0]] : files).finally(() => {
        queue.adding -= 1;
        tell("adds");
      });
    },

    /** @param {string} id */
    remove(id) {
      const file = restored.get(id);
      restored.delete(id);
      if (file) tell("file-removed", file);
      else queue.uploader?.remove(id);
    },

    clear() {
      for (const { id } of queue.files) queue.remove(id);
    },

    /** Removes all files and forgets all unfinished uploads, for sign-out. */
    async forgetAll() {
      queue.clear();
      await queue.uploader?.forgetAll();
      tell("look");
    },

    /**
     * Calls the method of that name above, or else the uploader's.
     *
     * @param {string} name `pause-all` and the like call the method for all files
     * @param {any[]} args
     */
    perform(name, ...args) {
      const [method = ""] = name.split("-");
      const target = /** @type {any} */ (method in queue ? queue : queue.uploader);
      const result = target[method](...args);
      // There are no events for some of the changes that these make.
      if (/cancel|destroy|retry/.test(method)) {
        clearTimeout(refreshing);
        refreshing = setTimeout(() => tell("refresh"));
      }
      return result;
    },

    /**
     * Like `perform()`, for the view.
     *
     * @param {string} name
     * @param {string} [id]
     */
    command(name, id) {
      attempt(() => queue.perform(name, id));
    },

    /** Leaves the files to the previous owner, who can resume them later. Starts with none for the new one. */
    disown() {
      restored.clear();
      if (queue.uploader) use({ ...current, owner: host.owner });
      tell("refresh");
      tell("changed");
    },

    /**
     * Adds the files that the form kept.
     *
     * @param {string} kept
     */
    restore(kept) {
      for (const known of JSON.parse(kept)) {
        const id = `restored-${lastRestored}`;
        lastRestored += 1;
        const file = { ...known, id, state: "done" };
        restored.set(id, file);
        tell("file-added", file);
      }
    },

    /**
     * Gives a file a number, larger than all numbers before it.
     *
     * @param {object} file
     */
    enroll(file) {
      lastNumber += 1;
      numbers.set(file, lastNumber);
      return lastNumber;
    },

    /**
     * Returns the number that a file was last given, or 0.
     *
     * @param {object} file
     */
    numberOf: (file) => numbers.get(file) ?? 0,

    /**
     * Returns a subject for messages about all files together.
     *
     * @param {number} done how many files are stored
     */
    all(done) {
      const { progress } = /** @type {Uploader} */ (queue.uploader);
      return { progress, size: progress.total, done };
    },
  };
  return queue;
}

/** @typedef {ReturnType<typeof createQueue>} Queue */
