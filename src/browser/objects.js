// The objects that the page is handed: an error that `instanceof` knows, and plain records, which
// take a fraction of the code here that they would take in wasm.

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

/**
 * What the app's backend, or its own function, is told of a file.
 *
 * @param {string} filename
 * @param {number} filesize
 * @param {string} type
 * @param {Record<string, unknown> | undefined} props
 */
export function description(filename, filesize, type, props) {
  return { filename, filesize, type, props };
}

/**
 * What the app's own function is told besides.
 *
 * @param {number} attempt
 * @param {string} idempotencyKey
 * @param {AbortSignal} signal
 */
export function context(attempt, idempotencyKey, signal) {
  return { attempt, idempotencyKey, signal };
}
