// The endpoint that an app mounts so that its pages can upload.
//
// A page asks here for an upload URL, once per attempt. The handler reads what it says, has the app
// decide, and asks Ittybit. What the page itself wishes for reaches the app, and goes further only where
// the app's options let it. It knows no runtime: a `Request` comes in, a `Response` goes out.

import {
  checkGrant,
  checkPropNames,
  MAX_REQUEST_SIZE,
  merge,
  pageProperties,
  protocolFor,
} from "./grant.js";
import { checkFile, checkLimits } from "./limits.js";
import { Multipart } from "./multipart/index.js";
import { answerPreflight, checkOrigin, checkOrigins, corsHeaders, isPreflight } from "./origin.js";
import { answerOf, gone, isRefusal, Refusal, refusalOf, unprepared } from "./refusal.js";
import { isObject, readUpload } from "./request.js";
import { Service } from "./service.js";
import { Storage } from "./storage/index.js";

/** @typedef {import("../../pkg-config/entries/server.js").UploadHandlerOptions} UploadHandlerOptions */
/** @typedef {import("../../pkg-config/entries/server.js").UploadRequest} UploadRequest */

/** The chunks that a page is told to send. Bytes. */
const CHUNK_SIZE = 16 * 2 ** 20;

const OPTIONS = new Set([
  ...["apiKey", "authorize", "props", "storage", "limits", "origins", "passOnKeys", "apiUrl"],
  ...["onError", "fetch"],
]);

/** @type {typeof import("../../pkg-config/entries/server.js").createUploadHandler} */
export function createUploadHandler(options) {
  const handler = new Handler(options);
  return (request) => handler.answer(request);
}

class Handler {
  #authorize;
  #props;
  #limits;
  #origins;
  #passOnKeys;
  #service;
  /** @type {Multipart | undefined} */
  #multipart;
  #onError;

  /**
   * @param {UploadHandlerOptions} options
   * @throws {TypeError}
   */
  constructor(options) {
    if (!isObject(options)) throw new TypeError("createUploadHandler needs options");
    const unknown = Object.keys(options).find((name) => !OPTIONS.has(name));
    if (unknown !== undefined) throw new TypeError(`there is no option \`${unknown}\``);
    const { apiKey, apiUrl, authorize, storage, passOnKeys = false, onError, fetch } = options;
    if (typeof authorize !== "function") {
      throw new TypeError("`authorize` is missing: a function that decides who may upload what");
    }
    if (typeof passOnKeys !== "boolean") throw new TypeError("`passOnKeys` must be a boolean");
    for (const [name, value] of Object.entries({ onError, fetch })) {
      if (value !== undefined && typeof value !== "function") {
        throw new TypeError(`\`${name}\` must be a function`);
      }
    }
    this.#authorize = authorize;
    this.#props = checkPropNames(options.props ?? []);
    this.#limits = checkLimits(options.limits ?? {});
    this.#origins = checkOrigins(options.origins ?? []);
    this.#passOnKeys = passOnKeys;
    this.#onError = onError ?? ((error) => console.error(error));
    const { answerTimeout, fetchTimeout } = this.#limits;
    this.#service = new Service({ apiKey, apiUrl, fetch, answerTimeout, fetchTimeout });
    if (storage !== undefined) {
      const store = new Storage(storage, { fetch, answerTimeout, fetchTimeout });
      this.#multipart = new Multipart(store, this.#service);
    }
  }

  /**
   * @param {Request} request
   * @returns {Promise<Response>}
   */
  async answer(request) {
    const response = await this.#route(request).catch((error) => {
      const isNews = isRefusal(error) ? error.cause : error?.kind !== "no-such-upload";
      if (isNews) this.#tell(error);
      return answerOf(refusalOf(error));
    });
    // An upload URL works once; an answer from a cache would be a used one.
    response.headers.set("cache-control", "no-store");
    for (const [name, value] of Object.entries(corsHeaders(request, this.#origins))) {
      if (name === "vary") response.headers.append(name, value);
      else response.headers.set(name, value);
    }
    return response;
  }

  /** @param {Request} request */
  async #route(request) {
    checkOrigin(request, this.#origins);
    if (isPreflight(request)) return answerPreflight(request);
    const { id, action } = pathOf(request);
    const { method } = request;
    if (id === undefined) {
      if (method === "POST") return this.#create(request);
      return notAllowed("Upload URLs are asked for with POST.", "POST");
    }
    const multipart = this.#multipart;
    if (!multipart) throw gone();
    if (action === "parts" && method === "POST") return multipart.sign(id, request);
    if (action === "parts" && method === "GET") return multipart.list(id);
    if (action === "complete" && method === "POST") return multipart.complete(id, request);
    if (action === "" && method === "DELETE") return multipart.abort(id);
    const allowed = { parts: "GET, POST", complete: "POST", "": "DELETE" }[action];
    return notAllowed("This method is not allowed here.", allowed);
  }

  /**
   * The first question: how a file travels, and where it goes.
   *
   * @param {Request} request
   */
  async #create(request) {
    const file = await readUpload(request);
    checkFile(file, this.#limits);
    const page = pageProperties(file.props, this.#props);
    const decision = await this.#decide(request, file);
    if (decision instanceof Response) return decision;
    const { protocol: granted, partSize, properties: own } = decision;
    const properties = merge(page, own);
    const protocol = granted ?? protocolFor(file, this.#multipart !== undefined);
    const byKey = this.#passOnKeys;
    if (protocol === "multipart") {
      if (this.#multipart) return this.#multipart.create(file, properties, { partSize, byKey });
      throw Object.assign(unprepared(), {
        cause: new Error("a multipart upload was granted, but there is no `storage`"),
      });
    }
    const key = byKey ? file.idempotencyKey.replaceAll("-", "") : undefined;
    if (protocol === "resumable") {
      // A chunk brings no name with it.
      const { filename = file.filename } = properties;
      const upload = { ...properties, filename, resumable: true };
      const created = await this.#service.createUpload(upload, key);
      const how = { protocol: "resumable", chunk_size: CHUNK_SIZE };
      return Response.json("url" in created ? { ...created, ...how } : created);
    }
    if (file.filesize > MAX_REQUEST_SIZE) {
      const words = `The file has ${file.filesize} bytes; uploads take at most ${MAX_REQUEST_SIZE}.`;
      throw new Refusal(413, words);
    }
    return Response.json(await this.#service.createUpload(properties, key));
  }

  /**
   * The app's decision. Whatever is no clear yes is a no.
   *
   * @param {Request} request
   * @param {UploadRequest} file
   */
  async #decide(request, file) {
    /** @type {unknown} */
    let decision;
    try {
      decision = await this.#authorize(request, file);
    } catch (error) {
      if (isRefusal(error)) throw error;
      if (!isResponse(error)) {
        this.#tell(new Error("`authorize` failed", { cause: error }));
        throw new Refusal(500, "The app's backend could not decide about the upload.");
      }
      decision = error;
    }
    if (isRefusal(decision)) throw decision;
    if (isResponse(decision) && decision.status >= 400) return copyOf(decision);
    if (decision !== true && !isPlain(decision)) {
      throw new Refusal(403, "This file may not be uploaded here.");
    }
    try {
      return checkGrant(decision === true ? {} : decision);
    } catch (cause) {
      throw Object.assign(unprepared(), { cause });
    }
  }

  /** @param {unknown} error */
  #tell(error) {
    const cause = isRefusal(error) && error.cause instanceof Error ? error.cause : error;
    try {
      this.#onError(cause instanceof Error ? cause : new Error(String(cause)));
    } catch {
      // The page is answered whatever the app's log does.
    }
  }
}

/**
 * Which upload a request is about, where it is about one. The handler does not know where it is mounted,
 * but an upload id looks like nothing else: it begins with its version and a dot.
 *
 * @param {Request} request
 * @returns {{ id?: string, action: "" | "parts" | "complete" }}
 */
function pathOf({ url }) {
  const { pathname } = new URL(url);
  const [, id, action = ""] = /\/(\d+\.[^/]*)(?:\/(parts|complete))?\/?$/.exec(pathname) ?? [];
  if (id === undefined) return { action: "" };
  return { id, action: /** @type {"" | "parts" | "complete"} */ (action) };
}

/**
 * @param {string} words
 * @param {string} allowed
 */
function notAllowed(words, allowed) {
  const response = answerOf(new Refusal(405, words));
  response.headers.set("allow", allowed);
  return response;
}

/**
 * Also one of another realm, or another implementation.
 *
 * @param {unknown} value
 * @returns {value is Response}
 */
function isResponse(value) {
  return value instanceof Response || Object.prototype.toString.call(value) === "[object Response]";
}

/**
 * With headers that may be changed.
 *
 * @param {Response} response
 */
function copyOf({ body, status, headers }) {
  return new Response(body, { status, headers });
}

/**
 * @param {unknown} value
 * @returns {value is object}
 */
function isPlain(value) {
  if (!isObject(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
