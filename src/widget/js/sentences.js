// Composes the widget's messages: about a file, about all files, and about the restrictions. Keeps errors
// instead of their messages, so that they can be shown in another language later.

import { plain } from "./words.js";

/**
 * @typedef {import("../../package/index.d.ts").UploadFile} UploadFile
 * @typedef {import("../../package/index.d.ts").UploadError} UploadError
 * @typedef {import("./words.js").Words} Words
 */

/** The restrictions that the hint shows, with the keys of their messages. */
const hintKeys = {
  allowedFileTypes: "hint-types",
  maxFileSize: "hint-size",
  minFileSize: "hint-min",
  maxNumberOfFiles: "hint-count",
  maxTotalFileSize: "hint-total",
};

/**
 * Returns the key of the message about an active file.
 *
 * @param {UploadFile} file
 */
function phaseOf({ progress: { phase, eta, speed } }) {
  if (phase === "waiting" && !navigator.onLine) return "offline";
  return phase === "uploading" && (eta === null || speed === 0) ? "uploading-soon" : phase;
}

export class Sentences {
  /** The messages in the language of the page. @type {Words} */
  words = /** @type {any} */ (undefined);
  /** The uploader's restrictions. @type {any} */
  limits = {};
  /** The errors of failed files. @type {WeakMap<object, UploadError>} */
  errors = new WeakMap();
  /** Functions that return why a file was refused. @type {(() => string)[]} */
  refused = [];

  /**
   * Returns the message for a key, or for the name of a field.
   *
   * @param {string} key
   * @param {any} [subject] the file or files that the message is about
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

  /** Says why the first file was refused, and how many more were. */
  #refusal() {
    const count = this.refused.length - 1;
    const more = count > 0 ? this.words.say("refused-more", { count }) : "";
    return `${this.refused[0]?.() ?? ""} ${more}`.trim();
  }

  /** Lists the restrictions. */
  #hint() {
    const hints = Object.entries(hintKeys).map(([option, key]) => {
      const limit = this.limits[option];
      // The other messages say that only one file is accepted.
      return limit && limit !== 1 ? this.limit(key, limit) : "";
    });
    return hints.filter(Boolean).join("\u00a0· ");
  }

  /**
   * Returns a message about a restriction.
   *
   * @param {string} key
   * @param {any} limit the value of the restriction: bytes, a number of files, or types of files
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
   * Returns the message about an error, for a person.
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
    // The error's own message is English.
    if (!sentence) return message;
    return detail ? `${sentence} ${this.words.say("said", { detail })}` : sentence;
  }
}
