// Tests broken, stalled and slow connections, and offline pages, in a real browser: retries, that no file is stored
// twice, and what is reported to the page.
//
// If a reused connection breaks before an answer, Chromium repeats the request by itself. A preflight has used the
// connection before. So the page only sees the second break in a row, and there may be one more request than
// attempts.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { answer, failures, large, setUpFaultyHost } from "./faults.mjs";

const host = setUpFaultyHost();

/** @typedef {import("./faults.mjs").Fault} Fault */

/** @param {Fault} fault */
const twice = (fault) => [fault, fault];

/** @type {Fault} */
const hangsInBody = { kind: "hang-in-body", bytes: 1_000_000 };

describe("a connection that breaks", () => {
  /** @type {[string, Fault][]} */
  const resets = [
    ["before the body", { kind: "reset-before-body" }],
    ["in the body", { kind: "reset-in-body", bytes: 1_000_000 }],
    ["after the body", { kind: "reset-after-body" }],
  ];
  for (const [name, fault] of resets) {
    test(`${name} leads to another attempt, with a new URL`, async () => {
      await host.plan({ store: twice(fault) });
      const told = await host.upload({ size: large });
      assert.deepEqual(failures(told), ["network"]);
      assert.equal(told.retries[0]?.error.retryable, true);
      assert.equal(host.demo.stored(told.media).length, large);
      assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 3, files: 1 });
    });

    test(`${name}, once, is repeated by Chromium`, async () => {
      await host.plan({ store: [fault] });
      const told = await host.upload({ size: large });
      assert.deepEqual(failures(told), []);
      assert.equal(host.demo.stored(told.media).length, large);
      assert.deepEqual(await host.counts(), { questions: 1, urls: 1, uploads: 2, files: 1 });
    });
  }

  test("in every attempt fails the upload after the last delay", async () => {
    /** @type {Fault} */
    const fault = { kind: "reset-before-body" };
    await host.plan({ store: [...twice(fault), ...twice(fault), ...twice(fault)] });
    const told = await host.upload({ options: { retryDelays: [10, 20] } });
    assert.deepEqual(failures(told), ["network", "network"]);
    assert.deepEqual([told.error?.code, told.error?.status], ["network", undefined]);
    assert.deepEqual(await host.counts(), { questions: 3, urls: 3, uploads: 6, files: 0 });
  });

  for (const size of [0, 5, large]) {
    test(`instead of an answer: one file of ${size} bytes is stored, and its media object returned`, async () => {
      await host.plan({ store: twice({ kind: "lost-after-storing" }) });
      const told = await host.upload({ size });
      assert.deepEqual(failures(told), ["network"]);
      assert.equal(host.demo.stored(told.media).length, size);
      // The backend recognised the file by its Idempotency-Key, and created no second URL.
      assert.deepEqual(await host.counts(), { questions: 2, urls: 1, uploads: 2, files: 1 });
    });
  }

  // Chromium repeats the request to a URL that was used already.
  test("instead of an answer, once: one file is stored, and its media object returned", async () => {
    await host.plan({ store: [{ kind: "lost-after-storing" }] });
    const told = await host.upload({ options: { retryDelays: [] } });
    assert.deepEqual(failures(told), [410]);
    assert.equal(host.demo.stored(told.media).length, 5);
    assert.deepEqual(await host.counts(), { questions: 2, urls: 1, uploads: 2, files: 1 });
  });

  test("when it is reused spends no attempt, and stores no second copy", async () => {
    await host.plan({ store: [{ kind: "close-reused" }] });
    const devtools = await host.page.context().newCDPSession(host.page);
    /** @type {number[]} */
    const connections = [];
    devtools.on("Network.responseReceived", ({ response }) => {
      if (response.url.startsWith(host.demo.host)) connections.push(response.connectionId);
    });
    await devtools.send("Network.enable");
    const first = await host.upload();
    const second = await host.upload();
    const [preflight, upload, nextPreflight, nextUpload] = connections;
    assert.deepEqual([upload, nextPreflight], [preflight, preflight]);
    assert.notEqual(nextUpload, preflight);
    assert.deepEqual([failures(first), failures(second)], [[], []]);
    assert.notEqual(first.media.id, second.media.id);
    assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 2, files: 2 });
  });
});

describe("a slow host", () => {
  test("that never answers: the request times out, and the file is sent again", async () => {
    await host.plan({ store: [{ kind: "hang" }] });
    const unanswered = host.page.waitForEvent("requestfailed");
    const size = 1_000_000;
    const told = await host.upload({ size, options: { responseTimeout: 1500 } });
    assert.deepEqual(failures(told), ["timeout"]);
    const last = told.reports.findLast(
      ({ attempt, phase }) => attempt === 1 && phase !== "waiting",
    );
    assert.deepEqual([last?.phase, last?.loaded, last?.percentage], ["processing", size, 99]);
    assert.equal((await unanswered).failure()?.errorText, "net::ERR_ABORTED");
    assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 2, files: 1 });
  });

  test("that stalls in the body: the request times out, and the file is sent again", async () => {
    await host.plan({ store: [hangsInBody] });
    const unanswered = host.page.waitForEvent("requestfailed");
    const told = await host.upload({ size: large, options: { stallTimeout: 1500 } });
    assert.deepEqual(failures(told), ["stalled"]);
    const first = told.reports.filter(({ attempt }) => attempt === 1);
    assert(first.every(({ phase, loaded }) => phase !== "processing" && loaded < large));
    assert.equal((await unanswered).failure()?.errorText, "net::ERR_ABORTED");
    assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 2, files: 1 });
  });

  test("that stalls in the body: the Uploader dispatches an event", async () => {
    await host.plan({ store: [hangsInBody] });
    const events = await host.page.evaluate(
      async ({ size, options }) => {
        const { Uploader } = await import("/dist/index.js");
        const uploader = new Uploader({ endpoint: "/api/uploads", retryDelays: [10], ...options });
        /** @type {unknown[]} */
        const events = [];
        uploader.addEventListener("upload-start", () => events.push("start"));
        uploader.addEventListener("upload-stalled", ({ detail }) =>
          events.push(["stalled", detail.file.progress.phase]),
        );
        uploader.addEventListener("upload-retry", ({ detail }) =>
          events.push(["retry", detail.attempt, detail.error.code]),
        );
        uploader.addEventListener("upload-success", () => events.push("success"));
        await uploader.add([new File([new Uint8Array(size)], "film.mp4")]);
        await uploader.start();
        return events;
      },
      { size: large, options: { stallTimeout: 1500 } },
    );
    assert.deepEqual(events, [
      "start",
      ["stalled", "uploading"],
      ["retry", 2, "stalled"],
      "success",
    ]);
    assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 2, files: 1 });
  });

  test("that reads slowly: progress is reported, and it is no stall", async () => {
    await host.plan({ store: [{ kind: "slow", bytes_per_second: 4_000_000 }] });
    const told = await host.upload({ size: large, options: { stallTimeout: 1500 } });
    assert.deepEqual(failures(told), []);
    const steps = told.reports.filter(({ phase }) => phase === "uploading");
    assert(steps.length > 3, `${steps.length} steps`);
    assert(steps.some(({ speed, eta }) => speed > 0 && eta !== null));
    assert.deepEqual(await host.counts(), { questions: 1, urls: 1, uploads: 1, files: 1 });
  });

  test("that answers slowly: the phase is processing until the answer", async () => {
    await host.plan({ store: [{ kind: "slow-answer", ms: 1000 }] });
    const told = await host.upload({ size: large });
    assert.deepEqual(failures(told), []);
    const [processing, done] = told.reports.slice(-2);
    assert.deepEqual([processing?.phase, processing?.percentage], ["processing", 99]);
    assert.deepEqual([done?.phase, done?.percentage], ["done", 100]);
    assert.deepEqual(await host.counts(), { questions: 1, urls: 1, uploads: 1, files: 1 });
  });
});

// Chromium's emulation of being offline only affects new requests. Requests in progress continue, unless something
// else ends them.
describe("a page that is offline", () => {
  const setOffline = (/** @type {boolean} */ offline) => host.page.context().setOffline(offline);

  test("at the start waits, and spends no attempt", async () => {
    // Loads everything that an upload needs.
    await host.upload();
    await host.plan({});
    await setOffline(true);
    await host.begin({ options: { retryDelays: [] } });
    await host.reached("waiting");
    assert.deepEqual(await host.counts(), { questions: 0, urls: 0, uploads: 0, files: 0 });
    await setOffline(false);
    const told = await host.end();
    assert.deepEqual(failures(told), ["network"]);
    assert.equal(told.retries[0]?.delay, 0);
    assert.deepEqual(await host.counts(), { questions: 1, urls: 1, uploads: 1, files: 1 });
  });

  test("during a stall waits longer than any delay, and spends no attempt", async () => {
    const delay = 50;
    await host.plan({ store: [hangsInBody, answer(503)] });
    await host.begin({ size: large, options: { stallTimeout: 3000, retryDelays: [delay] } });
    await host.reached("uploading", 1_000_000);
    await setOffline(true);
    await host.reached("waiting");
    const asked = host.requests.length;
    const { at } = (await host.told()).reports.at(-1) ?? { at: 0 };
    await host.page.waitForFunction((end) => performance.now() > end, at + 2 * delay);
    await host.reached("waiting");
    assert.equal(host.requests.length, asked);
    await setOffline(false);
    const told = await host.end();
    // The only delay was still available for the later failure.
    assert.deepEqual(failures(told), ["stalled", 503]);
    assert.equal(told.retries[0]?.delay, 0);
    assert.deepEqual(await host.counts(), { questions: 3, urls: 3, uploads: 3, files: 1 });
  });

  test("during a break of the connection waits, and spends no attempt", async () => {
    await host.plan({ store: twice({ kind: "reset-in-body", bytes: 8_000_000 }) });
    const devtools = await host.page.context().newCDPSession(host.page);
    const network = { latency: 0, downloadThroughput: -1, uploadThroughput: 2_000_000 };
    await devtools.send("Network.enable");
    await devtools.send("Network.emulateNetworkConditions", { ...network, offline: false });
    await host.begin({ size: large, options: { retryDelays: [] } });
    await host.reached("uploading", 1);
    // From here on nothing is slow, so the break comes soon.
    await devtools.send("Network.emulateNetworkConditions", { ...network, offline: true });
    await host.reached("waiting");
    await devtools.detach();
    const told = await host.end();
    assert.deepEqual(failures(told), ["network"]);
    assert.equal(told.retries[0]?.delay, 0);
    assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 3, files: 1 });
  });

  test("at the end of a delay continues to wait, and spends no attempt", async () => {
    await host.plan({ store: [answer(503, { retry_after: "2" })] });
    const unanswered = host.page.waitForEvent("requestfailed");
    await host.begin({ options: { retryDelays: [10] } });
    await host.reached("waiting");
    await setOffline(true);
    assert.match((await unanswered).url(), /\/api\/uploads$/);
    await host.reached("waiting");
    await setOffline(false);
    const told = await host.end();
    assert.deepEqual(failures(told), [503, "network"]);
    assert.deepEqual(
      told.retries.map(({ delay }) => delay),
      [2000, 0],
    );
    assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 2, files: 1 });
  });

  test("still gets the answer to a request in progress", async () => {
    await host.plan({ store: [{ kind: "slow-answer", ms: 1000 }] });
    await host.begin();
    await host.reached("processing");
    await setOffline(true);
    const told = await host.end();
    assert.deepEqual(failures(told), []);
    assert.equal(host.demo.stored(told.media).length, 5);
    assert.deepEqual(await host.counts(), { questions: 1, urls: 1, uploads: 1, files: 1 });
  });
});
