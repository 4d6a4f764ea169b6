// From Node's requests and responses to those of the web, and back; for its own server, Express and their
// like. It works with the objects that it is given, and imports nothing of Node.
//
// Knows nothing of uploads.

/** @typedef {import("../../pkg-config/entries/server.js").NodeRequest} NodeRequest */
/** @typedef {import("../../pkg-config/entries/server.js").NodeResponse} NodeResponse */

/** @type {typeof import("../../pkg-config/entries/server.js").toNodeHandler} */
export function toNodeHandler(handler) {
  return async (request, response, next) => {
    const gone = new AbortController();
    response.on("close", () => {
      if (!response.writableFinished) gone.abort();
    });
    try {
      const converted = toRequest(request, gone.signal);
      const answer = converted ? await handler(converted) : new Response(null, { status: 405 });
      await send(answer, request, response);
    } catch (error) {
      if (next) next(error);
      else response.destroy();
    }
  };
}

/**
 * `undefined` where the web has no such request.
 *
 * @param {NodeRequest} request
 * @param {AbortSignal} signal
 */
function toRequest(request, signal) {
  const { method = "GET" } = request;
  if (/^(CONNECT|TRACE|TRACK)$/i.test(method)) return undefined;
  const headers = new Headers();
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const [name = "", value = ""] = request.rawHeaders.slice(at, at + 2);
    // Of HTTP/2, its own.
    if (!name.startsWith(":")) headers.append(name, value);
  }
  const authority = request.headers[":authority"];
  if (typeof authority === "string" && !headers.has("host")) headers.set("host", authority);
  const hasBody = method !== "GET" && method !== "HEAD";
  const parsed = hasBody ? parsedBody(request) : undefined;
  // It is not as long as it came.
  if (parsed !== undefined) headers.delete("content-length");
  const body = hasBody ? (parsed ?? streamOf(request)) : null;
  const init = /** @type {RequestInit} */ ({ method, headers, body, signal, duplex: "half" });
  return new Request(urlOf(request, headers.get("host") ?? ""), init);
}

/**
 * As the client sent it: Express takes off where it is mounted.
 *
 * @param {NodeRequest} request
 * @param {string} host
 */
function urlOf({ originalUrl, url, socket }, host) {
  const path = (originalUrl ?? url ?? "/").replace(/^[a-z]+:\/\/[^/]*/i, "");
  const scheme = socket?.encrypted ? "https" : "http";
  const safePath = path.startsWith("/") ? path : "/";
  try {
    return new URL(`${scheme}://${host}${safePath}`);
  } catch {
    return new URL(`${scheme}://localhost${safePath}`);
  }
}

/**
 * What a body parser before it has made of the body.
 *
 * @param {NodeRequest} request
 */
function parsedBody({ body, rawBody, readableDidRead }) {
  if (readableDidRead === false) return undefined;
  if (rawBody instanceof Uint8Array) return /** @type {BodyInit} */ (rawBody);
  if (body instanceof Uint8Array) return /** @type {BodyInit} */ (body);
  if (body === undefined || typeof body === "string") return body;
  return JSON.stringify(body);
}

/**
 * The body, read as it is asked for, and no further.
 *
 * @param {NodeRequest} request
 * @returns {ReadableStream<Uint8Array>}
 */
function streamOf(request) {
  const chunks = request[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        // A view of a buffer of Node's own pool would go with it when it is transferred.
        else controller.enqueue(new Uint8Array(/** @type {Uint8Array} */ (value)));
      },
    },
    { highWaterMark: 0 },
  );
}

/**
 * @param {Response} answer
 * @param {NodeRequest} request
 * @param {NodeResponse} response
 */
async function send(answer, request, response) {
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) {
    if (name === "set-cookie") continue;
    if (name === "vary") addTo(response, name, [value], ", ");
    else response.setHeader(name, value);
  }
  addTo(response, "set-cookie", answer.headers.getSetCookie());
  // What is left of a body that is too large is not waited for.
  if (!request.complete && (request.httpVersionMajor ?? 1) < 2) {
    response.setHeader("connection", "close");
  }
  if (answer.body) {
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (response.destroyed) return void reader.cancel().catch(() => {});
      if (!response.write(value)) await drained(response);
    }
  }
  response.end();
}

/**
 * Besides what those before it have set.
 *
 * @param {NodeResponse} response
 * @param {string} name
 * @param {string[]} values
 * @param {string} [separator]
 */
function addTo(response, name, values, separator) {
  if (values.length === 0) return;
  const all = [response.getHeader(name) ?? [], values].flat().map(String);
  response.setHeader(name, separator ? all.join(separator) : all);
}

/** @param {NodeResponse} response */
function drained(response) {
  return new Promise((resolve) => {
    response.on("drain", () => resolve(undefined));
    response.on("close", () => resolve(undefined));
  });
}
