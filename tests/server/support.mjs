// The backends under test, called as pages call them: the JavaScript handler called directly with a
// `Request`, the same handler behind Node's server, and the Rust routes of the demo.

import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { createUploadHandler, toNodeHandler } from "ittybit-uploader/server";
import { startDemo, temporaryFolder } from "../e2e/support.mjs";

/** @typedef {import("../../backend/js/index.d.ts").UploadHandlerOptions} Options */

export const apiKey = "key_of_the_app_4711";

/**
 * Starts a server on a free port.
 *
 * @param {import("node:http").RequestListener} listener
 */
export async function serve(listener) {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/**
 * @typedef {{ method: string | undefined, path: string | undefined,
 *   headers: import("node:http").IncomingHttpHeaders, body: string }} Seen
 *
 * @typedef {(seen: Seen) => { status?: number, body?: unknown, headers?: Record<string, string> } | undefined} Script
 *   returns the answer; without one, the request is never answered
 */

/**
 * Starts a service or a store that answers by a script, and records its requests.
 *
 * @param {Script} [script]
 */
export async function scripted(script = () => ({ body: { data: { url: uploadUrl } } })) {
  /** @type {Seen[]} */
  const seen = [];
  const server = await serve(async (request, response) => {
    const { method, url: path, headers } = request;
    const asked = { method, path, headers, body: await text(request) };
    seen.push(asked);
    const answer = script(asked);
    if (!answer) return;
    const { status = 200, body = "", headers: answered } = answer;
    response.writeHead(status, answered);
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  return { ...server, seen };
}

/** An upload URL from a service. */
export const uploadUrl = "https://host.example/store?key=single-use-secret";

/**
 * @typedef {object} Backend
 * @property {string} name
 * @property {(path: string, init?: RequestInit) => Promise<Response>} ask `path` is relative to where it is mounted
 * @property {() => Promise<void>} stop
 */

/**
 * Creates a handler that is called directly.
 *
 * @param {Partial<Options>} [options]
 */
export function handlerWith(options) {
  /** @type {Error[]} */
  const errors = [];
  const all = {
    apiKey,
    authorize: () => true,
    onError: (/** @type {Error} */ error) => errors.push(error),
    ...options,
  };
  const handler = createUploadHandler(/** @type {Options} */ (all));
  /** @type {Backend["ask"]} */
  const ask = (path, init) => handler(new Request(`https://app.example/api/uploads${path}`, init));
  return { handler, ask, errors };
}

/**
 * Starts every backend with the same settings: a local store, and keys that are passed on.
 *
 * @returns {Promise<{ backends: Backend[], stop: () => Promise<void> }>}
 */
export async function allBackends() {
  const { folder, remove } = temporaryFolder();
  const demo = await startDemo({ settings: { STAND_IN_DIR: folder } });
  const secret = join(folder, "s3/secret");
  assert(existsSync(secret));
  const service = await scripted();
  const { handler, ask } = handlerWith({
    apiUrl: service.url,
    passOnKeys: true,
    identify: ({ headers }) => /visitor=([\w-]+)/.exec(headers.get("cookie") ?? "")?.[1],
    authorize: (_, { props: { protocol } }) =>
      protocol === undefined
        ? { metadata: { source: "demo" } }
        : { metadata: { source: "demo" }, protocol: /** @type {"multipart"} */ (protocol) },
    storage: {
      ...{ endpoint: demo.store, region: "local", bucket: "demo", accessKeyId: "demo" },
      secretAccessKey: readFileSync(secret, "utf8"),
      handover: "own",
    },
  });
  const node = await serve(toNodeHandler(handler));
  // The demo's backend identifies visitors by this cookie.
  const own = { "sec-fetch-site": "same-origin", cookie: `visitor=${crypto.randomUUID()}` };
  /** @type {Backend["ask"]} */
  const direct = (path, init) => ask(path, { ...init, headers: { ...own, ...init?.headers } });
  /** @param {string} base @returns {Backend["ask"]} */
  const over = (base) => (path, init) =>
    fetch(`${base}/api/uploads${path}`, { ...init, headers: { ...own, ...init?.headers } });
  const nothing = async () => {};
  return {
    backends: [
      { name: "JavaScript", ask: direct, stop: nothing },
      { name: "JavaScript behind node:http", ask: over(node.url), stop: nothing },
      { name: "Rust", ask: over(demo.address), stop: nothing },
    ],
    async stop() {
      await Promise.all([node.stop(), service.stop()]);
      await demo.stop();
      remove();
    },
  };
}

/**
 * Returns a page's request for an upload URL.
 *
 * @param {Record<string, unknown> | string} [body]
 * @param {Record<string, string>} [headers]
 * @returns {RequestInit & { headers: Record<string, string> }}
 */
export const question = (body, headers) => ({
  method: "POST",
  headers: {
    "content-type": "application/json",
    "idempotency-key": crypto.randomUUID(),
    ...headers,
  },
  body: typeof body === "string" ? body : JSON.stringify({ ...clip, ...body }),
});

/**
 * Returns a request with JSON about the parts of a file.
 *
 * @param {unknown} body
 * @param {Record<string, string>} [headers]
 */
export const posted = (body, headers) => ({
  method: "POST",
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

/**
 * Sends a raw request that `fetch` can't send, and reads until the server closes the connection.
 *
 * @param {string} url of the server
 * @param {string} request
 * @param {(socket: import("node:net").Socket) => void} [more] is called after that is sent
 */
export async function raw(url, request, more = () => {}) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  // The server closes the connection of a client that is refused while sending.
  socket.on("error", () => {});
  let answer = "";
  socket.setEncoding("utf8").on("data", (text) => {
    answer += text;
  });
  socket.write(request, () => more(socket));
  await new Promise((resolve) => socket.once("close", resolve));
  const [head = "", ...body] = answer.split("\r\n\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);
  return { status, head, body: body.join("\r\n\r\n") };
}

/** The message about an upload that doesn't exist for the sender. */
export const gone = "There is no such upload.";

export const clip = { filename: "clip.mp4", filesize: 3_145_728, type: "video/mp4" };

/**
 * Checks what every refusal must have, and returns its message.
 *
 * @param {Response} response
 * @param {number} status
 */
export async function refused(response, status) {
  const body = await response.text();
  assert.equal(response.status, status, body);
  assert.match(response.headers.get("content-type") ?? "", /^application\/json/);
  assert.equal(response.headers.get("cache-control"), "no-store");
  const { error, ...rest } = JSON.parse(body);
  assert.deepEqual(rest, {});
  assert.deepEqual(Object.keys(error), ["message"]);
  return String(error.message);
}

/** Castagnoli's polynomial, reversed (RFC 3720, appendix B.4). */
const polynomial = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ polynomial : sum >>> 1;
  return sum;
});

/**
 * Returns the CRC32C in base64, as in S3.
 *
 * @param {Uint8Array} bytes
 */
export function crc32c(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (table[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8);
  const four = Buffer.alloc(4);
  four.writeUInt32BE((sum ^ 0xffffffff) >>> 0);
  return four.toString("base64");
}
