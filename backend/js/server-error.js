// What goes wrong where this server itself uploads: in sentences for a log and in the codes that pages
// know too. No message carries a URL or a key.

/** @typedef {import("../../pkg-config/entries/server.js").UploadErrorCode} UploadErrorCode */

/** The same again may well succeed a little later (RFC 9110, section 15; RFC 6585 and RFC 8470). */
const TRANSIENT = [408, 425, 429, 500, 502, 503, 504];

export class ServerUploadError extends Error {
  /**
   * @param {UploadErrorCode} code
   * @param {string} message
   * @param {{ status?: number | undefined, detail?: string | undefined, cause?: unknown }} [more]
   */
  constructor(code, message, { status, detail, ...cause } = {}) {
    super(message, cause);
    /** @type {"ServerUploadError"} */
    this.name = "ServerUploadError";
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.retryable =
      status === undefined ? ["network", "timeout"].includes(code) : TRANSIENT.includes(status);
  }
}
