// A proxy between the browser and the test runner's server.
//
// wasm-bindgen-test-runner serves the tests with tiny_http, whose thread pool can assign a connection
// to a busy thread. If the browser opens six connections at once, one of them may never be answered,
// and the page waits forever. This proxy keeps the browser's connections, and opens one at a time to
// the server.

import { once } from "node:events";
import { Agent, createServer, request } from "node:http";

/**
 * Starts the proxy on a free port.
 *
 * @returns {Promise<{ flags: string[], close: () => Promise<void> }>} Chromium's flags
 *   that send every request through it, those to this machine too
 */
export async function oneAtATime() {
  const agent = new Agent({ maxSockets: 1 });
  const proxy = createServer((received, reply) => {
    const { url = "", method, headers } = received;
    const forwarded = request(url, { method, headers, agent }, (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(reply);
    });
    // If the server is not running, the page gets the same error as without a proxy.
    forwarded.on("error", () => reply.destroy());
    received.pipe(forwarded);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const address = proxy.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    flags: [`proxy-server=http://127.0.0.1:${address.port}`, "proxy-bypass-list=<-loopback>"],
    async close() {
      proxy.close();
      proxy.closeAllConnections();
      await once(proxy, "close");
    },
  };
}
