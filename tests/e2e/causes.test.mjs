// Tests errors in a real browser: their codes and messages, how often the uploader retries, and that they
// contain no secrets.

import assert from "node:assert/strict";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { openPage, temporaryFolder } from "./support.mjs";
import { setUpTab } from "./uploader.mjs";

const tab = setUpTab();

/**
 * @typedef {{
 *   name: string, code: string, message: string, status?: number, attempt: number, retryable: boolean,
 *   detail?: string, cause?: string, report: string,
 * }} Failed
 */

/**
 * Uploads a text in the page, and returns the error with which it fails.
 *
 * @param {string} name of the options in {@link prepare}
 * @returns {Promise<Failed & { asked: number }>} `asked` is the number of calls of the app's function
 */
function failure(name) {
  return tab.page.evaluate(
    async ({ name, parts }) => {
      const { upload } = await import("/dist/index.js");
      let asked = 0;
      const ask = (/** @type {() => unknown} */ answer) => () => {
        asked += 1;
        return answer();
      };
      // The page's policy forbids `eval`, so the options can't be sent here as source text.
      const options = /** @type {any} */ (globalThis).makeOptions(ask, parts, name);
      const retryDelays = [1, 1];
      try {
        await upload(new File(["text"], "text.txt"), { retryDelays, ...options });
        throw new Error("It was stored.");
      } catch (error) {
        const { name, code, message, status, attempt, retryable, detail, cause } =
          /** @type {any} */ (error);
        const fields = { name, code, message, status, attempt, retryable, detail };
        return { ...fields, asked, cause: String(cause), report: JSON.stringify(error) };
      }
    },
    { name, parts: target() },
  );
}

/** Returns the target of a multipart upload with one part. */
const target = () => ({
  protocol: "multipart",
  upload_id: "u",
  part_size: 10,
  endpoint: "/api/uploads",
});

/** Adds the options to the page, by name, because functions can't be sent into a page. */
async function prepare() {
  await tab.page.addInitScript(() => {
    /** @type {Record<string, (ask: any, parts: any) => object>} */
    const all = {
      "a mistake": (ask) => ({ endpoint: ask(() => /** @type {any} */ (undefined).url) }),
      "a missing method": (ask) => ({ endpoint: ask(() => /** @type {any} */ ({}).sign()) }),
      "a Response": (ask) => ({ endpoint: ask(() => new Response("{}")) }),
      "a broken URL": (ask) => ({ endpoint: ask(() => fetch("http://")) }),
      "a URL with a password": (ask) => ({
        endpoint: ask(() => fetch("https://user:secret@api.example/uploads")),
      }),
      "a mistake in headers": (ask) => ({
        endpoint: "/api/uploads",
        headers: ask(() => /** @type {any} */ (undefined).token),
      }),
      "a value beyond Latin-1": (ask) => ({
        endpoint: "/api/uploads",
        headers: ask(() => ({ "x-good": "1", "x-name": "секрет" })),
      }),
      "a value of two lines": (ask) => ({
        endpoint: "/api/uploads",
        headers: ask(async () => ({ "x-name": "secret\nsecret" })),
      }),
      "an invalid name": (ask) => ({
        endpoint: "/api/uploads",
        headers: ask(() => ({ "x name": "secret" })),
      }),
      "null as headers": (ask) => ({ endpoint: "/api/uploads", headers: ask(() => null) }),
      "an unreachable server": (ask) => ({ endpoint: ask(() => fetch("/unreachable")) }),
      "a timeout": (ask) => ({
        endpoint: ask(() => fetch("/silent", { signal: AbortSignal.timeout(1) })),
      }),
      "headers from an unreachable server": (ask) => ({
        endpoint: "/api/uploads",
        headers: ask(() => fetch("/unreachable")),
      }),
      parts: (ask, parts) => ({ endpoint: ask(async () => parts) }),
      "a path": () => ({ endpoint: "/api/uploads" }),
      "a path that redirects": () => ({ endpoint: "/moved" }),
      "a URL with a password as endpoint": () => ({
        endpoint: "https://user:secret@api.example/uploads",
      }),
      "an invalid header": () => ({
        endpoint: "/api/uploads",
        headers: { "x-good": "1", "x-name": "секрет" },
      }),
    };
    Object.assign(globalThis, {
      makeOptions: (/** @type {any} */ ask, /** @type {any} */ parts, /** @type {string} */ name) =>
        all[name]?.(ask, parts),
    });
  });
  await tab.page.reload();
}

describe("the app's own code", () => {
  /** @type {[string, RegExp][]} */
  const mistakes = [
    ["a mistake", /Cannot read properties of undefined/],
    ["a missing method", /sign is not a function/],
    ["a broken URL", /Failed to parse URL/],
    ["a mistake in headers", /Cannot read properties of undefined/],
  ];
  for (const [name, words] of mistakes) {
    test(`with ${name} is called once, and the error has its message`, async () => {
      await prepare();
      const error = await failure(name);
      assert.deepEqual([error.code, error.retryable, error.asked], ["endpoint", false, 1]);
      assert.match(error.message, words);
      assert.match(`${error.cause}`, /^TypeError: /);
    });
  }

  test("with a password in a URL: the error doesn't contain it", async () => {
    await prepare();
    const error = await failure("a URL with a password");
    assert.deepEqual([error.code, error.retryable, error.asked], ["endpoint", false, 1]);
    assert.match(error.message, /includes credentials/);
    assert.doesNotMatch(error.message + error.report, /secret|api\.example/);
  });

  test("that returns a Response: the error says what it must return", async () => {
    await prepare();
    const error = await failure("a Response");
    assert.deepEqual([error.code, error.retryable, error.asked], ["endpoint", false, 1]);
    assert.match(error.message, /options\.endpoint must return `await response\.json\(\)`/);
  });

  for (const name of ["a value beyond Latin-1", "a value of two lines"]) {
    test(`with ${name} in a header: the error names the header`, async () => {
      await prepare();
      const error = await failure(name);
      assert.deepEqual([error.code, error.retryable, error.asked], ["endpoint", false, 1]);
      assert.match(error.message, /options\.headers must give "x-name" /);
      assert.doesNotMatch(error.message + error.report + error.cause, /secret|секрет/);
    });
  }

  test("with an invalid header name, or without headers: the error says what it must return", async () => {
    await prepare();
    const named = await failure("an invalid name");
    assert.match(named.message, /options\.headers must give "x name" a name and a value/);
    const none = await failure("null as headers");
    assert.match(none.message, /options\.headers must be an object of names and values/);
    assert.deepEqual([named.asked, none.asked], [1, 1]);
  });

  for (const name of ["an unreachable server", "a timeout", "headers from an unreachable server"]) {
    test(`is called again after ${name}`, async () => {
      await prepare();
      await tab.page.route("**/unreachable", (route) => route.abort("failed"));
      await tab.page.route("**/silent", () => {});
      const error = await failure(name);
      assert.deepEqual([error.code, error.retryable, error.asked], ["endpoint", true, 3]);
    });
  }
});

test("throws a TypeError for a URL with a password, and for an invalid header", async () => {
  await prepare();
  const password = await failure("a URL with a password as endpoint");
  assert.equal(password.name, "TypeError");
  assert.match(password.message, /options\.endpoint must have no password in it/);
  assert.doesNotMatch(password.message, /secret|api\.example/);
  const header = await failure("an invalid header");
  assert.equal(header.name, "TypeError");
  assert.match(header.message, /options\.headers must give "x-name" /);
  assert.doesNotMatch(header.message, /секрет/);
});

/**
 * Sets the backend's answers about an upload in parts, and the store's answer to the part. Returns a function that
 * counts how often the part was sent.
 *
 * @param {{ part?: object, complete?: object, parts?: object }} answers
 */
async function answerParts({ part, complete, parts }) {
  let sent = 0;
  const url = `${tab.demo.store}/part?signature=secret`;
  await tab.page.route("**/parts", (route) =>
    route.fulfill(parts ?? { json: { parts: [{ part_number: 1, url }] } }),
  );
  await tab.page.route(`${tab.demo.store}/**`, (route) => {
    const headers = {
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "*",
      "access-control-allow-methods": "*",
      "access-control-expose-headers": "*",
    };
    if (route.request().method() === "OPTIONS") return route.fulfill({ headers });
    sent += 1;
    return route.fulfill(part ? { headers, ...part } : { headers: { ...headers, etag: '"e"' } });
  });
  await tab.page.route("**/complete", (route) => route.fulfill(complete ?? { json: {} }));
  await tab.page.route("**/u", (route) => route.fulfill({ status: 204 }));
  return () => sent;
}

/**
 * @param {string} code
 * @param {string} message
 */
const xml = (code, message) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><AWSAccessKeyId>AKIASECRET</AWSAccessKeyId></Error>`;

describe("a store's error code", () => {
  /** @type {[number, string, string, string, number, RegExp][]} */
  const refusals = [
    [403, "SignatureDoesNotMatch", "The signatures differ.", "rejected", 1, /refused/],
    [403, "AccessDenied", "Access Denied", "rejected", 1, /refused/],
    [403, "RequestTimeTooSkewed", "The difference is too large.", "rejected", 1, /clock/],
    [400, "EntityTooLarge", "It exceeds the maximum.", "too-large", 1, /too large/],
    [503, "SlowDown", "Reduce your request rate.", "server", 3, /could not store/],
  ];
  for (const [status, store, message, code, times, words] of refusals) {
    test(`${store} is the error's detail, and the part is sent ${times} times`, async () => {
      await prepare();
      const sent = await answerParts({ part: { status, body: xml(store, message) } });
      const error = await failure("parts");
      assert.deepEqual([error.code, error.status, error.detail], [code, status, store]);
      assert.equal(sent(), times);
      assert.match(error.message, words);
      assert.doesNotMatch(error.message + error.report, /SECRET|secret|http/);
    });
  }

  test("for an expired URL leads to a new URL", async () => {
    await prepare();
    const body = xml("AccessDenied", "Request has expired");
    const sent = await answerParts({ part: { status: 403, body } });
    const error = await failure("parts");
    assert.deepEqual([error.code, error.status], ["url-expired", 403]);
    assert(sent() > 1);
  });
});

describe("the error names the request that failed", () => {
  test("if the upload can't be completed", async () => {
    await prepare();
    await answerParts({ complete: { status: 422, json: { error: "the parts do not fit" } } });
    const error = await failure("parts");
    assert.deepEqual([error.code, error.status], ["endpoint", 422]);
    assert.equal(error.detail, "the parts do not fit");
    assert.match(error.message, /refused to complete the upload \(422\): the parts do not fit/);
  });

  test("if the answer to completing it is no media object", async () => {
    await prepare();
    await answerParts({ complete: { body: "<html>", contentType: "text/html" } });
    const error = await failure("parts");
    assert.equal(error.code, "bad-response");
    assert.match(error.message, /The app's backend answered a web page instead of a media object/);
  });

  test("if a part can't be signed", async () => {
    await prepare();
    await answerParts({ parts: { status: 401, json: { message: "signed out" } } });
    const error = await failure("parts");
    assert.deepEqual([error.code, error.status, error.detail], ["endpoint", 401, "signed out"]);
    assert.match(error.message, /refused to sign a part/);
  });

  test("if the upload can't be prepared, with the backend's message", async () => {
    await prepare();
    await tab.page.route("**/api/uploads", (route) =>
      route.fulfill({ status: 401, json: { error: { message: "Sign in first." } } }),
    );
    const error = await failure("a path");
    assert.deepEqual([error.code, error.status, error.detail], ["endpoint", 401, "Sign in first."]);
  });
});

describe("the error says that there was a redirect", () => {
  const login = { status: 302, headers: { location: "/login" } };
  /** @type {[string, string, Parameters<typeof answerParts>[0], RegExp][]} */
  const all = [
    ["of the endpoint", "a path that redirects", {}, /prepare the upload/],
    ["of the request to sign parts", "parts", { parts: login }, /sign a part/],
    ["of the request to complete", "parts", { complete: login }, /complete the upload/],
  ];
  for (const [name, options, answers, doing] of all) {
    test(`${name}, which is neither followed nor retried`, async () => {
      await prepare();
      await answerParts(answers);
      let moved = 0;
      await tab.page.route("**/moved", (route) => {
        moved += 1;
        return route.fulfill(login);
      });
      const error = await failure(options);
      assert.deepEqual([error.code, error.retryable, error.attempt], ["endpoint", false, 1]);
      assert.match(error.message, /redirects, perhaps to a login/);
      assert.match(error.message, doing);
      assert(moved <= 1);
    });
  }

  test("of the upload host to a web page", async () => {
    const server = createServer((request, response) => {
      for (const what of ["origin", "headers", "methods"]) {
        response.setHeader(`access-control-allow-${what}`, "*");
      }
      request.resume();
      request.on("end", () => {
        const isUpload = request.method === "POST";
        if (isUpload) response.writeHead(302, { location: "/login" }).end();
        else response.end("<html>Sign in</html>");
      });
    });
    server.listen(0);
    await once(server, "listening");
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    // The demo's policy allows no other host.
    const { page, close } = await openPage(tab.browser, { bypassCSP: true });
    await page.goto(`${tab.demo.address}/empty.html`);
    const uploadTo = (/** @type {string} */ path) =>
      page.evaluate(async (url) => {
        const { upload } = await import("/dist/index.js");
        return upload(new Blob(["text"]), { endpoint: async () => url, retryDelays: [1] }).catch(
          ({ code, status, attempt, message }) => ({ code, status, attempt, message }),
        );
      }, `HTTP://LOCALHOST:${port}/a/..${path}`);
    const { message, ...error } = /** @type {any} */ (await uploadTo("/upload#here"));
    await close();
    server.close();
    server.closeAllConnections();
    assert.deepEqual(error, { code: "bad-response", status: 200, attempt: 1 });
    assert.match(message, /redirected/);
  });
});

describe("a file that can't be read", () => {
  const { folder, remove } = temporaryFolder();
  const path = join(folder, "film.txt");
  before(() => writeFileSync(path, "before"));
  after(remove);

  /** Changes a file before it is sent, and returns the error. @param {() => void} change */
  async function errorAfter(change) {
    writeFileSync(path, "before");
    await tab.page.evaluate(() => {
      const input = document.createElement("input");
      input.type = "file";
      document.body.append(input);
    });
    await tab.page.setInputFiles("input", path);
    const uploader = await tab.page.evaluateHandle(async () => {
      const { Uploader } = await import("/dist/index.js");
      const uploader = new Uploader({ endpoint: "/api/uploads", retryDelays: [1] });
      await uploader.add(document.querySelector("input")?.files ?? []);
      return uploader;
    });
    change();
    return uploader.evaluate(async (uploader) => {
      const { failed } = await uploader.start();
      return { code: failed[0]?.error?.code, message: failed[0]?.error?.message ?? "" };
    });
  }

  test("because it was removed: the error says that it was changed or moved", async () => {
    const { code, message } = await errorAfter(() => rmSync(path));
    assert.equal(code, "file-unreadable", message);
    assert.equal(message, "This file was changed or moved. Choose it again.");
  });

  test("because it was changed: the error says so", async () => {
    const { code, message } = await errorAfter(() => writeFileSync(path, "after, and longer"));
    assert.equal(code, "file-unreadable");
    assert.match(message, /changed/);
  });

  /** @type {[string, RegExp][]} */
  const names = [
    ["NotAllowedError", /^The browser may not read this file\. Check its permissions\.$/],
    ["SecurityError", /^The browser may not read this file\. Check its permissions\.$/],
    ["NotReadableError", /changed, or the browser may not/],
    ["NotFoundError", /^This file was changed or moved\./],
  ];
  for (const [name, words] of names) {
    test(`because of a ${name}: the error explains it`, async () => {
      const { code, message } = await tab.page.evaluate(async (name) => {
        const { upload } = await import("/dist/index.js");
        Response.prototype.arrayBuffer = () => Promise.reject(new TypeError("Failed to fetch"));
        Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException("No.", name));
        const file = new File(["text"], "text.txt");
        return upload(file, { endpoint: "/api/uploads" }).then(
          () => ({ code: "stored", message: "" }),
          ({ code, message }) => ({ code, message }),
        );
      }, name);
      assert.equal(code, "file-unreadable");
      assert.match(message, words);
    });
  }
});

test("a page with a password in its URL uploads, and never sends the password", async () => {
  const address = new URL(`${tab.demo.address}/empty.html`);
  [address.username, address.password] = ["user", "secret"];
  await tab.page.goto(address.href);
  const media = await tab.page.evaluate(async () => {
    const { upload } = await import("/dist/index.js");
    return upload(new Blob(["text"]), { endpoint: "/api/uploads" }).catch((error) => ({
      id: String(error),
    }));
  });
  assert.equal(tab.demo.stored(/** @type {any} */ (media)).toString(), "text");
});
