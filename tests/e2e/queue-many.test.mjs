// `Uploader` of the built package, in a real browser: ten thousand files, and a page that stays
// alive.

import assert from "node:assert/strict";
import { test } from "node:test";

import { useTab } from "./uploader.mjs";

const tab = useTab();

const count = 10_000;

test("while they are added, the page gets its turns", async () => {
  const { turns, most, added } = await tab.page.evaluate(async (count) => {
    // A clock that counts how often it is asked, so that the same work takes the same time
    // everywhere: what is to be seen is that it is asked, and obeyed.
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
  // A turn is over after 8 ms, which is 160 looks at the clock; each file takes a look or two.
  assert(most <= 160, `${most} files in one turn`);
  assert(turns >= count / 160, `${turns} turns`);
});

test("they are added, uploaded, cancelled and removed", async () => {
  const outcome = await tab.page.evaluate(async (count) => {
    const { Uploader } = await import("/dist/index.js");
    let longest = 0;
    const tasks = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
    });
    tasks.observe({ type: "longtask" });
    /** Ends the task, so that the next begins with nothing to its name. */
    const nextTask = () => new Promise((resolve) => setTimeout(resolve));
    /** @type {Record<string, number>} */
    const measured = {};
    /**
     * @template T
     * @param {string} name
     * @param {() => T | Promise<T>} work
     */
    const measure = async (name, work) => {
      await nextTask();
      longest = 0;
      const start = performance.now();
      const result = work();
      // In ms, as far as it is done at once: a task is only known as long from 50 ms on.
      measured[`${name}, at once`] = Math.round(performance.now() - start);
      const awaited = await result;
      measured[`${name}, in all`] = Math.round(performance.now() - start);
      await nextTask();
      // A task is told after its end.
      await nextTask();
      measured[`${name}, longest task over 50 ms`] = longest;
      return awaited;
    };

    const files = Array.from({ length: count }, (_, index) => new File(["x"], `${index}.txt`));
    const uploader = new Uploader({ endpoint: async () => ({ media: { id: "m" } }) });
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
    await measure("remove, last first", () => {
      for (const { id } of uploader.files.toReversed()) uploader.remove(id);
    });
    const left = uploader.files.length;

    const waiting = new Uploader({ endpoint: () => new Promise(() => {}) });
    await waiting.add(files);
    const run = waiting.start();
    await new Promise((resolve) => waiting.addEventListener("upload-start", resolve));
    await measure("cancel", () => waiting.cancel());
    const cancelled = waiting.files.filter(({ state }) => state === "cancelled").length;
    const result = await run;
    await measure("remove, first first", () => {
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
  console.log(outcome.measured);
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
