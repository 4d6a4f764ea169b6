// The error that the page gets. `instanceof` works across all files of the package.

/** Why an upload ended without a media object. */
export class UploadError extends Error {
  /** Each file that is loaded by itself may have a class of its own. Each class accepts the errors of all. @param {any} error */
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
 * Returns an error's properties for a bug report, without URLs, because a URL may be secret.
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
