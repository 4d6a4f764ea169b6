// Tests errors of the host and of the app's backend, in a real browser: which ones are retried, when and with
// which URL, and what is reported to the page.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { answer, failures, large, setUpFaultyHost } from "./faults.mjs";

const host = setUpFaultyHost();

const words = (/** @type {string} */ message) => JSON.stringify({ error: { message } });

describe("answers of the host", () => {
  test("temporary errors are retried, each time with a new URL", async () => {
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

  // Chromium treats a 408 on a reused connection as the end of that connection.
  test("a 408 is retried, by Chromium itself and then by the page", async () => {
    await host.plan({ store: [answer(408), answer(408)] });
    const told = await host.upload();
    assert.deepEqual(failures(told), [408]);
    assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 3, files: 1 });
  });

  /** Returns a date by the host's clock, which is this machine's. @param {number} seconds from now */
  const date = (seconds) => new Date(Date.now() + seconds * 1000).toUTCString();

  /** @type {[string, () => string, number, number][]} */
  const waits = [
    ["seconds", () => "1", 1000, 1000],
    // Both dates are rounded to seconds, and may be earlier than the answer.
    ["a date", () => date(3), 1000, 3000],
    ["a date that is over", () => date(-60), 0, 0],
  ];
  for (const status of [429, 503]) {
    for (const [name, retry_after, least, most] of waits) {
      test(`a ${status} with Retry-After as ${name} is respected, even if the page's clock is wrong`, async () => {
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
    test(`a ${status} is final, with the host's message`, async () => {
      await host.plan({ store: [answer(status, { body: words("No films today.") })] });
      const { error, retries } = await host.upload();
      assert.deepEqual([error?.code, error?.status, error?.retryable], [code, status, false]);
      assert.equal(error?.detail, "No films today.");
      assert.deepEqual(retries, []);
      assert.deepEqual(await host.counts(), { questions: 1, urls: 1, uploads: 1, files: 0 });
    });
  }

  test("URLs in the host's message are removed", async () => {
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
    test(`after a ${status} a new URL is requested, at once and without spending an attempt`, async () => {
      await host.plan({ store: [answer(status)] });
      const told = await host.upload({ options: { retryDelays: [] } });
      assert.deepEqual(failures(told), [status]);
      assert.deepEqual([told.retries[0]?.error.code, told.retries[0]?.delay], ["url-expired", 0]);
      assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 2, files: 1 });
    });

    test(`a second ${status} is final`, async () => {
      await host.plan({ store: [answer(status), answer(status)] });
      const { error } = await host.upload();
      assert.deepEqual([error?.code, error?.status, error?.attempt], ["url-expired", status, 2]);
      assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 2, files: 0 });
    });
  }

  test("a URL that expires during the upload is replaced", async () => {
    await host.plan({ store: [{ kind: "expire" }] });
    const told = await host.upload({ options: { retryDelays: [] } });
    assert.deepEqual(failures(told), [410]);
    assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 2, files: 1 });
  });

  test("replacing a URL leaves all attempts for later failures", async () => {
    await host.plan({ store: [answer(503), { kind: "expire" }, answer(503)] });
    const told = await host.upload({ options: { retryDelays: [10, 20] } });
    assert.deepEqual(failures(told), [503, 410, 503]);
    assert.deepEqual(await host.counts(), { questions: 4, urls: 4, uploads: 4, files: 1 });
  });

  test("a 413 before the end of the body is final", async () => {
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
    test(`a 200 with ${name} is a final error`, async () => {
      await host.plan({ store: [answer(200, { body, content_type })] });
      const { error, retries } = await host.upload();
      assert.deepEqual([error?.code, error?.retryable], ["bad-response", false]);
      assert.deepEqual(retries, []);
      assert.deepEqual(await host.counts(), { questions: 1, urls: 1, uploads: 1, files: 0 });
    });
  }
});

describe("answers of the app's backend", () => {
  for (const [status, told] of /** @type {[number, number][]} */ ([
    [503, 502],
    [429, 429],
  ])) {
    test(`Retry-After of a ${status} is passed on and respected`, async () => {
      await host.plan({ create: [answer(status, { retry_after: "1" })] });
      const { media, retries } = await host.upload();
      const [retry] = retries;
      assert.deepEqual([retry?.error.code, retry?.error.status], ["endpoint", told]);
      assert.deepEqual([retries.length, retry?.delay], [1, 1000]);
      assert.equal(host.demo.stored(media).length, 5);
      assert.deepEqual(await host.counts(), { questions: 2, urls: 1, uploads: 1, files: 1 });
    });
  }

  test("a refusal is final, with its message", async () => {
    await host.plan({});
    const { error, retries } = await host.upload({ options: { filename: "x".repeat(2000) } });
    assert.deepEqual([error?.code, error?.status, error?.retryable], ["endpoint", 400, false]);
    assert.equal(error?.detail, "`filename` is too long.");
    assert.deepEqual([retries.length, host.requests.length], [0, 1]);
    assert.deepEqual(await host.counts(), { questions: 0, urls: 0, uploads: 0, files: 0 });
  });

  test("a 413 of the service is final", async () => {
    await host.plan({ create: [answer(413)] });
    const { error, retries } = await host.upload();
    assert.deepEqual([error?.code, error?.status, retries.length], ["too-large", 413, 0]);
    assert.deepEqual(await host.counts(), { questions: 1, urls: 0, uploads: 0, files: 0 });
  });

  test("a backend that never answers is a stall", async () => {
    await host.plan({ create: [{ kind: "hang" }] });
    const unanswered = host.page.waitForEvent("requestfailed");
    const told = await host.upload({ options: { stallTimeout: 1500 } });
    assert.deepEqual(failures(told), ["stalled"]);
    assert.match((await unanswered).url(), /\/api\/uploads$/);
    assert.deepEqual(await host.counts(), { questions: 2, urls: 1, uploads: 1, files: 1 });
  });

  test("a lost answer is replaced by another URL", async () => {
    await host.plan({ create: [{ kind: "lost-after-storing" }] });
    const told = await host.upload();
    assert.deepEqual(failures(told), [502]);
    assert.equal(told.retries[0]?.error.code, "endpoint");
    assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 1, files: 1 });
  });
});

describe("the number of attempts", () => {
  test("is one more than the number of delays; the error is that of the last attempt", async () => {
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

  test("is one without delays", async () => {
    await host.plan({ store: [answer(503)] });
    const { error } = await host.upload({ options: { retryDelays: [] } });
    assert.deepEqual([error?.code, error?.attempt, error?.retryable], ["server", 1, true]);
    assert.deepEqual(await host.counts(), { questions: 1, urls: 1, uploads: 1, files: 0 });
  });

  test("is increased if `shouldRetry` returns true", async () => {
    await host.plan({ store: [answer(422), answer(422)] });
    const told = await host.upload({ says: true });
    assert.deepEqual(failures(told), [422, 422]);
    assert.deepEqual(told.asked, [
      ["rejected", 1],
      ["rejected", 2],
    ]);
    assert.deepEqual(await host.counts(), { questions: 3, urls: 3, uploads: 3, files: 1 });
  });

  test("is not increased if `shouldRetry` returns false", async () => {
    await host.plan({ store: [answer(503)] });
    const { error, retries, asked } = await host.upload({ says: false });
    assert.deepEqual([error?.code, error?.attempt, retries.length], ["server", 1, 0]);
    assert.deepEqual(asked, [["server", 1]]);
    assert.deepEqual(await host.counts(), { questions: 1, urls: 1, uploads: 1, files: 0 });
  });

  test("doesn't change the file's Idempotency-Key", async () => {
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
