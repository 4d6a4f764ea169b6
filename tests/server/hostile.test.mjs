// Sends hostile requests to each backend. It must refuse each one as a client's mistake, at once, without
// writing to the app's log.

import assert from "node:assert/strict";

import { everywhere } from "./backends.mjs";
import { gone, posted, question, raw, refused } from "./support.mjs";
import { seal } from "./upload-ids.mjs";

const secret = "a-secret-of-the-tests-of-32-bytes";

/** @param {import("./backends.mjs").Config} [config] */
const given = (config) => ({
  config: { storage: { uploadSecret: secret }, ...config },
  store: () => ({ body: "<a/>" }),
});

const isEmpty = (/** @type {string} */ log) => assert.equal(log, "");

/** The length of a path that HTTP servers still read completely, in characters. */
const longPath = 12_000;

/** @type {[title: string, path: string][]} */
const noIds = [
  ["1,000 dots", `/${".".repeat(1000)}/x`],
  ["2,000 dots and parts", `/${".".repeat(2000)}/parts`],
  ["7,000 dots and parts", `/${".".repeat(7000)}/parts`],
  ["dots and slashes", `/${"a./".repeat(2000)}x/complete`],
  ["slashes", `/${"/".repeat(4000)}parts`],
  ["an id of the first version", "/1.eyJvIjoiYSJ9.AAAA/parts"],
  ["two dots", "/2.a.b/parts"],
  ["an empty id", "/2./parts"],
  ["another alphabet", "/2.a+b/parts"],
  ["a percent-encoded id", "/2.%41AAA/parts"],
  ["a long id", `/2.${"A".repeat(6 * 1024)}/parts`],
  ["an id of one letter", "/2.A/parts"],
  ["no id", "/parts"],
  ["an empty segment", "//complete"],
];
everywhere("W3.2 a path without a valid id is a 404", given(), async ({ ask, stored, asked }) => {
  for (const [title, path] of noIds) {
    for (const init of [{}, posted({ parts: [] })]) {
      const response = await ask(path, init);
      // Below the mount, backends may differ if the path has no known action.
      if (!/(parts|complete)$/.test(path)) assert([400, 404, 405].includes(response.status), title);
      else assert.equal(await refused(response, 404), gone, title);
    }
  }
  assert.deepEqual([stored.length, asked.length], [0, 0]);
  return isEmpty;
});

const not = "This method is not allowed here.";
everywhere("W1.2 refuses other methods below an id", given(), async ({ ask, stored }) => {
  const id = seal({ secret }, {});
  for (const [path, methods] of /** @type {const} */ ([
    [`/${id}`, ["GET", "POST", "PUT", "PATCH"]],
    [`/${id}/parts`, ["PUT", "PATCH", "DELETE"]],
    [`/${id}/complete`, ["GET", "PUT", "PATCH", "DELETE"]],
  ])) {
    for (const method of methods) {
      assert.equal(await refused(await ask(path, { method }), 405), not, `${method} ${path}`);
    }
    const head = await ask(path, { method: "HEAD" });
    assert.equal(head.status, 405, `HEAD ${path}`);
  }
  assert.equal(stored.length, 0);
  return isEmpty;
});

const evil = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
everywhere("W3.1 a path that is too long is a 404", given(), async ({ ask }) => {
  const path = `/${"x".repeat(longPath)}`;
  for (const init of [{}, question(), question("{", evil)]) {
    assert.equal(await refused(await ask(path, init), 404), gone);
  }
  return isEmpty;
});

const long = "x".repeat(5000);
everywhere("W3.3 ignores a header that is too long", given(), async ({ url, ask, asked }) => {
  /** @type {[name: string, status: number][]} */
  const headers = [
    ["origin", 403],
    ["sec-fetch-site", 403],
    ["content-type", 415],
    ["idempotency-key", 400],
  ];
  for (const [name, status] of headers) {
    await refused(await ask("", question({}, { [name]: long })), status);
  }
  const words = `application/json;${long}`;
  await refused(await ask("", question({}, { "content-type": words })), 415);
  const host = await raw(
    url,
    `GET /api/uploads HTTP/1.1\r\nhost: ${long}\r\nconnection: close\r\n\r\n`,
  );
  assert.equal(host.status, 403, host.head);
  assert.equal(asked.length, 0);
  return isEmpty;
});

const friend = "https://friend.example";
everywhere(
  "W2.4, W3.3 ignores a list of headers that is too long",
  given({ origins: [friend] }),
  async ({ ask }) => {
    const headers = {
      ...{ origin: friend, "access-control-request-method": "POST" },
      "access-control-request-headers": `x-one,${"x,".repeat(2500)}x-two`,
    };
    const response = await ask("", { method: "OPTIONS", headers });
    assert.equal(response.status, 204);
    const allowed = response.headers.get("access-control-allow-headers");
    assert.equal(allowed, "content-type, idempotency-key");
    return isEmpty;
  },
);

const deep = "The request cannot be read: it is nested too deeply.";

/** @param {number} levels */
const nested = (levels) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

everywhere("W3.8 refuses JSON that is nested too deeply", given(), async ({ ask, asked }) => {
  // The body and the props are two of the levels.
  const props = (/** @type {string} */ json) =>
    question(`{"filename":"a.mp4","filesize":1,"props":{"a":${json}}}`);
  const id = seal({ secret }, {});
  assert.equal((await ask("", props(nested(30)))).status, 200);
  // Brackets inside a string are not nested.
  assert.equal((await ask("", props(`"${"[".repeat(99)}\\"${"{".repeat(99)}"`))).status, 200);
  assert.equal(asked.length, 2);
  for (const json of [nested(31), nested(30_000), '{"a":'.repeat(9000), "[".repeat(60_000)]) {
    assert.equal(await refused(await ask("", props(json)), 400), deep);
    for (const action of ["parts", "complete"]) {
      const init = { ...posted(0), body: `{"parts":[],"x":{"y":${json}}}` };
      assert.equal(await refused(await ask(`/${id}/${action}`, init), 400), deep);
    }
  }
  assert.equal(asked.length, 2);
  return isEmpty;
});

const end = "connection: close\r\n\r\n";

/** @type {[title: string, request: string][]} */
const malformed = [
  ["TRACE", `TRACE /api/uploads HTTP/1.1\r\nhost: a\r\n${end}`],
  ["CONNECT", `CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n${end}`],
  ["PROPFIND", `PROPFIND /api/uploads HTTP/1.1\r\nhost: a\r\n${end}`],
  ["an unknown method", `UPLOAD /api/uploads HTTP/1.1\r\nhost: a\r\n${end}`],
  ["OPTIONS *", `OPTIONS * HTTP/1.1\r\nhost: a\r\n${end}`],
  ["a malformed host", `GET /api/uploads HTTP/1.1\r\nhost: a b\r\n${end}`],
  ["half a host", `GET /api/uploads HTTP/1.1\r\nhost: [::1\r\n${end}`],
  ["an empty host", `GET /api/uploads HTTP/1.1\r\nhost:\r\n${end}`],
  ["a host with a path", `GET /api/uploads HTTP/1.1\r\nhost: a/b?c#d\r\n${end}`],
  ["a host with a user name", `GET /api/uploads HTTP/1.1\r\nhost: a@b\r\n${end}`],
  ["a host with a port that is too large", `GET /api/uploads HTTP/1.1\r\nhost: a:99999\r\n${end}`],
  ["no host", `GET /api/uploads HTTP/1.1\r\n${end}`],
  [
    "an origin with a malformed host",
    `POST /api/uploads HTTP/1.1\r\nhost: a b\r\norigin: http://a\r\n${end}`,
  ],
  ["a whole URL", `GET http://evil.example/api/uploads HTTP/1.1\r\nhost: a\r\n${end}`],
  [
    "a whole URL with a port that is too large",
    `GET http://evil.example:99999/api/uploads HTTP/1.1\r\nhost: a\r\n${end}`,
  ],
  ["half a URL", `GET http:/// HTTP/1.1\r\nhost: a\r\n${end}`],
  ["another host in the path", `GET //evil.example/api/uploads HTTP/1.1\r\nhost: a\r\n${end}`],
  ["slashes alone", `GET //// HTTP/1.1\r\nhost: a\r\n${end}`],
  ["a percent alone", `GET /api/uploads/%/parts HTTP/1.1\r\nhost: a\r\n${end}`],
  ["bytes that are not UTF-8", `GET /api/uploads/%ff%fe/parts HTTP/1.1\r\nhost: a\r\n${end}`],
  ["headers beyond ASCII", `GET /api/uploads HTTP/1.1\r\nhost: a\r\norigin: \xff\xfe\r\n${end}`],
];
everywhere("W3.11 a malformed request is a client error", given(), async ({ url, asked }) => {
  for (const [title, request] of malformed) {
    const { status, body } = await raw(url, request);
    // A server may close the connection of a client that requests a tunnel.
    const isRefused = (status >= 400 && status < 500) || (title === "CONNECT" && status === 0);
    assert(isRefused, `${title}: ${status}`);
    if (body.startsWith("{")) assert.equal(typeof JSON.parse(body).error.message, "string", title);
    assert.doesNotMatch(body, /Error|node:|\.js/, title);
  }
  assert.equal(asked.length, 0);
  return isEmpty;
});

/** @type {[title: string, init: RequestInit][]} */
const wrong = [
  ["no JSON", question("{")],
  ["half a text", question('{"filename":"')],
  ["NUL", question("\0")],
  ["a list for a text", question({ filename: ["a"] })],
  ["a prototype", question('{"__proto__":{"filename":"a","filesize":1}}')],
  ["infinity", question('{"filename":"a","filesize":1e999}')],
  ["a text for props", question({ props: "a" })],
  ["quotes for a type", question({ type: '"'.repeat(30_000) })],
  ["spaces for a name", question({ filename: " ".repeat(60_000) })],
  ["no UTF-8", { ...question(), body: new Uint8Array([0x7b, 0xff, 0x7d]) }],
];
everywhere(
  "W1.6, W3.7 every mistake in a body is a client error",
  given(),
  async ({ ask, asked }) => {
    for (const [title, init] of wrong) {
      const response = await ask("", init);
      assert.equal(response.status, 400, title);
      await refused(response, 400);
    }
    const id = seal({ secret }, {});
    for (const parts of [
      null,
      [null],
      [[]],
      ["a"],
      [{ part_number: "1" }],
      [{ part_number: 1e300 }],
      [[1, '"e"', "AAAAAA=="]],
      [[1, "AAAAAA=="]],
    ]) {
      for (const action of ["parts", "complete"]) {
        await refused(await ask(`/${id}/${action}`, posted({ parts })), 400);
      }
    }
    for (const etag of ['"'.repeat(5000), `${'"'.repeat(5000)}a`, "\0", {}]) {
      const body = { parts: [{ part_number: 1, etag }] };
      await refused(await ask(`/${id}/complete`, posted(body)), 400);
    }
    assert.equal(asked.length, 0);
    return isEmpty;
  },
);

const hasty = given({ limits: { bodyTimeout: 300 } });
everywhere("W3.6 a body that trickles times out", hasty, async ({ url, asked }) => {
  const id = seal({ secret }, {});
  const key = `idempotency-key: ${crypto.randomUUID()}\r\n`;
  for (const path of ["", `/${id}/parts`, `/${id}/complete`]) {
    for (const size of ["content-length: 1000", "transfer-encoding: chunked"]) {
      const head = `POST /api/uploads${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n`;
      const piece = size.startsWith("content") ? " " : "1\r\n \r\n";
      /** @type {ReturnType<typeof setInterval> | undefined} */
      let trickle;
      const { status, body } = await raw(url, `${head}${key}${size}\r\n\r\n`, (socket) => {
        trickle = setInterval(() => socket.write(piece), 20);
      });
      clearInterval(trickle);
      assert.equal(status, 408, `${path} ${size}`);
      assert.match(body, /The request did not arrive in time\./);
    }
  }
  assert.equal(asked.length, 0);
  return isEmpty;
});

everywhere("W3.6 a body that never arrives times out", hasty, async ({ url }) => {
  const { headers } = question();
  const lines = Object.entries({ host: "a", ...headers, "content-length": "9" });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const { status, head: answer } = await raw(url, `POST /api/uploads HTTP/1.1\r\n${head}\r\n`);
  assert.equal(status, 408);
  assert.match(answer, /cache-control: no-store/i);
  return isEmpty;
});
