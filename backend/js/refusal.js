// How the handler says no: a status, and words that a person may read on the page. They say nothing of
// what went wrong behind the app: that is for its log.

/** Answers are for one page, once. */
export const headers = { "cache-control": "no-store" };

export class Refusal extends Error {
  /**
   * @param {number} status one that is no error (below 400) becomes 403: no page may take a refusal for a yes
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

/** Unknown, changed on the way, of another app, of another owner, expired, completed or aborted: no page can tell. */
export const gone = () => new Refusal(404, "There is no such upload, or not any more.");
