// A host of a test's own, which takes files as the test says: up to a size, with any answer.

import { once } from "node:events";
import { createServer } from "node:http";

/**
 * @typedef {object} Seen
 * @property {string} method
 * @property {string | undefined} range `Content-Range`
 * @property {number} bytes of the body
 *
 * @typedef {{ status: number, body?: unknown, headers?: Record<string, string> }} Answer
 */

/**
 * Starts it on a free port; `take` says what is answered to a body that has come whole.
 *
 * @param {(seen: Seen, count: number) => Answer} take
 */
export async function startHost(take) {
  /** @type {Seen[]} */
  const seen = [];
  const server = createServer(async (request, response) => {
    for (const name of ["origin", "headers", "methods"]) {
      response.setHeader(`access-control-allow-${name}`, name === "methods" ? "PUT, POST" : "*");
    }
    if (request.method === "OPTIONS") {
      response.writeHead(204).end();
      return;
    }
    let bytes = 0;
    try {
      for await (const chunk of request) bytes += chunk.length;
    } catch {
      // The page has gone.
      return;
    }
    const { method = "", headers } = request;
    const one = { method, range: headers["content-range"], bytes };
    seen.push(one);
    const { status, body = "", headers: more } = take(one, seen.length);
    const text = typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(status, { "content-type": "application/json", ...more }).end(text);
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://localhost:${port}/files`,
    /** Each body that has come whole. */
    seen,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
