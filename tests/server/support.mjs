// The backends under test, each reached as its pages reach it: the JavaScript handler called with the
// platform's own requests, the same behind Node's server, and the Rust routes of the demo.

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
 * A server of the test's own, on a free port.
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
 *   what is answered; nothing is never answered
 */

/**
 * A service or a store that answers as it is told, and remembers what it was asked.
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

/** One that a service hands out. */
export const uploadUrl = "https://host.example/store?key=single-use-secret";

/**
 * @typedef {object} Backend
 * @property {string} name
 * @property {(path: string, init?: RequestInit) => Promise<Response>} ask below where it is mounted
 * @property {() => Promise<void>} stop
 */

/**
 * The handler, called directly.
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
 * Every backend, with the same settings: a local store, and keys that are passed on.
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
  const own = { "sec-fetch-site": "same-origin" };
  /** @param {string} base @returns {Backend["ask"]} */
  const over = (base) => (path, init) =>
    fetch(`${base}/api/uploads${path}`, { ...init, headers: { ...own, ...init?.headers } });
  const nothing = async () => {};
  return {
    backends: [
      { name: "JavaScript", ask, stop: nothing },
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
 * A page's question.
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
 * JSON about the parts of a file.
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
 * Sends what no `fetch` would, and reads until the server ends it.
 *
 * @param {string} url of the server
 * @param {string} request
 * @param {(socket: import("node:net").Socket) => void} [more] is called once that is sent
 */
export async function raw(url, request, more = () => {}) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  // Who is refused while still sending is cut off.
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

/** What is said of an upload that is not there for who asks. */
export const gone = "There is no such upload, or not any more.";

export const clip = { filename: "clip.mp4", filesize: 3_145_728, type: "video/mp4" };

/**
 * What every refusal has.
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
 * In base64, as S3 has it.
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
