// A host that supports every contender's protocol, and performs planned faults. Keeps only counts.

import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

import { dist } from "../../../pkg-config/run.mjs";

/**
 * The fault for one request with bytes of a file.
 *
 * @typedef {object} Fault
 * @property {number} [status]
 * @property {string} [type] the answer's content type
 * @property {string} [body] the answer's body
 * @property {Record<string, string>} [headers] the answer's headers
 * @property {number} [cutAfter] closes the connection after this many bytes
 * @property {() => Promise<void>} [hold] is awaited after the body has arrived, before the answer
 * @property {() => Promise<void>} [stop] is awaited after the first bytes, before the connection is closed
 */

/** @typedef {{ method: string, url: string, at: number, bytes: number, taken?: true }} Seen `at` in ms */

/**
 * @param {{ script: Uint8Array, style: Uint8Array }} page
 * @param {(count: number) => Fault | undefined} fault of the request of this number, from 0
 * @param {object} [options]
 * @param {string} [options.protocol] of the upload URLs
 * @param {string} [options.policy] of the page
 */
export async function startServer(page, fault, { protocol, policy } = {}) {
  /** @type {Seen[]} */
  const seen = [];
  let urls = 0;
  /** Of each URL that takes chunks. @type {Record<string, number>} */
  const sizes = {};

  const server = createServer(async (request, response) => {
    const { method = "", url = "/", headers } = request;
    const { pathname } = new URL(url, "http://host");
    // If a connection that was used before breaks, browsers repeat the request by themselves.
    response.shouldKeepAlive = false;
    const json = (/** @type {number} */ status, /** @type {unknown} */ body) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    if (pathname === "/uploads") {
      request.resume();
      urls += 1;
      json(200, { url: `http://${headers.host}/files/${urls}`, ...(protocol && { protocol }) });
      return;
    }
    if (!pathname.startsWith("/files") || method === "DELETE") {
      if (policy) response.setHeader("content-security-policy", policy);
      answerPage(page, pathname, response);
      return;
    }
    if (headers["upload-length"] && method === "POST") {
      request.resume();
      response.end("transfer-1");
      return;
    }
    const found = fault(seen.length) ?? {};
    /** @type {Seen} */
    const entry = { method, url, at: Date.now(), bytes: 0 };
    seen.push(entry);
    try {
      for await (const chunk of request) {
        entry.bytes += chunk.length;
        if (found.stop) await found.stop();
        if (found.stop || entry.bytes >= (found.cutAfter ?? Number.POSITIVE_INFINITY)) {
          request.socket.destroy();
          return;
        }
      }
    } catch {
      // The page has aborted the request.
      return;
    }
    await found.hold?.();
    if (found.status) {
      response.writeHead(found.status, { "content-type": found.type, ...found.headers });
      response.end(found.body);
      return;
    }
    const [, last, total] = /-(\d+)\/(\d+)$/.exec(headers["content-range"] ?? "") ?? [];
    entry.taken = true;
    sizes[url] = (sizes[url] ?? 0) + entry.bytes;
    const isWhole = method !== "PUT" || !last || sizes[url] >= Number(total);
    json(isWhole ? 200 : 202, { id: "med_1", url: `http://${headers.host}/stored/1` });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    address: `http://localhost:${port}`,
    seen,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const types = { js: "text/javascript", wasm: "application/wasm" };

/**
 * @param {{ script: Uint8Array, style: Uint8Array }} page
 * @param {string} pathname
 * @param {import("node:http").ServerResponse} response
 */
function answerPage({ script, style }, pathname, response) {
  const answer = (/** @type {string} */ type, /** @type {string | Uint8Array} */ body) => {
    response.setHeader("content-type", type);
    response.end(body);
  };
  if (pathname === "/page.js") answer(types.js, script);
  else if (pathname === "/page.css") answer("text/css", style);
  else if (/^\/dist\/[\w-]+\.(js|wasm)$/.test(pathname)) {
    response.setHeader("content-type", pathname.endsWith("js") ? types.js : types.wasm);
    createReadStream(join(dist, pathname.slice("/dist/".length))).pipe(response);
  } else if (pathname === "/") {
    answer(
      "text/html",
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>Compare</title>
<link rel="stylesheet" href="/page.css"><main><h1>Compare</h1><div id="place"></div></main>
<script src="/dist/ittybit-uploader.js"></script><script type="module" src="/page.js"></script>`,
    );
  } else response.writeHead(pathname === "/favicon.ico" ? 204 : 404).end();
}
