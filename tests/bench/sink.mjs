// A host that throws away what it is sent, and counts it. It is there for every protocol alike: how
// quickly something uploads does not depend then on how quickly somebody stores. Runs as a process
// of its own, and prints its address.

import { createServer } from "node:http";

/** Requests by method, and bytes, since they were last asked for. */
let seen = nothing();

/** Of resumable: how much of each upload has come. @type {Record<string, number>} */
const sizes = {};

/** Of tus: what each upload has. @type {number[]} */
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
    // As long as browsers allow.
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
    // Chunks come in any order: that the file is whole is known by what has been counted.
    const received = (sizes[pathname] ?? 0) + size;
    sizes[pathname] = received;
    return { status: received === total ? 201 : 202, body: { id: "resumable" } };
  },

  // As Mux and Google's storage answer.
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

  // tus 1.0 as far as a client needs it that does not resume, with the extensions Creation and
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
