// An upload URL for a file that this server itself sends: the service's client, with the failures that
// a caller can act on.

import { checkGrant } from "./grant.js";
import { checkLimits } from "./limits.js";
import { ServerUploadError } from "./server-error.js";
import { Service, ServiceError } from "./service.js";

/** @typedef {import("../../pkg-config/entries/server.js").UploadErrorCode} UploadErrorCode */

/** @type {typeof import("../../pkg-config/entries/server.js").createUpload} */
export async function createUpload({ apiKey, apiUrl, idempotencyKey, signal, fetch, ...given }) {
  const { answerTimeout, fetchTimeout } = checkLimits({});
  const service = new Service({ apiKey, apiUrl, fetch, answerTimeout, fetchTimeout });
  const { properties } = checkGrant(given);
  if (idempotencyKey !== undefined && !/^[\x21-\x7e]+$/.test(idempotencyKey)) {
    throw new TypeError("`idempotencyKey` must be one word of visible ASCII characters");
  }
  // The service wants 16 to 32 characters, so a UUID goes without its hyphens.
  const key = idempotencyKey?.replaceAll("-", "");
  try {
    const created = await service.createUpload(properties, key, signal);
    return "url" in created ? { url: created.url } : created;
  } catch (error) {
    throw error instanceof ServiceError ? failure(error) : error;
  }
}

/** @param {ServiceError} error */
function failure({ kind, message, status, detail }) {
  return new ServerUploadError(codeOf(kind, status ?? 0), message, { status, detail });
}

/**
 * @param {ServiceError["kind"]} kind
 * @param {number} status
 * @returns {UploadErrorCode}
 */
function codeOf(kind, status) {
  if (kind === "timed-out") return "timeout";
  if (kind === "unreachable") return "network";
  if (kind !== "refused" || status < 400) return "bad-response";
  if (status === 413) return "too-large";
  return status >= 500 ? "server" : "rejected";
}
