// Aborts an upload in each of its phases, in a real browser. It must reject once, with the signal's reason, and
// then send no request, store nothing and report nothing.

import assert from "node:assert/strict";
import { test } from "node:test";

import { answer, large, setUpFaultyHost } from "./faults.mjs";

const host = setUpFaultyHost();

/**
 * Aborts the last upload, and uploads another file. By the time that file is stored, the aborted upload
 * would have had time to do something.
 *
 * @param {() => Promise<unknown>} [between]
 */
async function abortAndUploadAnother(between) {
  const before = host.requests.length;
  await host.abort();
  const told = await host.end();
  await between?.();
  assert.deepEqual([told.stopped, told.settled], [true, 1]);
  const { media, retries } = await host.upload();
  assert.equal(host.demo.stored(media).length, 5);
  assert.deepEqual(await host.told(-2), told, "nothing was told after the end");
  const ofTheSecond = 2 * (retries.length + 1);
  assert.equal(host.requests.length, before + ofTheSecond);
}

async function abortTheRequestAndGoOn() {
  const stopped = host.page.waitForEvent("requestfailed");
  await abortAndUploadAnother();
  assert.equal((await stopped).failure()?.errorText, "net::ERR_ABORTED");
}

test("while the endpoint is requested", async () => {
  await host.plan({ create: [{ kind: "hang" }] });
  await host.begin();
  await host.arrived("questions");
  await host.reached("preparing");
  await abortTheRequestAndGoOn();
  assert.deepEqual(await host.counts(), { questions: 2, urls: 1, uploads: 1, files: 1 });
});

test("in the middle of the body", async () => {
  await host.plan({ store: [{ kind: "hang-in-body", bytes: 1_000_000 }] });
  await host.begin({ size: large });
  await host.arrived("uploads");
  await host.reached("uploading", 1_000_000);
  await abortTheRequestAndGoOn();
  assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 2, files: 1 });
});

test("while the host is processing", async () => {
  await host.plan({ store: [{ kind: "hang" }] });
  await host.begin();
  await host.arrived("uploads");
  await host.reached("processing");
  await abortTheRequestAndGoOn();
  assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 2, files: 1 });
});

test("while the host, which has stored the file, holds back its answer", async () => {
  await host.plan({ store: [{ kind: "slow-answer", ms: 60_000 }] });
  await host.begin();
  await host.arrived("files");
  await host.reached("processing");
  await abortTheRequestAndGoOn();
  assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 2, files: 2 });
});

test("while it waits to retry", async () => {
  const later = answer(503, { retry_after: "1" });
  // The second upload waits as long, and starts later, so it ends after the first one's wait.
  await host.plan({ store: [later, later] });
  await host.begin();
  await host.reached("waiting");
  await abortAndUploadAnother();
  assert.deepEqual(await host.counts(), { questions: 3, urls: 3, uploads: 3, files: 1 });
});

test("while it waits to be online again", async () => {
  // Loads everything that an upload needs.
  await host.upload();
  await host.plan({});
  await host.page.context().setOffline(true);
  await host.begin();
  await host.reached("waiting");
  await abortAndUploadAnother(() => host.page.context().setOffline(false));
  assert.deepEqual(await host.counts(), { questions: 1, urls: 1, uploads: 1, files: 1 });
});

test("an Uploader: its run rejects, and it dispatches no more events", async () => {
  await host.plan({ store: [{ kind: "hang-in-body", bytes: 1_000_000 }] });
  await host.page.evaluate(async (size) => {
    const { Uploader } = await import("/dist/index.js");
    const controller = new AbortController();
    const { signal } = controller;
    const uploader = new Uploader({ endpoint: "/api/uploads", signal });
    /** @type {string[]} */
    const events = [];
    for (const name of /** @type {const} */ ([
      ...["upload-start", "upload-progress", "upload-success", "upload-error", "upload-retry"],
      ...["upload-stalled", "upload-pause", "upload-resume", "upload-cancel", "complete"],
    ])) {
      uploader.addEventListener(name, () => events.push(name));
    }
    await uploader.add([new File([new Uint8Array(size)], "film.mp4")]);
    const run = uploader.start().catch((reason) => reason === signal.reason);
    Object.assign(globalThis, { uploader, controller, events, run });
  }, large);
  await host.page.waitForFunction(
    () => /** @type {any} */ (globalThis).uploader.files[0].progress.loaded >= 1_000_000,
  );
  const stopped = host.page.waitForEvent("requestfailed");
  const [rejected, ...events] = await host.page.evaluate(async () => {
    const { controller, events, run } = /** @type {any} */ (globalThis);
    controller.abort({ why: "enough" });
    return [await run, ...events];
  });
  assert.equal(rejected, true);
  assert.deepEqual([...new Set(events)], ["upload-start", "upload-progress"]);
  assert.equal((await stopped).failure()?.errorText, "net::ERR_ABORTED");
  await host.upload();
  const later = await host.page.evaluate(() => /** @type {any} */ (globalThis).events);
  assert.deepEqual(later, events);
  const state = await host.page.evaluate(
    () => /** @type {any} */ (globalThis).uploader.files[0].state,
  );
  assert.equal(state, "cancelled");
  assert.deepEqual(await host.counts(), { questions: 2, urls: 2, uploads: 2, files: 1 });
});
