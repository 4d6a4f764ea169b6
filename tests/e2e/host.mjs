// A host that accepts files as the test says: up to a size, with any answer.

import { once } from "node:events";
import { createServer } from "node:http";

/**
 * @typedef {object} Seen
 * @property {string} method
 * @property {string | undefined} range `Content-Range`
 * @property {number} bytes the size of the body
 *
 * @typedef {{ status: number, body?: unknown, headers?: Record<string, string> }} Answer
 */

/**
 * Starts the host on a free port. `take` returns the answer to a complete body.
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
      // The page was closed.
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
    /** The complete bodies. */
    seen,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
