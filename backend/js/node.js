// From Node's own requests and responses to the platform's, and back. It imports nothing of Node's, so
// that the module also loads where there is none of it.

/**
 * @typedef {import("node:http").IncomingMessage & { originalUrl?: string, body?: unknown }} NodeRequest
 * @typedef {import("node:http").ServerResponse} NodeResponse
 */

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
      const answer = await handler(toRequest(request, gone.signal));
      if (response.destroyed) return;
      response.statusCode = answer.status;
      for (const [name, value] of answer.headers) response.setHeader(name, value);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      // What is left of a body that was not read would be taken for the next request.
      if (!request.complete && !request.readableEnded) response.setHeader("connection", "close");
      response.end(bytes);
    } catch (error) {
      if (next) next(error);
      else if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    }
  };
}

/** @param {NodeRequest} request @param {AbortSignal} signal */
function toRequest(request, signal) {
  const headers = new Headers();
  const { rawHeaders, method = "GET" } = request;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    // Those of HTTP/2 that stand for the first line.
    if (!name.startsWith(":")) headers.append(name, rawHeaders[at + 1] ?? "");
  }
  const host = request.headers.host ?? String(request.headers[":authority"] ?? "localhost");
  if (!headers.has("host")) headers.set("host", host);
  const isEncrypted = /** @type {any} */ (request.socket).encrypted === true;
  // Express takes away where the handler is mounted.
  const path = request.originalUrl ?? request.url ?? "/";
  const url = new URL(path, `${isEncrypted ? "https" : "http"}://${host}`);
  const hasBody = method !== "GET" && method !== "HEAD";
  /** @type {RequestInit & { duplex: "half" }} */
  const init = { method, headers, signal, duplex: "half", body: hasBody ? bodyOf(request) : null };
  return new Request(url, init);
}

/** @param {NodeRequest} request */
function bodyOf(request) {
  // A body parser came first.
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
