// Tests the handler behind Node's own server: paths, bodies that a parser has read already, and closed connections.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { json } from "node:stream/consumers";
import { test } from "node:test";

import { toNodeHandler } from "ittybit-uploader/server";
import { handlerWith, question, refused, scripted, serve, uploadUrl } from "./support.mjs";

/**
 * @param {(handler: ReturnType<typeof toNodeHandler>) => import("node:http").RequestListener} mount
 * @param {(url: string, seen: import("./support.mjs").Seen[]) => Promise<void>} body
 */
async function behind(mount, body) {
  const service = await scripted();
  const { handler } = handlerWith({ apiUrl: service.url });
  const server = await serve(mount(toNodeHandler(handler)));
  await body(server.url, service.seen);
  await server.stop();
  await service.stop();
}

test("answers like the handler itself", () =>
  behind(
    (handle) => (request, response) => void handle(request, response),
    async (url) => {
      const response = await fetch(`${url}/api/uploads`, question());
      assert.equal(response.headers.get("cache-control"), "no-store");
      assert.deepEqual(await response.json(), { url: uploadUrl });
    },
  ));

test("accepts a body that a parser has read, and uses the original path", () =>
  behind(
    (handle) => async (request, response) => {
      const body = await json(request);
      // Like Express, removes the path at which the handler is mounted.
      await handle(Object.assign(request, { body, originalUrl: request.url, url: "/" }), response);
    },
    async (url) => {
      const response = await fetch(`${url}/api/uploads`, question());
      assert.deepEqual(await response.json(), { url: uploadUrl });
    },
  ));

test("sends every cookie, and keeps the headers of a middleware", async () => {
  const cookies = ["a=1; Path=/; Expires=Wed, 21 Oct 2099 07:28:00 GMT", "b=2; HttpOnly"];
  const handle = toNodeHandler(async () => {
    const response = new Response("hello", { headers: { vary: "origin", "x-a": "one" } });
    for (const cookie of cookies) response.headers.append("set-cookie", cookie);
    return response;
  });
  const server = await serve((request, response) => {
    response.setHeader("set-cookie", "session=0");
    response.setHeader("vary", "accept-encoding");
    response.setHeader("x-a", "none");
    void handle(request, response);
  });
  const { headers } = await fetch(server.url);
  await server.stop();
  assert.deepEqual(headers.getSetCookie(), ["session=0", ...cookies]);
  assert.equal(headers.get("vary"), "accept-encoding, origin");
  assert.equal(headers.get("x-a"), "one");
});

test("stops reading a body at the limit", () =>
  behind(
    (handle) => (request, response) => void handle(request, response),
    async (url, seen) => {
      const large = question({ props: { much: "x".repeat(5_000_000) } });
      const words = await refused(await fetch(`${url}/api/uploads`, large), 413);
      assert.equal(words, "The request about this file is too large.");
      assert.equal(seen.length, 0);
    },
  ));

test("a closed connection aborts the request", async () => {
  /** @type {(request: Request) => void} */
  let tell = () => {};
  const asked = new Promise((resolve) => {
    tell = resolve;
  });
  const handle = toNodeHandler(async (request) => {
    tell(request);
    await once(request.signal, "abort");
    return new Response();
  });
  const { url, stop } = await serve((request, response) => void handle(request, response));
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  const { signal } = await asked;
  socket.destroy();
  if (!signal.aborted) await once(signal, "abort");
  assert(signal.aborted);
  await stop();
});

test("a handler that throws is answered with 500", async () => {
  const handle = toNodeHandler(async () => {
    throw new Error("no");
  });
  const { url, stop } = await serve((request, response) => void handle(request, response));
  assert.equal((await fetch(url)).status, 500);
  await stop();
});
