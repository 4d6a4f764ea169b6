// The error that the page is handed, and values as JSON.

/** Why an upload ended without a media object. */
export class UploadError extends Error {
  /** Each file of the package that is loaded by itself may have its own class: all know all errors. @param {any} error */
  static [Symbol.hasInstance](error) {
    return error?.name === "UploadError";
  }

  /**
   * @param {import("../../pkg-config/entries/index.d.ts").UploadErrorCode} code
   * @param {string} message
   * @param {number | undefined} status
   * @param {number} attempt
   * @param {boolean} retryable
   * @param {string | undefined} detail
   * @param {unknown} cause
   */
  constructor(code, message, status, attempt, retryable, detail, cause) {
    super(message, cause === undefined ? undefined : { cause });
    /** @type {"UploadError"} */
    this.name = "UploadError";
    this.code = code;
    this.status = status;
    this.attempt = attempt;
    this.retryable = retryable;
    this.detail = detail;
  }

  toJSON() {
    return report(this);
  }
}

/**
 * An error as a bug report may have it: all that is known, and no URL, for one may be secret.
 *
 * @param {any} error
 * @returns {import("../../pkg-config/entries/index.d.ts").UploadErrorReport}
 */
function report(error) {
  const { message, cause: thrown } = error;
  const cause = thrown && { name: thrown.name, message: thrown.message };
  const all = { ...error, message, cause, version: VERSION };
  const hide = (/** @type {string} */ _, /** @type {unknown} */ value) =>
    typeof value === "string" ? value.replace(/\b\w+:\/\/[^\s"]*/g, "[…]") : value;
  return JSON.parse(toJson(all), hide);
}

/**
 * A value as JSON. Only objects say by themselves how they are written: Prototype.js has arrays, texts
 * and numbers written as JSON within JSON.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function toJson(value) {
  /** @this {any} @param {string} name @param {unknown} written */
  function choose(name, written) {
    return isObject(this[name]) ? written : this[name];
  }
  return JSON.stringify(value, choose);
}

/**
 * An object that is no list.
 *
 * @param {unknown} value
 */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
