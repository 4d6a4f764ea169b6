// The error that the page is handed, which `instanceof` knows.

/** Why an upload ended without a media object. */
export class UploadError extends Error {
  /** Each file of the package that is loaded by itself may have its own class: all know all errors. @param {any} error */
  static [Symbol.hasInstance](error) {
    return error?.name === "UploadError";
  }

  /**
   * @param {import("../../package/index.d.ts").UploadErrorCode} code
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
    const { message, cause: thrown } = /** @type {any} */ (this);
    const cause = thrown && report({ name: thrown.name, message: thrown.message });
    return report({ ...this, message, cause, version: VERSION });
  }
}

/**
 * Returns an error for a bug report: all that is known, without URLs, because one may be secret.
 *
 * @param {object} error
 * @returns {any}
 */
const report = (error) =>
  Object.fromEntries(
    Object.entries(error).map(([name, value]) => [
      name,
      typeof value === "string" ? value.replace(/\b\w+:\/\/[^\s"]*/g, "[…]") : value,
    ]),
  );
