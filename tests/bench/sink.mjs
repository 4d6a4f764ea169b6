// A host that counts and discards what it receives, for every protocol, so that the speed of an upload
// doesn't depend on the speed of storing. Runs as a separate process, and prints its address.

import { createServer } from "node:http";

/** The requests by method, and the bytes, since the last query. */
let seen = nothing();

/** How much of each resumable upload has arrived. @type {Record<string, number>} */
const sizes = {};

/** How much of each tus upload has arrived. @type {number[]} */
const offsets = [];

const server = createServer(async (request, response) => {
  const { method = "", headers } = request;
  const { pathname } = new URL(request.url ?? "/", "http://sink");
  response.setHeader("access-control-allow-origin", "*");
  if (pathname === "/seen") {
    response.end(JSON.stringify(seen));
    seen = nothing();
    return;
  }
  seen.requests[method] = (seen.requests[method] ?? 0) + 1;
  if (method === "OPTIONS") {
    response.setHeader("access-control-allow-methods", "*");
    response.setHeader("access-control-allow-headers", "*");
    // The longest time that browsers allow.
    response.setHeader("access-control-max-age", "7200");
    response.writeHead(204).end();
    return;
  }
  response.setHeader("access-control-expose-headers", "*");
  /** @type {Buffer[]} */
  const question = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (headers["content-type"] === "application/json") question.push(chunk);
  }
  const protocol = Object.entries(protocols).find(([path]) => pathname.startsWith(path))?.[1];
  if (!protocol) {
    response.writeHead(404).end();
    return;
  }
  if (question.length === 0) seen.bytes += size;
  const json = question.length > 0 ? JSON.parse(Buffer.concat(question).toString()) : undefined;
  const answer = protocol({ pathname, method, headers, size, json });
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body && JSON.stringify(answer.body));
});

/** How each protocol answers. @type {Record<string, (request: any) => any>} */
const protocols = {
  "/whole": ({ size }) => ({ status: 200, body: { id: "whole", filesize: size } }),

  "/resumable": ({ pathname, headers, size }) => {
    const { total } = rangeOf(headers);
    // Chunks arrive in any order, so the file is complete when all bytes were counted.
    const received = (sizes[pathname] ?? 0) + size;
    sizes[pathname] = received;
    return { status: received === total ? 201 : 202, body: { id: "resumable" } };
  },

  // Answers like Mux and Google's storage.
  "/upchunk": ({ headers }) => {
    const { last, total } = rangeOf(headers);
    return last + 1 === total
      ? { status: 200 }
      : { status: 308, headers: { range: `bytes=0-${last}` } };
  },

  "/multipart": ({ pathname, method, json, headers }) => {
    if (method === "PUT") return { status: 200, headers: { etag: `"${pathname}"` } };
    if (pathname.endsWith("/complete")) return { status: 200, body: { id: "multipart" } };
    const [{ part_number, checksum }] = json.parts;
    const url = `http://${headers.host}/multipart/${part_number}`;
    const signed = { "x-amz-checksum-crc32c": checksum };
    return { status: 200, body: { parts: [{ part_number, url, headers: signed }] } };
  },

  // The part of tus 1.0 that a client needs if it doesn't resume, with the extensions Creation and
  // Concatenation.
  "/tus": ({ pathname, method, headers, size }) => {
    const common = { "tus-resumable": "1.0.0" };
    if (method === "POST") {
      offsets.push(size);
      const location = `http://${headers.host}/tus/${offsets.length - 1}`;
      return { status: 201, headers: { ...common, location, "upload-offset": size } };
    }
    const id = Number(pathname.split("/").at(-1));
    const offset = (offsets[id] ?? 0) + size;
    offsets[id] = offset;
    return { status: 204, headers: { ...common, "upload-offset": offset } };
  },
};

/** @returns {{ bytes: number, requests: Record<string, number> }} */
function nothing() {
  return { bytes: 0, requests: {} };
}

/** @param {import("node:http").IncomingHttpHeaders} headers */
function rangeOf(headers) {
  const [, last, total] = /-(\d+)\/(\d+)$/.exec(headers["content-range"] ?? "") ?? [];
  return { last: Number(last), total: Number(total) };
}

server.listen(0, "127.0.0.1", () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`http://localhost:${port}`);
});
