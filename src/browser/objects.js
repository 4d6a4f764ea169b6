// The two kinds of object that the page is handed and that have to be JavaScript's own: an error
// that `instanceof` knows, and a plain record for each progress report.

/** Why an upload ended without a media object. */
export class UploadError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {number | undefined} status
   * @param {number} attempt
   * @param {boolean} retryable
   * @param {string | undefined} detail
   * @param {unknown} cause
   */
  constructor(code, message, status, attempt, retryable, detail, cause) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "UploadError";
    this.code = code;
    this.status = status;
    this.attempt = attempt;
    this.retryable = retryable;
    this.detail = detail;
  }
}

/**
 * @param {string} phase
 * @param {number} loaded
 * @param {number} total
 * @param {number} percentage
 * @param {number} speed
 * @param {number | undefined} eta
 * @param {number} attempt
 */
export function progress(phase, loaded, total, percentage, speed, eta, attempt) {
  return { phase, loaded, total, percentage, speed, eta: eta ?? null, attempt };
}
