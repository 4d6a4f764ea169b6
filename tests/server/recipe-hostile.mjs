// The requests of a hostile client to a recipe, byte for byte: values and bodies that are slow to
// parse, and requests that no library would send. The answer to each must be a client error.

import assert from "node:assert/strict";
import { connect } from "node:net";

/** The headers of a page's request. */
const usual = {
  host: "app.example",
  "content-type": "application/json",
  "idempotency-key": "0f8fad5b-d9cb-469f-a165-70867728950e",
};

/** Lengths that no header needs: just below Node's limit for all headers, and far above it. */
const lengths = [5_000, 64_000];

const longHeaders = lengths.flatMap((length) =>
  Object.entries({
    origin: ["http://", "http://[", "."],
    "sec-fetch-site": ["same-origin "],
    "content-type": ["application/json;", 'application/json; a="', "application/json\t"],
    "idempotency-key": ["0f8fad5b-", "{", "-"],
    host: ["a.", "["],
  }).flatMap(([name, values]) =>
    values.map((value) => ({ [name]: value.repeat(length / value.length) })),
  ),
);

const deep = (/** @type {string} */ open, /** @type {string} */ close) =>
  `${open.repeat(30_000 / open.length)}1${close.repeat(30_000 / open.length)}`;

const file = (/** @type {string} */ members) =>
  `{"filename":"a.mp4","filesize":1,"type":"video/mp4",${members}}`;

/** Bodies that must be answered with 400. */
export const hostileBodies = {
  "lists of 30,000 levels": "[".repeat(30_000),
  "props of 30,000 levels": file(`"props":${deep("[", "]")}`),
  "objects of 5,000 levels": file(`"props":${deep('{"a":', "}")}`),
  "a filesize of 60,000 digits": `{"filename":"a","filesize":${"9".repeat(60_000)}}`,
  "an infinite filesize": '{"filename":"a","filesize":1e999}',
  "a filesize that is no number": '{"filename":"a","filesize":NaN}',
  "no UTF-8": Buffer.from([...Buffer.from('{"filename":"'), 0xff, 0xfe, 0x22, 0x7d]),
  "64 KB of backslashes": `{"filename":"${"\\".repeat(64_000)}"}`,
  "64 KB of spaces": `${" ".repeat(64_000)}{`,
};

/**
 * @param {{ method?: string, path?: string, headers?: Record<string, string>, body?: string | Buffer }} request
 */
function raw({ method = "POST", path = "/api/uploads", headers, body = "{}" }) {
  const all = { ...usual, "content-length": String(Buffer.byteLength(body)), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([
    Buffer.from(
      `${method} ${path} HTTP/1.1\r\n${lines.join("")}connection: close\r\n\r\n`,
      "latin1",
    ),
    Buffer.from(body),
  ]);
}

/** Requests that must be answered with a status of 4xx, or not at all. @type {[title: string, bytes: Buffer][]} */
const requests = [
  ...longHeaders.map(
    (headers) =>
      /** @type {[string, Buffer]} */ ([JSON.stringify(headers).slice(0, 40), raw({ headers })]),
  ),
  ...["[", "a b", "a@b", "", "evil.example:99999", "\xff"].map(
    (host) => /** @type {[string, Buffer]} */ ([`Host: ${host}`, raw({ headers: { host } })]),
  ),
  ...["http://[", "http://", "//", "\xff", "http://app.example:x"].map(
    (origin) =>
      /** @type {[string, Buffer]} */ ([`Origin: ${origin}`, raw({ headers: { origin } })]),
  ),
  ...["TRACE", "CONNECT", "PUT", "PROPFIND", "HEAD", "post"].map(
    (method) => /** @type {[string, Buffer]} */ ([method, raw({ method })]),
  ),
  ["chunks that are none", raw({ headers: { "transfer-encoding": "chunked" }, body: "zz\r\n{}" })],
  ["dots", raw({ method: "GET", path: `/api/uploads/${".".repeat(8000)}/x` })],
  ["slashes", raw({ path: `/api/uploads${"/".repeat(8000)}` })],
  ["percents", raw({ path: `/api/uploads/${"%".repeat(8000)}` })],
  ["another server's address", raw({ path: "http://evil.example/other" })],
];

/**
 * Sends bytes, and returns the status of the answer.
 *
 * @param {string} url
 * @param {Buffer} bytes
 * @returns {Promise<number>} 0 if the connection is closed without an answer
 */
export function send(url, bytes) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setEncoding("latin1");
    socket.on("data", (text) => {
      answer += text;
      if (answer.includes("\r\n")) socket.destroy();
    });
    // A server that refuses early resets the connection while the client is still sending.
    socket.on("error", () => {});
    socket.on("close", () => resolve(Number(/^HTTP\/1\.\d (\d{3})/.exec(answer)?.[1] ?? 0)));
  });
}

/**
 * @param {string} url of the server
 * @param {Record<string, string>} signedIn headers of somebody who may upload
 */
export async function withstands(url, signedIn) {
  for (const [title, body] of Object.entries(hostileBodies)) {
    assert.equal(await send(url, raw({ body, headers: signedIn })), 400, title);
  }
  for (const [title, bytes] of requests) {
    const status = await send(url, bytes);
    assert(status === 0 || (status >= 400 && status < 500), `${title}: ${status}`);
  }
}
