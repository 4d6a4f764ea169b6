// Tests the progress of `Uploader` in a real browser: its values, and how often it is reported.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { setUpTab } from "./uploader.mjs";

const tab = setUpTab();

describe("the overall progress", () => {
  test("counts all files by their bytes, and is 100 only when all are done", async () => {
    const queue = await tab.openUploader();
    const steps = await queue.evaluate(async ({ uploader, next, asked, named }) => {
      /** @type {unknown[]} */
      const steps = [];
      const step = () => {
        const { phase, loaded, total, percentage } = uploader.progress;
        steps.push([phase, loaded, total, percentage]);
      };
      step();
      const file = (/** @type {string} */ name, /** @type {number} */ size) =>
        new File([new Uint8Array(size)], name);
      await uploader.add([file("one", 1000), file("three", 3000), file("cancelled", 500)]);
      step();
      uploader.cancel(named("cancelled").id);
      const run = uploader.start();
      await next("upload-start");
      step();
      asked.get("one")?.answer({ media: { id: "m" } });
      await next("upload-success");
      step();
      uploader.pause(named("three").id);
      step();
      uploader.resume();
      asked.get("three")?.refuse(new Error("no"));
      await run;
      step();
      const again = uploader.retry();
      await next("upload-start");
      asked.get("three")?.answer({ media: { id: "m" } });
      await again;
      step();
      return steps;
    });
    assert.deepEqual(steps, [
      ["preparing", 0, 0, 0],
      ["preparing", 0, 4500, 0],
      ["preparing", 0, 4000, 0],
      ["preparing", 1000, 4000, 25],
      ["paused", 1000, 4000, 25],
      ["done", 1000, 4000, 25],
      ["done", 4000, 4000, 100],
    ]);
  });

  test("is passed to onProgress, through the phases", async () => {
    const devtools = await tab.page.context().newCDPSession(tab.page);
    await devtools.send("Network.enable");
    await devtools.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: 20_000_000,
    });
    const reports = await tab.page.evaluate(async () => {
      const { Uploader } = await import("/dist/index.js");
      /** @type {import("/dist/index.js").Progress[]} */
      const reports = [];
      const uploader = new Uploader({
        endpoint: "/api/uploads",
        onProgress: (progress) => reports.push(progress),
      });
      await uploader.add([new Blob([new Uint8Array(12_000_000)]), new Blob(["small"])]);
      await uploader.start();
      return reports;
    });
    const phases = new Set(reports.map(({ phase }) => phase));
    for (const phase of /** @type {const} */ (["preparing", "uploading", "done"])) {
      assert(phases.has(phase), phase);
    }
    reports.reduce((last, report) => {
      assert(report.loaded >= last.loaded && report.percentage >= last.percentage);
      return report;
    });
    assert(reports.every(({ total }) => total === 12_000_005));
    const full = reports.filter(({ percentage }) => percentage === 100);
    assert.deepEqual(full, [reports.at(-1)]);
  });
});

describe("a file's progress", () => {
  /**
   * Uploads two files with simulated requests, whose progress events come this often. Returns the
   * progress that was reported.
   *
   * @param {{ ticks: number, perTick: number, hasFrames: boolean }} how
   */
  const upload = (how) =>
    tab.page.evaluate(async ({ ticks, perTick, hasFrames }) => {
      /** @type {XMLHttpRequest[]} */
      const requests = [];
      window.XMLHttpRequest = class extends XMLHttpRequest {
        send() {
          requests.push(this);
        }
      };
      const frame = () => new Promise((resolve) => originalFrame(resolve));
      const originalFrame = window.requestAnimationFrame;
      if (!hasFrames) window.requestAnimationFrame = () => 0;

      const { Uploader } = await import("/dist/index.js");
      const uploader = new Uploader({ endpoint: async () => ({ url: "http://localhost:9/" }) });
      const total = 1_000_000;
      const size = 900_000;
      await uploader.add(["a", "b"].map((name) => new File([new Uint8Array(size)], name)));
      uploader.start();
      while (requests.length < 2) await frame();
      await frame();

      /** @type {Record<string, number[]>} */
      const told = { a: [], b: [] };
      let isToldOfAll = () => {};
      const all = new Promise((resolve) => {
        isToldOfAll = () => resolve(undefined);
      });
      // A stall also reports the progress, so it must not come first.
      let isLate = false;
      uploader.addEventListener("upload-stalled", () => {
        isLate = true;
      });
      uploader.addEventListener("upload-progress", ({ detail: { file, progress } }) => {
        told[file.name]?.push(progress.loaded);
        if (file.name === "b" && progress.loaded === ticks * perTick) isToldOfAll();
      });
      let loaded = total - size;
      const step = () => {
        loaded += 1;
        for (const { upload } of requests) {
          upload.dispatchEvent(new ProgressEvent("progress", { loaded, total }));
        }
      };
      for (let tick = 0; tick < ticks; tick += 1) {
        for (let count = 1; count < perTick; count += 1) step();
        await frame();
        // Browsers wait 50 ms between progress events, and the uploader ignores earlier ones.
        await new Promise((resolve) => setTimeout(resolve, 50));
        step();
      }
      await all;
      uploader.destroy();
      if (isLate) throw new Error("no progress was reported in time");
      return told;
    }, how);

  test("is reported at most once per frame, with the latest value", async () => {
    const ticks = 20;
    const told = await upload({ ticks, perTick: 50, hasFrames: true });
    for (const loaded of [told.a, told.b]) {
      assert(loaded);
      // The first one may belong to the frame before.
      assert(loaded.length <= ticks + 1, `${loaded.length} times in ${ticks} frames`);
      assert.equal(loaded.at(-1), ticks * 50);
      assert.equal(new Set(loaded).size, loaded.length);
    }
  });

  test("is reported a little later if no frames are drawn", async () => {
    const told = await upload({ ticks: 1, perTick: 50, hasFrames: false });
    for (const loaded of [told.a, told.b]) {
      // An earlier value may have been reported meanwhile.
      assert(loaded && loaded.length <= 2);
      assert.equal(loaded.at(-1), 50);
    }
  });
});
