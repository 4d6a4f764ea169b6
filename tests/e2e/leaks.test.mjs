// Checks in a real browser that a finished upload leaves nothing on JavaScript's heap and in the wasm's memory,
// and no listener.

import assert from "node:assert/strict";
import { test } from "node:test";

import { setUpTab } from "./uploader.mjs";

const tab = setUpTab();

const count = 250;

/**
 * How much each repetition may add to the heap, in bytes: less than the smallest closure with its scope. It is
 * not 0, because the engine's own caches and counters grow and shrink by some KB.
 */
const slack = 100;

/** Provides what the actions need. All of them use the same `signal`, which is never aborted. */
const openTools = () =>
  tab.page.evaluateHandle(async (url) => {
    const { upload, Uploader } = await import("/dist/index.js");
    return {
      upload,
      Uploader,
      file: new File(["hello"], "hello.txt"),
      signal: new AbortController().signal,
      /** The URL of a host that refuses files. */
      url,
      stored: async () => ({ media: { id: "m" } }),
      /**
       * An endpoint that doesn't answer until it is aborted.
       *
       * @param {unknown} _
       * @param {{ signal: AbortSignal }} context
       * @returns {Promise<string>}
       */
      silent: (_, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
        }),
    };
  }, `${tab.demo.host}/nothing`);

/** @typedef {Awaited<ReturnType<typeof openTools>>} Tools */
/** @typedef {Tools extends import("playwright-core").JSHandle<infer T> ? T : never} Tool */

/**
 * The actions. Each is repeated `count` times, one after the other.
 *
 * @type {Record<string, (tools: Tool, count: number) => Promise<void>>}
 */
const works = {
  "uploads of what is stored already": async ({ upload, file, signal, stored }, count) => {
    for (let left = count; left > 0; left -= 1) await upload(file, { endpoint: stored, signal });
  },

  "uploads that fail, and fail again": async ({ upload, file, signal, url }, count) => {
    const endpoint = async () => url;
    for (let left = count; left > 0; left -= 1) {
      await upload(file, { endpoint, signal }).catch(() => {});
    }
  },

  "uploads aborted while the endpoint is asked": async ({ upload, file, silent }, count) => {
    for (let left = count; left > 0; left -= 1) {
      const controller = new AbortController();
      /** @type {typeof silent} */
      const endpoint = (info, context) => {
        queueMicrotask(() => controller.abort());
        return silent(info, context);
      };
      await upload(file, { endpoint, signal: controller.signal }).catch(() => {});
    }
  },

  "uploads aborted while the endpoint is deaf": async ({ upload, file }, count) => {
    for (let left = count; left > 0; left -= 1) {
      const controller = new AbortController();
      const endpoint = () => {
        queueMicrotask(() => controller.abort());
        return new Promise(() => {});
      };
      await upload(file, { endpoint, signal: controller.signal }).catch(() => {});
    }
  },

  "uploads aborted while they are sent": async ({ upload, file, url }, count) => {
    for (let left = count; left > 0; left -= 1) {
      const controller = new AbortController();
      const { signal } = controller;
      const onProgress = (/** @type {{ phase: string }} */ { phase }) => {
        if (phase === "uploading") controller.abort();
      };
      await upload(file, { endpoint: async () => url, signal, onProgress }).catch(() => {});
    }
  },

  "uploaders that are destroyed at work": async ({ Uploader, file, signal, silent }, count) => {
    for (let left = count; left > 0; left -= 1) {
      const uploader = new Uploader({ endpoint: silent, signal });
      await uploader.add([file]);
      const begun = new Promise((resolve) => uploader.addEventListener("upload-start", resolve));
      uploader.start();
      await begun;
      uploader.destroy();
    }
  },

  "uploaders that are forgotten": async ({ Uploader, file, signal, stored }, count) => {
    for (let left = count; left > 0; left -= 1) {
      const uploader = new Uploader({ endpoint: stored, signal });
      await uploader.add([file]);
      await uploader.start();
    }
  },

  "files that are removed": async ({ Uploader, file, signal, stored }, count) => {
    const uploader = new Uploader({ endpoint: stored, signal });
    for (let left = count; left > 0; left -= 1) {
      const [added] = await uploader.add([file]);
      await uploader.start();
      uploader.remove(added?.id ?? "");
    }
    uploader.destroy();
  },
};

for (const [name, work] of Object.entries(works)) {
  test(`${name} leave nothing`, async () => {
    const { page } = tab;
    await page.addInitScript(() => {
      // Intercepts the wasm's memory, which the package doesn't expose.
      const { instantiate } = WebAssembly;
      Object.assign(WebAssembly, {
        /** @type {(module: WebAssembly.Module, imports: WebAssembly.Imports) => unknown} */
        async instantiate(module, imports) {
          const instance = await instantiate(module, imports);
          const memory = Object.values(instance.exports).find(
            (value) => value instanceof WebAssembly.Memory,
          );
          Object.assign(window, { memory });
          return instance;
        },
      });
    });
    await page.reload();
    const devtools = await page.context().newCDPSession(page);
    const listeners = async () => (await devtools.send("Memory.getDOMCounters")).jsEventListeners;
    const collect = async () => {
      await devtools.send("HeapProfiler.collectGarbage");
      // Waits until the page is idle, so that finalizers have run.
      await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
    };
    const tools = await openTools();
    const before = await listeners();

    const measure = async () => {
      await tools.evaluate(work, count);
      // A finalizer frees an object in the wasm, and only then what that object refers to.
      for (let tries = 0; (await listeners()) > before; tries += 1) {
        assert(tries < 200, `${await listeners()} listeners are left, there were ${before}`);
        await collect();
      }
      await collect();
      await collect();
      const { usedSize } = await devtools.send("Runtime.getHeapUsage");
      const memory = await page.evaluate(
        () => /** @type {any} */ (window).memory.buffer.byteLength,
      );
      return { heap: usedSize, memory };
    };

    await measure();
    let last = await measure();
    // Repeats the measurement, because a cache grows only sometimes, and a leak every time.
    for (let tries = 1; ; tries += 1) {
      const now = await measure();
      const more = { heap: now.heap - last.heap, memory: now.memory - last.memory };
      console.log(`${name}: ${more.heap} bytes more than ${last.heap} on the heap`);
      if (more.heap < count * slack && more.memory === 0) break;
      assert(tries < 5, JSON.stringify(more));
      last = now;
    }
  });
}
