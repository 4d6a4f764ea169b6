// How the handler says no: a status, and words that a person may read on the page. What the service and
// the store said is for the app's log; the page learns what it can act on.

import { ServiceError } from "./service.js";
import { StorageError } from "./storage/error.js";

export class Refusal extends Error {
  /**
   * @param {number} status one that is no error (below 400) becomes 403: the page must not take a refusal
   *   for an upload target
   * @param {string} message
   * @param {{ retryAfter?: number | string | undefined }} [options] seconds, or the header of another server
   */
  constructor(status, message, { retryAfter } = {}) {
    super(message);
    /** @type {"Refusal"} */
    this.name = "Refusal";
    this.status = Number.isInteger(status) && status >= 400 && status <= 599 ? status : 403;
    this.retryAfter = retryAfter;
  }
}

export const gone = () => new Refusal(404, "There is no such upload, or not any more.");

export const unprepared = () => new Refusal(500, "The app's backend could not prepare the upload.");

/**
 * Also one that another copy of this module has made.
 *
 * @param {unknown} error
 * @returns {error is Refusal}
 */
export function isRefusal(error) {
  return error instanceof Refusal || (error instanceof Error && error.name === "Refusal");
}

/**
 * What the page is told of a failure.
 *
 * @param {unknown} error
 */
export function refusalOf(error) {
  if (error instanceof ServiceError) return ofService(error);
  if (error instanceof StorageError) return ofStorage(error);
  return isRefusal(error) ? error : unprepared();
}

/** @param {ServiceError} error */
function ofService({ kind, status = 0, retryAfter }) {
  const unavailable = "The upload service is not available.";
  if (kind === "timed-out") return new Refusal(504, unavailable);
  if (kind === "unreachable") return new Refusal(502, unavailable);
  if (kind !== "refused") {
    return new Refusal(502, "The upload service gave an answer that makes no sense.");
  }
  const options = { retryAfter };
  if (status === 413) {
    return new Refusal(413, "The upload service has no space left for this file.", options);
  }
  if (status === 429) {
    return new Refusal(429, "The upload service is busy. Please try again later.", options);
  }
  if (status >= 500) return new Refusal(502, unavailable, options);
  return new Refusal(502, "The upload service refused this app's request.", options);
}

/** @param {StorageError} error */
function ofStorage({ kind, status = 0, code, retryAfter }) {
  const unavailable = "The file store is not available.";
  if (kind === "no-such-upload") return gone();
  if (kind === "timed-out") return new Refusal(504, unavailable);
  if (kind === "unreachable") return new Refusal(502, unavailable);
  if (kind === "not-understood") {
    return new Refusal(502, "The file store gave an answer that makes no sense.");
  }
  const options = { retryAfter };
  if (code === "SlowDown" || status === 429 || status === 503) {
    return new Refusal(503, unavailable, options);
  }
  if (status >= 500) return new Refusal(502, unavailable, options);
  return new Refusal(502, "The file store refused this app's request.", options);
}

/** @param {Refusal} refusal */
export function answerOf({ status, message, retryAfter }) {
  const response = Response.json(
    { error: { message } },
    { status: status >= 400 && status <= 599 ? status : 403 },
  );
  const seconds = typeof retryAfter === "number" && retryAfter >= 0 ? Math.ceil(retryAfter) : NaN;
  const header = typeof retryAfter === "string" ? retryAfter : String(seconds);
  if (header !== "NaN" && header !== "Infinity") response.headers.set("retry-after", header);
  return response;
}
