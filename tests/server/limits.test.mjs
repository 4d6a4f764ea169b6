// Tests which files and requests each backend refuses before it calls `authorize`.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";

import { everywhere } from "./backends.mjs";
import { posted, question, raw, refused } from "./support.mjs";
import { seal } from "./upload-ids.mjs";

/** @typedef {import("../../backend/js/index.d.ts").Limits} Limits */

/** @type {[title: string, limits: Limits, status: number, message?: string][]} */
const limits = [
  ["as large as the limit", { maxFileSize: 3_145_728 }, 200],
  ["as small as the limit", { minFileSize: 3_145_728 }, 200],
  [
    "larger",
    { maxFileSize: 3_145_727 },
    413,
    "The file has 3145728 bytes; uploads take at most 3145727.",
  ],
  [
    "smaller",
    { minFileSize: 3_145_729 },
    400,
    "The file has 3145728 bytes; uploads take at least 3145729.",
  ],
  ["of an allowed kind", { allowedFileTypes: ["image/*", "VIDEO/*"] }, 200],
  ["of an allowed type", { allowedFileTypes: ["video/mp4"] }, 200],
  ["of any type, with a wildcard", { allowedFileTypes: ["*/*"] }, 200],
  ["with an allowed extension", { allowedFileTypes: [".MP4"] }, 200],
  ["of a kind in a list with commas", { allowedFileTypes: [".jpg, video/*"] }, 200],
  ["of any type, with an empty list", { allowedFileTypes: [] }, 200],
  [
    "of another kind",
    { allowedFileTypes: ["image/*", ".mov"] },
    403,
    "Only these types of files are allowed: image/*, .mov.",
  ],
  ["of another type than an empty one", { allowedFileTypes: [""] }, 403],
];
for (const [title, given, status, message] of limits) {
  everywhere(`W4.6, W4.7 a file that is ${title}`, { config: { limits: given } }, async (place) => {
    const response = await place.ask("", question());
    assert.equal(place.asked.length, status === 200 ? 1 : 0);
    if (status === 200) return assert.equal(response.status, 200);
    const words = await refused(response, status);
    if (message) assert.equal(words, message);
  });
}

const films = { config: { limits: { allowedFileTypes: ["video/*"] } } };
everywhere("W4.7 without a type, the extension determines the kind", films, async ({ ask }) => {
  const askFor = (/**  @type {string} */ filename, type = "") =>
    ask("", question({ filename, type }));
  assert.equal((await askFor("a.MKV")).status, 200);
  await refused(await askFor("a.exe"), 403);
  await refused(await askFor("a.mp4", "text/html"), 403);
  assert.equal((await askFor("a", "Video/MP4; codecs=x")).status, 200);
});

// `authorize` would refuse with a 403, so a 413 shows that it was not called.
const denied = /** @type {const} */ ({ config: { limits: { maxFileSize: 1 }, authorize: "deny" } });
everywhere("W4.8 checks limits before the app decides", denied, async ({ ask }) => {
  await refused(await ask("", question()), 413);
});

everywhere("W3.5 refuses a large Content-Length at once", {}, async ({ url, asked }) => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  const { headers } = question();
  const lines = Object.entries({ host: "a", ...headers, "content-length": "5000000000" });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.write(`POST /api/uploads HTTP/1.1\r\n${head}\r\n{`);
  const [first] = await once(socket, "data");
  assert.match(String(first), /^HTTP\/1\.1 413 /);
  socket.end();
  await text(socket).catch(() => "");
  assert.equal(asked.length, 0);
});

everywhere("W3.5 stops reading a body without Content-Length at the limit", {}, async (place) => {
  const { headers } = question();
  const chunk = new TextEncoder().encode(" ".repeat(32_768));
  let left = 3;
  const body = new ReadableStream({
    pull: (controller) => (left-- > 0 ? controller.enqueue(chunk) : controller.close()),
  });
  const init = /** @type {any} */ ({ method: "POST", headers, body, duplex: "half" });
  const words = await refused(await place.ask("", init), 413);
  assert.equal(words, "The request about this file is too large.");
});

everywhere("W4.1 a key is a UUID with hyphens", {}, async ({ ask, asked }) => {
  const key = crypto.randomUUID();
  for (const other of [key.replaceAll("-", ""), `{${key}}`, `urn:uuid:${key}`]) {
    await refused(await ask("", question({}, { "idempotency-key": other })), 400);
  }
  assert.equal(asked.length, 0);
  const loud = question({}, { "idempotency-key": key.toUpperCase() });
  assert.equal((await ask("", loud)).status, 200);
});

const secret = "a-secret-of-the-tests-of-32-bytes";
const storing = { config: { storage: { uploadSecret: secret } }, store: () => ({ status: 404 }) };
everywhere("W3.5 a request to complete may be larger than others", storing, async (place) => {
  const at = `/${seal({ secret }, {})}`;
  const padded = (/** @type {number} */ size) => posted({ parts: [], more: "x".repeat(size) });
  await refused(await place.ask(`${at}/parts`, padded(65_536)), 413);
  // This body is read, and refused because it has no part.
  await refused(await place.ask(`${at}/complete`, padded(4_000_000)), 422);
  const head = `POST /api/uploads${at}/complete HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n`;
  const { status } = await raw(place.url, `${head}content-length: 4194305\r\n\r\n{`);
  assert.equal(status, 413);
  assert.equal(place.stored.length, 0);
});
