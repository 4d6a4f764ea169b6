// What can go wrong with a store. No message carries a URL, a key or the store's own words: those may
// hold either.

/** @typedef {"no-such-upload" | "refused" | "unreachable" | "timed-out" | "not-understood"} StorageErrorKind */

export class StorageError extends Error {
  /**
   * @param {StorageErrorKind} kind
   * @param {string} message
   * @param {{ status?: number, code?: string, retryAfter?: string | undefined }} [more] `code` is S3's
   */
  constructor(kind, message, { status, code, retryAfter } = {}) {
    super(message);
    this.name = "StorageError";
    this.kind = kind;
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** @param {string} reason */
export const notUnderstood = (reason) =>
  new StorageError("not-understood", `the store's answer makes no sense: ${reason}`);

/**
 * What a code of S3 means, with the status that it came with.
 *
 * @param {number} status
 * @param {string} code
 * @param {string} [retryAfter]
 */
export function refused(status, code, retryAfter) {
  return code === "NoSuchUpload"
    ? new StorageError("no-such-upload", "the store knows no such upload")
    : new StorageError("refused", `the store refused (${status}, ${code})`, {
        status,
        code,
        retryAfter,
      });
}
