// Converts Node's requests to the web platform's `Request`, and `Response` back. Imports nothing from
// Node, so that the module also loads on other platforms.

/**
 * @typedef {import("node:http").IncomingMessage & { originalUrl?: string, body?: unknown }} NodeRequest
 * @typedef {import("node:http").ServerResponse} NodeResponse
 */

import { Refusal } from "./refusal.js";

/** @param {import("./index.d.ts").UploadHandler} handler */
export function toNodeHandler(handler) {
  /**
   * @param {NodeRequest} request
   * @param {NodeResponse} response
   * @param {(error?: unknown) => void} [next]
   */
  return async (request, response, next) => {
    const gone = new AbortController();
    response.once("close", () => {
      if (!response.writableFinished) gone.abort();
    });
    try {
      const asked = toRequest(request, gone.signal);
      const answer = asked instanceof Refusal ? asked.toResponse() : await handler(asked);
      if (response.destroyed) return;
      response.statusCode = answer.status;
      for (const [name, value] of headersOf(answer, response)) response.setHeader(name, value);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      // The rest of an unread body would be taken for the next request, and may never end.
      const isRead = request.complete || request.readableEnded;
      if (!isRead && request.httpVersionMajor < 2) response.setHeader("connection", "close");
      response.end(bytes, () => {
        if (!isRead) request.destroy();
      });
    } catch (error) {
      if (next) next(error);
      else if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    }
  };
}

/**
 * Returns the headers to set. Adds `Set-Cookie` and `Vary` to those that a middleware has set before.
 *
 * @param {Response} answer
 * @param {NodeResponse} response
 */
function headersOf({ headers }, response) {
  /** @type {Map<string, string | string[]>} */
  const all = new Map(headers);
  const before = (/** @type {string} */ name) =>
    [response.getHeader(name) ?? []].flat().map(String);
  const cookies = headers.getSetCookie();
  if (cookies.length > 0) all.set("set-cookie", [...before("set-cookie"), ...cookies]);
  const varies = headers.get("vary");
  if (varies !== null) all.set("vary", [...before("vary"), varies].join(", "));
  return all;
}

/** The methods that a `Request` can't have (Fetch standard, "forbidden method"). */
const forbidden = ["CONNECT", "TRACE", "TRACK"];

/**
 * Returns a `Request`, or the refusal if there can't be one.
 *
 * @param {NodeRequest} request
 * @param {AbortSignal} signal
 */
function toRequest(request, signal) {
  if (forbidden.includes(request.method ?? "")) {
    return new Refusal(405, "This method is not allowed here.");
  }
  try {
    return requestOf(request, signal);
  } catch {
    return new Refusal(400, "The request cannot be read.");
  }
}

/** @param {NodeRequest} request @param {AbortSignal} signal */
function requestOf(request, signal) {
  const headers = new Headers();
  const { rawHeaders, method = "GET" } = request;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    // Skips the pseudo-headers of HTTP/2.
    if (!name.startsWith(":")) headers.append(name, rawHeaders[at + 1] ?? "");
  }
  const host = request.headers.host ?? String(request.headers[":authority"] ?? "localhost");
  if (!headers.has("host")) headers.set("host", host);
  const isEncrypted = /** @type {any} */ (request.socket).encrypted === true;
  // Express removes the path at which the handler is mounted from `url`.
  const target = request.originalUrl ?? request.url ?? "/";
  const server = new URL(`${isEncrypted ? "https" : "http"}://${host}`);
  // Refuses a host name of which a part would be taken for a path, a query or a user name.
  if (`${server.origin}/` !== server.href || /[/?#\\]/.test(host)) throw new TypeError("no host");
  const url = new URL(`${server.origin}${pathOf(target)}`);
  const hasBody = method !== "GET" && method !== "HEAD";
  /** @type {RequestInit & { duplex: "half" }} */
  const init = { method, headers, signal, duplex: "half", body: hasBody ? bodyOf(request) : null };
  return new Request(url, init);
}

/** Returns the path, also of a whole URL, which a request to a server may have. @param {string} target */
function pathOf(target) {
  if (target.startsWith("/")) return target;
  if (!URL.canParse(target)) return "/";
  const { pathname, search } = new URL(target);
  return `${pathname}${search}`;
}

/** @param {NodeRequest} request */
function bodyOf(request) {
  // A body parser has read the body already.
  const { body } = request;
  if (request.readableEnded && body !== undefined) {
    if (typeof body === "string" || body instanceof Uint8Array) {
      return /** @type {BodyInit} */ (body);
    }
    return JSON.stringify(body);
  }
  const chunks = request[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}
