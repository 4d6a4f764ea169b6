// Tests `Uploader` with ten thousand files in a real browser. The page must stay responsive.

import assert from "node:assert/strict";
import { test } from "node:test";

import { setUpTab } from "./uploader.mjs";

const tab = setUpTab();

const count = 10_000;

test("adding files yields to the page", async () => {
  const { turns, most, added } = await tab.page.evaluate(async (count) => {
    // A clock that advances with each call, so that the result doesn't depend on the machine's
    // speed.
    let now = 0;
    performance.now = () => {
      now += 0.05;
      return now;
    };
    const { Uploader } = await import("/dist/index.js");
    const uploader = new Uploader({ endpoint: "/api/uploads" });
    let [turns, most, inThisTurn, isOver] = [0, 0, 0, false];
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      turns += 1;
      inThisTurn = 0;
      if (!isOver) port2.postMessage("again");
    };
    uploader.addEventListener("file-added", () => {
      inThisTurn += 1;
      most = Math.max(most, inThisTurn);
    });
    const files = Array.from({ length: count }, (_, index) => new File(["x"], `${index}.txt`));
    port2.postMessage("first");
    const added = (await uploader.add(files)).map(({ file }, index) => file === files[index]);
    isOver = true;
    return { turns, most, added: added.filter(Boolean).length };
  }, count);
  assert.equal(added, count);
  // A task may take 8 ms, which is 160 calls of the clock. Each file takes one or two calls.
  assert(most <= 160, `${most} files in one task`);
  assert(turns >= count / 160, `${turns} tasks`);
});

test("the cost per file doesn't grow with the number of files", async () => {
  const steps = await tab.page.evaluate(async (count) => {
    const { Uploader } = await import("/dist/index.js");
    // Counts the files that are visited to find another.
    let steps = 0;
    const prototype = Object.getPrototypeOf(new Map().entries());
    const { next } = prototype;
    prototype.next = function () {
      steps += 1;
      return next.call(this);
    };
    const uploader = new Uploader({ endpoint: () => new Promise(() => {}) });
    await uploader.add(Array.from({ length: count }, () => new File(["x"], "x")));
    const ids = uploader.files.map(({ id }) => id);
    uploader.start();
    await new Promise((resolve) => uploader.addEventListener("upload-start", resolve));
    const runs = [];
    steps = 0;
    for (let index = 0; index < count; index += 1) uploader.pause(ids[index]);
    for (let index = 0; index < count; index += 1) uploader.resume(ids[index]);
    for (let index = 0; index < count; index += 1) uploader.cancel(ids[index]);
    for (let index = 0; index < count; index += 1) runs.push(uploader.retry(ids[index]));
    uploader.cancel();
    await Promise.all(runs);
    for (let index = 0; index < count; index += 1) uploader.remove(ids[index]);
    return steps;
  }, 2_000);
  assert(steps < 20_000, `${steps} steps`);
});

test("files are added, uploaded, cancelled and removed", async () => {
  const outcome = await tab.page.evaluate(async (count) => {
    const { Uploader } = await import("/dist/index.js");
    /** @type {PerformanceEntry[]} */
    const tasks = [];
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries()));
    observer.observe({ type: "longtask" });
    const nextTask = () => new Promise((resolve) => setTimeout(resolve));
    /** @type {Record<string, number>} */
    const measured = {};
    /**
     * @template T
     * @param {string} name
     * @param {() => T | Promise<T>} work
     */
    const measure = async (name, work) => {
      // Starts in a new task, so that earlier work isn't measured.
      await nextTask();
      const start = performance.now();
      const result = await work();
      const end = performance.now();
      await nextTask();
      tasks.push(...observer.takeRecords());
      const within = tasks.filter(({ startTime }) => startTime >= start && startTime <= end);
      measured[name] = Math.round(end - start);
      // The browser doesn't report tasks below 50 ms.
      measured[`${name}: longest task`] = Math.max(0, ...within.map(({ duration }) => duration));
      return result;
    };

    const files = Array.from({ length: count }, (_, index) => new File(["x"], `${index}.txt`));
    // Like answers from the network, each one arrives in its own task.
    const endpoint = () =>
      /** @type {Promise<{ media: { id: string } }>} */ (
        new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => {
            port1.close();
            resolve({ media: { id: "m" } });
          };
          port2.postMessage("now");
        })
      );
    const uploader = new Uploader({ endpoint });
    /** @type {Record<string, number>} */
    const told = {};
    for (const name of ["file-added", "upload-success", "file-removed", "complete"]) {
      told[name] = 0;
      uploader.addEventListener(name, () => {
        told[name] = (told[name] ?? 0) + 1;
      });
    }
    await measure("add", () => uploader.add(files));
    const { successful } = await measure("upload", () => uploader.start());
    const { percentage } = uploader.progress;
    await measure("remove, one by one from the last", () => {
      for (const { id } of [...uploader.files].reverse()) uploader.remove(id);
    });
    const left = uploader.files.length;

    const waiting = new Uploader({ endpoint: () => new Promise(() => {}) });
    await waiting.add(files);
    const run = waiting.start();
    await new Promise((resolve) => waiting.addEventListener("upload-start", resolve));
    await measure("cancel", () => waiting.cancel());
    const cancelled = waiting.files.filter(({ state }) => state === "cancelled").length;
    const result = await run;
    await measure("remove, one by one from the first", () => {
      for (const { id } of waiting.files) waiting.remove(id);
    });
    return {
      measured,
      told,
      counts: {
        successful: successful.length,
        percentage,
        left: left + waiting.files.length,
        cancelled,
        result,
      },
    };
  }, count);
  console.log("in ms, for 10,000 files:", outcome.measured);
  assert.deepEqual(outcome.told, {
    "file-added": count,
    "upload-success": count,
    "file-removed": count,
    complete: 1,
  });
  assert.deepEqual(outcome.counts, {
    successful: count,
    percentage: 100,
    left: 0,
    cancelled: count,
    result: { successful: [], failed: [] },
  });
});
