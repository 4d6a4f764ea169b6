// The refusal of a request: a status, and a message that a person may read on the page. The message
// contains no details of an error behind the app, which are for its log.

/** Every answer is for one page, once, so it must not be cached. */
export const headers = { "cache-control": "no-store" };

export class Refusal extends Error {
  /**
   * @param {number} status a status below 400 becomes 403, because a page must not take a refusal for success
   * @param {string} message
   * @param {{ retryAfter?: number | string | undefined }} [options]
   */
  constructor(status, message, { retryAfter } = {}) {
    super(message);
    this.name = "Refusal";
    this.status = status >= 400 && status <= 599 ? status : 403;
    this.retryAfter = retryAfter;
  }

  toResponse() {
    const after = this.retryAfter === undefined ? {} : { "retry-after": String(this.retryAfter) };
    return Response.json(
      { error: { message: this.message } },
      { status: this.status, headers: { ...headers, ...after } },
    );
  }
}

/** @param {string} message */
export const badRequest = (message) => new Refusal(400, message);

export const unprepared = () => new Refusal(500, "The app's backend could not prepare the upload.");

export const undecided = () =>
  new Refusal(500, "The app's backend could not decide about the upload.");

/**
 * The upload id is unknown, altered, expired, of another app or owner, or its upload was completed or
 * aborted. A page can't tell which.
 */
export const gone = () => new Refusal(404, "There is no such upload.");
