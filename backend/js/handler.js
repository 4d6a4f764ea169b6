// The endpoint for an app's own pages. Validates a page's request, lets the app decide, and calls the
// service or the store. The properties that a page asks for reach only the app, unless the app allows
// them.

import { accepts } from "./accept.js";
import { AnswerError, Refused } from "./answer.js";
import { isObject } from "./body.js";
import { decisionOf } from "./decision.js";
import { merged, pageProperties, readGrant, readPageProps } from "./grant.js";
import { Multipart } from "./multipart.js";
import { allow, foreignOrigin, preflight, readOrigins } from "./origin.js";
import { Owners } from "./owner.js";
import { longestPath, readPath } from "./path.js";
import { badRequest, gone, headers, Refusal, unprepared } from "./refusal.js";
import { readUploadRequest } from "./request.js";
import { sameFile } from "./same-file.js";
import { Service } from "./service.js";
import { maxSimpleSize, simpleLimit } from "./simple.js";
import { NoSuchUpload, serverName as store } from "./storage.js";
import { readStorage } from "./storage-settings.js";

/** The size of the chunks that a page should send, in bytes. */
const chunkSize = 16 * 1024 * 1024;

/** Permanent 5xx statuses, after which pages must not retry (RFC 9110, 2774, 6585). */
const permanent = [501, 505, 510, 511];

const numbers = ["maxFileSize", "minFileSize", "bodyTimeout", "answerTimeout", "fetchTimeout"];

/** @param {import("./index.d.ts").UploadHandlerOptions} options */
export function createUploadHandler(options) {
  if (!isObject(options))
    throw new TypeError("the options of createUploadHandler() must be an object");
  const { authorize, identify, name = "", limits = {}, passOnKeys = false } = options;
  const { onError = console.error } = options;
  if (typeof authorize !== "function") {
    throw new TypeError("`authorize` must be a function that decides who may upload");
  }
  if (identify !== undefined && typeof identify !== "function") {
    throw new TypeError("`identify` must be a function that returns the id of the request's user");
  }
  if (typeof name !== "string" || !/^\P{Surrogate}{0,256}$/su.test(name)) {
    throw new TypeError("`name` must be a text of at most 256 characters");
  }
  for (const name of numbers) {
    const value = /** @type {Record<string, unknown>} */ (limits)[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && Number(value) >= 0)) {
      throw new TypeError(`\`limits.${name}\` must be a whole number`);
    }
  }
  const { allowedFileTypes } = limits;
  if (allowedFileTypes && !Array.isArray(allowedFileTypes)) {
    throw new TypeError("`limits.allowedFileTypes` must be a list");
  }
  const origins = readOrigins(options.origins ?? []);
  const pageProps = readPageProps(options.props);
  const { apiKey, apiUrl, fetch, storage } = options;
  const { answerTimeout, fetchTimeout, bodyTimeout } = limits;
  const behind = { name, fetch, answerTimeout, fetchTimeout };
  const service = new Service(apiKey, { apiUrl, ...behind });
  const owners = new Owners(identify, onError);
  const own = { ...behind, onError, owners, bodyTimeout };
  const multipart = storage && new Multipart(service, readStorage(storage), own);

  /**
   * Answers the first request of an upload: which protocol it uses, and where the file goes.
   *
   * @param {Request} request
   */
  async function create(request) {
    if (request.method !== "POST")
      throw new Refusal(405, "Upload URLs must be requested with POST.");
    const file = await readUploadRequest(request, limits);
    checkLimits(file, limits);
    const requested = pageProperties(file.props, pageProps);
    const { owner: granting, protocol, part_size, ...granted } = await decide(request, file);
    const owner = await owners.ofNew(request, granting);
    const properties = merged(granted, requested);
    const chosen = protocol ?? bySize(file, multipart !== undefined);
    if (chosen === "multipart") {
      if (!multipart) {
        onError(new Error("`storage` must be set, because `authorize` granted a multipart upload"));
        throw unprepared();
      }
      const how = { partSize: part_size, findsStored: passOnKeys, owner, byApp: granted };
      return multipart.create(file, properties, how);
    }
    if (chosen === "simple" && file.filesize > maxSimpleSize) {
      const message = `The file has ${file.filesize} bytes; uploads take at most ${maxSimpleSize}.`;
      throw new Refusal(413, message);
    }
    const key = passOnKeys
      ? await service.idempotencyKey(sameFile(file, owner, properties))
      : undefined;
    if (chosen === "simple") {
      const created = await service.createUpload(properties, key);
      return "url" in created ? { url: created.url } : created;
    }
    // Chunks don't include the file's name.
    const named = { ...properties, filename: properties.filename ?? file.filename };
    const created = await service.createUpload({ ...named, resumable: true }, key);
    return "url" in created
      ? { ...created, protocol: "resumable", chunk_size: chunkSize }
      : created;
  }

  /**
   * Calls the app's `authorize`. Refuses everything that it does not clearly allow.
   *
   * @param {Request} request
   * @param {import("./index.d.ts").UploadRequest} file
   */
  async function decide(request, file) {
    const shown = structuredClone(file);
    const decision = await decisionOf("authorize", () => authorize(request, shown), onError);
    if (decision !== true && (!isObject(decision) || decision instanceof Response)) {
      throw new Refusal(403, "This upload is not allowed.");
    }
    try {
      return readGrant(decision);
    } catch (error) {
      onError(/** @type {Error} */ (error));
      throw unprepared();
    }
  }

  /** @param {Request} request @param {import("./path.js").Place | undefined} place */
  async function answer(request, place) {
    if (place?.id === "") return Response.json(await create(request), { headers });
    if (!multipart || !place) throw gone();
    return multipart.answer(request, place.id, place.action);
  }

  /** @type {import("./index.d.ts").UploadHandler} */
  return async (request) => {
    /** @type {string | undefined} */
    let origin;
    try {
      const { pathname } = new URL(request.url);
      if (pathname.length > longestPath) throw gone();
      origin = foreignOrigin(request, origins);
      const isPreflight =
        request.method === "OPTIONS" && request.headers.has("access-control-request-method");
      const isAsked = origin !== undefined && isPreflight;
      return allow(
        isAsked ? preflight(request) : await answer(request, readPath(pathname)),
        origin,
        origins,
      );
    } catch (error) {
      return allow(
        error instanceof Response ? error : refusalFor(error, onError).toResponse(),
        origin,
        origins,
      );
    }
  };
}

/**
 * @param {import("./index.d.ts").UploadRequest} file
 * @param {import("./index.d.ts").Limits} limits
 */
function checkLimits(file, { maxFileSize, minFileSize, allowedFileTypes }) {
  if (maxFileSize !== undefined && file.filesize > maxFileSize) {
    const message = `The file has ${file.filesize} bytes; uploads take at most ${maxFileSize}.`;
    throw new Refusal(413, message);
  }
  if (minFileSize !== undefined && file.filesize < minFileSize) {
    throw badRequest(`The file has ${file.filesize} bytes; uploads take at least ${minFileSize}.`);
  }
  if (allowedFileTypes && !accepts(allowedFileTypes, file)) {
    const types = allowedFileTypes.join(", ");
    throw new Refusal(403, `Only these types of files are allowed: ${types}.`);
  }
}

/**
 * Chooses the protocol for a file by its size.
 *
 * @param {import("./index.d.ts").UploadRequest} file
 * @param {boolean} hasStorage
 */
function bySize(file, hasStorage) {
  if (file.filesize <= simpleLimit(file)) return "simple";
  return hasStorage ? "multipart" : "resumable";
}

/**
 * Logs an error for the app. The page only learns what it can act on.
 *
 * @param {unknown} error
 * @param {(error: Error) => void} onError
 */
function refusalFor(error, onError) {
  if (error instanceof Refusal) return error;
  if (error instanceof NoSuchUpload) return gone();
  onError(error instanceof Error ? error : new Error(String(error)));
  if (!(error instanceof AnswerError || error instanceof Refused)) return unprepared();
  const isStore = error.server === store;
  const name = isStore ? "The file store" : "The upload service";
  const unavailable = `${name} is not available.`;
  if (error instanceof AnswerError) {
    if (error.kind === "timeout") return new Refusal(504, unavailable);
    if (error.kind === "unreachable") return new Refusal(502, unavailable);
    return new Refusal(502, `${name} gave an invalid answer.`);
  }
  const { status, detail, retryAfter } = error;
  const no = (/** @type {number} */ status, /** @type {string} */ message) =>
    new Refusal(status, message, { retryAfter });
  if (isStore && (detail === "SlowDown" || status === 429 || status === 503)) {
    return no(503, unavailable);
  }
  if (!isStore && status === 413) {
    return no(413, "The upload service has no space left for this file.");
  }
  if (!isStore && status === 429) {
    return no(429, "The upload service is busy. Please try again later.");
  }
  const refused = `${name} refused this app's request.`;
  if (permanent.includes(status)) return no(501, refused);
  return no(502, status >= 500 ? unavailable : refused);
}
