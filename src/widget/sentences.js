// What stands in each place of the widget, by the place's name: sentences about a file, about all of
// them, or about what is taken. Keeps what went wrong, and says it in the language of the moment.

import { plain } from "./words.js";

/**
 * @typedef {import("../../pkg-config/entries/index.d.ts").UploadFile} UploadFile
 * @typedef {import("../../pkg-config/entries/index.d.ts").UploadError} UploadError
 * @typedef {import("./words.js").Words} Words
 */

/** Restrictions that are told before anything is refused, with their words. */
const hinted = {
  allowedFileTypes: "hint-types",
  maxFileSize: "hint-size",
  minFileSize: "hint-min",
  maxNumberOfFiles: "hint-count",
  maxTotalFileSize: "hint-total",
};

/**
 * The words for what an active file is doing.
 *
 * @param {UploadFile} file
 */
function phaseOf({ progress: { phase, eta, speed } }) {
  if (phase === "waiting" && !navigator.onLine) return "offline";
  return phase === "uploading" && (eta === null || speed === 0) ? "uploading-soon" : phase;
}

export class Sentences {
  /** In the language of the page. @type {Words} */
  words = /** @type {any} */ (undefined);
  /** The uploader's restrictions. @type {any} */
  limits = {};
  /** What went wrong with a file. @type {WeakMap<object, UploadError>} */
  errors = new WeakMap();
  /** Says why files were not taken. @type {(() => string)[]} */
  refused = [];

  /**
   * @param {string} key
   * @param {any} [subject] the file that it is about, or all of them
   * @param {number} [count]
   */
  say(key, subject = {}, count) {
    if (key === "name") return plain(subject.name);
    if (key === "note") {
      const error = this.errors.get(subject);
      return error ? this.error(subject, error) : "";
    }
    if (key === "hint") return this.#hint();
    if (key === "refused") return this.#refusal();
    if (key === "status") key = "unfinished-file";
    if (!subject.hasHandle) key = key.replace("go-on", "pick-again");
    if (key === "active") key = phaseOf(subject);
    return this.words.of(key, subject, { done: subject.done, count });
  }

  /** Why the first was not taken, and how many more. */
  #refusal() {
    const count = this.refused.length - 1;
    const more = count > 0 ? this.words.say("refused-more", { count }) : "";
    return `${this.refused[0]?.() ?? ""} ${more}`.trim();
  }

  /** What is taken. */
  #hint() {
    const hints = Object.entries(hinted).map(([option, key]) => {
      const limit = this.limits[option];
      // That one file is taken, the other words say.
      return limit && limit !== 1 ? this.limit(key, limit) : "";
    });
    return hints.filter(Boolean).join("\u00a0· ");
  }

  /**
   * @param {string} key
   * @param {any} limit what a restriction says: a number of bytes or of files, or types of files
   * @param {string} [name]
   */
  limit(key, limit, name) {
    const { words } = this;
    return words.say(key, {
      name,
      count: limit,
      limit: () => words.bytes(limit),
      types: () => words.types(limit),
    });
  }

  /**
   * What went wrong, for a person.
   *
   * @param {Pick<UploadFile, "name">} file
   * @param {UploadError} error
   */
  error({ name }, { code, detail, message }) {
    if (code === "restriction") {
      return this.limit(`refused-${detail}`, this.limits[`${detail}`], name);
    }
    const refusal = this.words.say(`not-added-${detail}`, { name });
    if (refusal) return refusal;
    const sentence = this.words.say(`error-${code}`);
    // The error's own is English.
    if (!sentence) return message;
    return detail ? `${sentence} ${this.words.say("said", { detail })}` : sentence;
  }
}
