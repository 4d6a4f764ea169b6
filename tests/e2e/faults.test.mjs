// What the host and the app's backend answer when something is wrong with them, in a real browser:
// what is tried again and what is not, when, with which URL, and what the page is told.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { answer, failures, large, setUpFaultyHost } from "./faults.mjs";

const host = setUpFaultyHost();

const words = (/** @type {string} */ message) => JSON.stringify({ error: { message } });

describe("what the host answers", () => {
  test("what may pass is tried again, each time with a new URL", async () => {
    const statuses = [500, 502, 503, 504, 425, 429];
    await host.plan({ store: statuses.map((status) => answer(status)) });
    const told = await host.upload({ options: { retryDelays: statuses.map(() => 10) } });
    assert.deepEqual(failures(told), statuses);
    const codes = told.retries.map(({ error }) => error.code);
    assert.deepEqual([...new Set(codes)], ["server", "rejected"]);
    assert(told.retries.every(({ error, delay }) => error.retryable && delay >= 5 && delay <= 10));
    assert.deepEqual(await host.counts(), { questions: 7, urls: 7, uploads: 7, files: 1 });
    assert.equal(host.demo.stored(told.media).length, 5);
  });

  // Chromium takes a 408 on a connection that it has used before for the end of that connection.
  test("a 408 is tried again, by Chromium itself and then by the page", async () => {
    await host.plan({ store: [answer(408), answer(408)] });
    const told = await host.upload();
    assert.deepEqual(failures(told), [408]);
    assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 3, files: 1 });
  });

  /** A date by the host's clock, which is this machine's. @param {number} seconds from now */
  const date = (seconds) => new Date(Date.now() + seconds * 1000).toUTCString();

  /** @type {[string, () => string, number, number][]} */
  const waits = [
    ["seconds", () => "1", 1000, 1000],
    // Both dates are to the second, and one may be over by the time of the answer.
    ["a date", () => date(3), 1000, 3000],
    ["a date that is over", () => date(-60), 0, 0],
  ];
  for (const status of [429, 503]) {
    for (const [name, retry_after, least, most] of waits) {
      test(`a ${status} says when to come back, in ${name}, also where the page's clock is off`, async () => {
        await host.page.evaluate(() => {
          const now = Date.now() + 3_600_000;
          Date.now = () => now;
        });
        await host.plan({ store: [answer(status, { retry_after: retry_after() })] });
        const told = await host.upload();
        assert.deepEqual(failures(told), [status]);
        const delay = told.retries[0]?.delay ?? -1;
        assert(delay >= least && delay <= most, `${delay}`);
        assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 2, files: 1 });
      });
    }
  }

  for (const [status, code] of /** @type {[number, string][]} */ ([
    [400, "rejected"],
    [422, "rejected"],
    [501, "server"],
  ])) {
    test(`a ${status} is the end, in the host's own words`, async () => {
      await host.plan({ store: [answer(status, { body: words("No films today.") })] });
      const { error, retries } = await host.upload();
      assert.deepEqual([error?.code, error?.status, error?.retryable], [code, status, false]);
      assert.equal(error?.detail, "No films today.");
      assert.deepEqual(retries, []);
      assert.deepEqual(await host.counts(), { questions: 1, urls: 1, uploads: 1, files: 0 });
    });
  }

  test("what the host says of its URL is kept from the page", async () => {
    await host.page.route("**/api/uploads", async (route) => {
      const response = await route.fetch();
      const { url } = await response.json();
      const [, key] = url.split("key=");
      const body = words(`Neither ${url} nor ${key} is welcome.`);
      await host.plan({ store: [answer(422, { body })] });
      await route.fulfill({ response });
    });
    const { error } = await host.upload();
    assert.equal(error?.detail, "Neither […] nor […] is welcome.");
  });

  for (const status of [401, 403, 404, 410]) {
    test(`a ${status} is answered with a new URL, at once and for free`, async () => {
      await host.plan({ store: [answer(status)] });
      const told = await host.upload({ options: { retryDelays: [] } });
      assert.deepEqual(failures(told), [status]);
      assert.deepEqual([told.retries[0]?.error.code, told.retries[0]?.delay], ["url-expired", 0]);
      assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 2, files: 1 });
    });

    test(`a second ${status} is the end`, async () => {
      await host.plan({ store: [answer(status), answer(status)] });
      const { error } = await host.upload();
      assert.deepEqual([error?.code, error?.status, error?.attempt], ["url-expired", status, 2]);
      assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 2, files: 0 });
    });
  }

  test("a URL that expires in between is replaced", async () => {
    await host.plan({ store: [{ kind: "expire" }] });
    const told = await host.upload({ options: { retryDelays: [] } });
    assert.deepEqual(failures(told), [410]);
    assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 2, files: 1 });
  });

  test("a URL that is replaced does not cost a later failure its attempt", async () => {
    await host.plan({ store: [answer(503), { kind: "expire" }, answer(503)] });
    const told = await host.upload({ options: { retryDelays: [10, 20] } });
    assert.deepEqual(failures(told), [503, 410, 503]);
    assert.deepEqual(await host.counts(), { questions: 4, urls: 4, uploads: 4, files: 1 });
  });

  test("a 413 while the body is still coming is the end", async () => {
    await host.plan({ store: [answer(413, { early: true })] });
    const { error, retries } = await host.upload({ size: large });
    assert.deepEqual([error?.code, error?.status, retries.length], ["too-large", 413, 0]);
    assert.deepEqual(await host.counts(), { questions: 1, urls: 1, uploads: 1, files: 0 });
  });

  for (const [name, body, content_type] of /** @type {[string, string, string][]} */ ([
    ["a web page", "<p>Sign in", "text/html"],
    ["broken JSON", '{"data":{"id":"med_1"', "application/json"],
    ["an error", '{"data":{"id":"med_1"},"error":"no"}', "application/json"],
    ["nothing", "", "application/json"],
  ])) {
    test(`a 200 with ${name} in it is no success, and the end`, async () => {
      await host.plan({ store: [answer(200, { body, content_type })] });
      const { error, retries } = await host.upload();
      assert.deepEqual([error?.code, error?.retryable], ["bad-response", false]);
      assert.deepEqual(retries, []);
      assert.deepEqual(await host.counts(), { questions: 1, urls: 1, uploads: 1, files: 0 });
    });
  }
});

describe("what the app's backend answers", () => {
  for (const [status, told] of /** @type {[number, number][]} */ ([
    [503, 502],
    [429, 429],
  ])) {
    test(`it passes on when to come back after a ${status}`, async () => {
      await host.plan({ create: [answer(status, { retry_after: "1" })] });
      const { media, retries } = await host.upload();
      const [retry] = retries;
      assert.deepEqual([retry?.error.code, retry?.error.status], ["endpoint", told]);
      assert.deepEqual([retries.length, retry?.delay], [1, 1000]);
      assert.equal(host.demo.stored(media).length, 5);
      assert.deepEqual(await host.counts(), { questions: 2, urls: 1, uploads: 1, files: 1 });
    });
  }

  test("a refusal is the end, in its own words", async () => {
    await host.plan({});
    const { error, retries } = await host.upload({ options: { filename: "x".repeat(2000) } });
    assert.deepEqual([error?.code, error?.status, error?.retryable], ["endpoint", 400, false]);
    assert.equal(error?.detail, "`filename` is too long.");
    assert.deepEqual([retries.length, host.requests.length], [0, 1]);
    assert.deepEqual(await host.counts(), { questions: 0, urls: 0, uploads: 0, files: 0 });
  });

  test("no space left is the end", async () => {
    await host.plan({ create: [answer(413)] });
    const { error, retries } = await host.upload();
    assert.deepEqual([error?.code, error?.status, retries.length], ["too-large", 413, 0]);
    assert.deepEqual(await host.counts(), { questions: 1, urls: 0, uploads: 0, files: 0 });
  });

  test("no answer is not waited for longer than a stall", async () => {
    await host.plan({ create: [{ kind: "hang" }] });
    const unanswered = host.page.waitForEvent("requestfailed");
    const told = await host.upload({ options: { stallTimeout: 1500 } });
    assert.deepEqual(failures(told), ["stalled"]);
    assert.match((await unanswered).url(), /\/api\/uploads$/);
    assert.deepEqual(await host.counts(), { questions: 2, urls: 1, uploads: 1, files: 1 });
  });

  test("a URL that it lost is replaced by another", async () => {
    await host.plan({ create: [{ kind: "lost-after-storing" }] });
    const told = await host.upload();
    assert.deepEqual(failures(told), [502]);
    assert.equal(told.retries[0]?.error.code, "endpoint");
    assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 1, files: 1 });
  });
});

describe("how often it is tried", () => {
  test("once more for each delay; the error is that of the last attempt", async () => {
    const statuses = [500, 502, 503, 504, 503];
    await host.plan({ store: statuses.map((status) => answer(status)) });
    const retryDelays = [10, 20, 30, 40];
    const told = await host.upload({ options: { retryDelays } });
    const { error, retries } = told;
    assert.deepEqual(failures(told), [500, 502, 503, 504]);
    assert.deepEqual([error?.code, error?.status, error?.attempt], ["server", 503, 5]);
    retryDelays.forEach((delay, index) => {
      const announced = retries[index]?.delay ?? 0;
      assert(announced >= delay / 2 && announced <= delay, `${announced} for ${delay}`);
    });
    assert.deepEqual(await host.counts(), { questions: 5, urls: 5, uploads: 5, files: 0 });
  });

  test("once, where there are no delays", async () => {
    await host.plan({ store: [answer(503)] });
    const { error } = await host.upload({ options: { retryDelays: [] } });
    assert.deepEqual([error?.code, error?.attempt, error?.retryable], ["server", 1, true]);
    assert.deepEqual(await host.counts(), { questions: 1, urls: 1, uploads: 1, files: 0 });
  });

  test("again, where the app says so", async () => {
    await host.plan({ store: [answer(422), answer(422)] });
    const told = await host.upload({ says: true });
    assert.deepEqual(failures(told), [422, 422]);
    assert.deepEqual(told.asked, [
      ["rejected", 1],
      ["rejected", 2],
    ]);
    assert.deepEqual(await host.counts(), { questions: 3, urls: 3, uploads: 3, files: 1 });
  });

  test("not again, where the app says so", async () => {
    await host.plan({ store: [answer(503)] });
    const { error, retries, asked } = await host.upload({ says: false });
    assert.deepEqual([error?.code, error?.attempt, retries.length], ["server", 1, 0]);
    assert.deepEqual(asked, [["server", 1]]);
    assert.deepEqual(await host.counts(), { questions: 1, urls: 1, uploads: 1, files: 0 });
  });

  test("always with the file's own Idempotency-Key", async () => {
    await host.plan({ create: [answer(503)], store: [answer(503), { kind: "expire" }] });
    const keys = () =>
      host.requests
        .splice(0)
        .filter((request) => request.url().endsWith("/api/uploads"))
        .map((request) => request.headers()["idempotency-key"]);
    await host.upload();
    const [first, ...rest] = keys();
    assert.match(
      first ?? "",
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    assert.deepEqual(rest, [first, first, first]);
    await host.upload();
    const [other] = keys();
    assert.notEqual(other, first);
  });
});
