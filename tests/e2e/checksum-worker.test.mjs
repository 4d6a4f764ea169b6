// Tests the checksums of parts, which a worker computes. If there is no worker or it fails, the page computes the
// same checksums, and no upload fails or hangs.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { appendFileSync, copyFileSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";

import { crc32c } from "../../backend/js/crc32c.js";
import { root } from "../../pkg-config/run.mjs";
import { MB, pieceSize, setUpLargeFiles } from "./large.mjs";
import { closePage, openPage } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** Caches the checksums of a file. @type {Map<string, string[]>} */
const computed = new Map();

/**
 * Computes the checksums of a file's parts with Node.
 *
 * @param {string} path
 * @param {string} kind
 */
function sumsOf(path, kind) {
  const known = computed.get(path + kind);
  if (known) return known;
  const bytes = readFileSync(path);
  const sums = [];
  for (let at = 0; at < bytes.length; at += pieceSize) {
    const part = bytes.subarray(at, at + pieceSize);
    const sum =
      kind === "md5" ? createHash("md5").update(part).digest() : Buffer.from(crc32c(part));
    sums.push(sum.toString("base64"));
  }
  computed.set(path + kind, sums);
  return sums;
}

/**
 * Records the checksums that the page sends, in the order of the parts.
 *
 * @param {Page} page
 */
function recordSums(page) {
  /** @type {string[]} */
  const sums = [];
  page.on("request", (request) => {
    if (request.method() !== "POST" || !request.url().endsWith("/parts")) return;
    for (const { part_number: number, checksum } of request.postDataJSON().parts) {
      sums[number - 1] = checksum;
    }
  });
  return sums;
}

/**
 * Uploads a file in parts, and returns the media object's id or the error.
 *
 * @param {Page} page
 * @param {string} path
 * @param {{ entry?: string, base?: string, change?: () => void }} [options] `change` is called when the page requests
 *   the upload target
 * @returns {Promise<{ id?: string, code?: string, message?: string }>}
 */
async function send(page, path, { entry = "index.js", base, change } = {}) {
  await page.setInputFiles("input", path);
  if (change) {
    // By now, the page has read the file's size.
    await page.route("**/api/uploads", (route) => {
      change();
      return route.continue();
    });
  }
  return page.evaluate(
    async ({ entry, base, pieceSize }) => {
      const { upload } = await import(`/dist/${entry}`);
      const file = document.querySelector("input")?.files?.[0];
      return upload(file, {
        endpoint: "/api/uploads",
        props: { protocol: "multipart", part_size: pieceSize },
        retryDelays: [10, 20],
        remember: false,
        ...(base && { base }),
      }).then(
        (/** @type {any} */ { id }) => ({ id }),
        (/** @type {any} */ { code, message }) => ({ code, message }),
      );
    },
    { entry, base, pieceSize },
  );
}

/** Records the workers that a page starts. @param {Page} page */
function recordWorkers(page) {
  /** @type {import("playwright-core").Worker[]} */
  const workers = [];
  page.on("worker", (worker) => workers.push(worker));
  return workers;
}

/**
 * Runs in the page: records the messages to and from workers. Calls `window.onPost` after the first file was posted,
 * and `window.onStep` with the first worker after it has read bytes.
 */
function watchWorkers() {
  const all = /** @type {any} */ (window);
  all.posted = [];
  all.said = [];
  const Real = Worker;
  all.Worker = class extends Real {
    /** @param {string} url */
    constructor(url) {
      super(url);
      this.addEventListener("message", (event) => {
        all.said.push(event.data);
        if (event.data.id && all.onStep) {
          const { onStep } = all;
          all.onStep = undefined;
          onStep(this, event);
        }
      });
    }

    /** @param {any[]} args */
    postMessage(...args) {
      const [message] = args;
      if (!(message instanceof WebAssembly.Module)) all.posted.push({ ...message });
      // @ts-expect-error: passes on all arguments
      super.postMessage(...args);
      if (message.file && all.onPost) queueMicrotask(all.onPost);
    }
  };
}

for (const kind of ["crc32c", "md5"]) {
  describe(`checksums with ${kind}`, () => {
    const large = setUpLargeFiles({ S3_CHECKSUMS: kind });
    before(() => {
      // The last part is not a multiple of a step or a block.
      large.film = large.file("film.mp4", pieceSize + 3 * MB + 17);
    });

    test("are computed in a worker under the strict policy, and equal Node's", async () => {
      const { page, close } = await openPage(large.browser);
      await page.goto(`${large.demo.address}/large.html`);
      const [sums, workers] = [recordSums(page), recordWorkers(page)];
      assert.deepEqual(Object.keys(await send(page, large.film.path)), ["id"]);
      assert.deepEqual(sums, sumsOf(large.film.path, kind));
      assert.equal(workers.length, 1);
      assert.match(String(workers[0]?.url()), /\/dist\/checksum\.worker\.js\?\w{8}$/);
      // Another upload uses the same worker.
      await send(page, large.film.path);
      assert.equal(workers.length, 1);
      await close();
    });

    test("are computed in the page if it has no workers, and are the same", async () => {
      const { page, close } = await openPage(large.browser);
      await page.addInitScript(() => Reflect.deleteProperty(window, "Worker"));
      await page.goto(`${large.demo.address}/large.html`);
      const [sums, workers] = [recordSums(page), recordWorkers(page)];
      assert.deepEqual(Object.keys(await send(page, large.film.path)), ["id"]);
      assert.deepEqual(sums, sumsOf(large.film.path, kind));
      assert.equal(workers.length, 0);
      await close();
    });
  });
}

describe("if the worker fails", () => {
  const large = setUpLargeFiles();
  before(() => {
    large.film = large.file("film.mp4", pieceSize + 3 * MB + 17);
  });

  /** @param {Page} page */
  const checkSums = async (page, sums = recordSums(page), options = {}) => {
    const sent = await send(page, large.film.path, options);
    assert.deepEqual(Object.keys(sent), ["id"], JSON.stringify(sent));
    assert.deepEqual(sums, sumsOf(large.film.path, "crc32c"));
  };

  /**
   * @param {{ policy?: string, init?: () => void, bypassCSP?: boolean }} [options]
   */
  async function open({ policy, init, bypassCSP = false } = {}) {
    const context = await large.browser.newContext({ bypassCSP });
    const page = await context.newPage();
    if (init) await page.addInitScript(init);
    await page.goto(`${large.demo.address}/large.html`);
    await page.evaluate((content) => {
      const meta = Object.assign(document.createElement("meta"), { content });
      meta.httpEquiv = "content-security-policy";
      if (content) document.head.append(meta);
    }, policy);
    return { page, close: () => closePage(page) };
  }

  for (const [title, policy] of [
    ["a policy allows no worker", "worker-src 'none'"],
    ["trusted types don't allow our policy", "trusted-types another"],
  ]) {
    test(`${title}: the page computes checksums`, async () => {
      const { page, close } = await open({ ...(policy && { policy }) });
      const workers = recordWorkers(page);
      await checkSums(page);
      // Chromium may report a worker that it then refuses to load.
      assert(workers.length <= 1);
      await close();
    });
  }

  for (const file of ["checksum.js", "checksum.worker.js"]) {
    for (const [title, answer] of /** @type {const} */ ([
      ["is missing", undefined],
      ["was changed", " "],
    ])) {
      test(`${file} ${title}: it doesn't run, and the page computes checksums`, async () => {
        const { page, close } = await open();
        await page.route(`**/dist/${file}*`, async (route) => {
          if (answer === undefined) return route.abort();
          const response = await route.fetch();
          return route.fulfill({ response, body: (await response.text()) + answer });
        });
        const workers = recordWorkers(page);
        await checkSums(page);
        assert.equal(workers.length, 0);
        await close();
      });
    }
  }

  for (const [
    title,
    fail,
  ] of /** @type {[string, (worker: Worker, event: MessageEvent) => void][]} */ ([
    [
      "crashes",
      (worker) => {
        worker.terminate();
        worker.dispatchEvent(new ErrorEvent("error"));
      },
    ],
    ["stops answering", (worker) => worker.terminate()],
    [
      "answers with an invalid checksum",
      (worker, { data: { id } }) => {
        worker.terminate();
        worker.dispatchEvent(new MessageEvent("message", { data: { id, sum: "<img src=x>" } }));
        worker.dispatchEvent(new ErrorEvent("error"));
      },
    ],
  ])) {
    test(`a worker ${title} in the middle: the page computes checksums`, async () => {
      const { page, close } = await open({ init: watchWorkers });
      await page.evaluate(`window.onStep = ${fail}`);
      await checkSums(page);
      assert.equal(await page.evaluate("window.onStep === undefined"), true);
      await close();
    });
  }

  test("the page computes the checksums of a file that can't be posted", async () => {
    const { page, close } = await open({
      init() {
        const post = Worker.prototype.postMessage;
        Worker.prototype.postMessage = function (/** @type {any[]} */ ...args) {
          if (args[0]?.file) throw new DOMException("not cloned", "DataCloneError");
          // @ts-expect-error: passes on all arguments
          return post.apply(this, args);
        };
      },
    });
    await checkSums(page);
    await close();
  });

  test("cancelling an upload stops its checksums in the worker", async () => {
    const { page, close } = await open({ init: watchWorkers });
    await page.setInputFiles("input", large.film.path);
    await page.evaluate(async () => {
      const { Uploader } = await import("/dist/index.js");
      const all = /** @type {any} */ (window);
      const uploader = new Uploader({
        endpoint: "/api/uploads",
        props: { protocol: "multipart" },
        parallelParts: 1,
      });
      all.onPost = () => uploader.cancel();
      await uploader.add(/** @type {any} */ (document.querySelector("input")?.files));
      await uploader.start();
    });
    // The worker confirms that it has stopped.
    await page.waitForFunction(() =>
      /** @type {any} */ (window).said.some((/** @type {any} */ { sum }) => sum === ""),
    );
    const posted = await page.evaluate(() => /** @type {any} */ (window).posted);
    assert.deepEqual(
      posted.map((/** @type {object} */ message) => Object.keys(message).length),
      [5, 1],
    );
    await close();
  });

  test("an idle worker ends, and a new one is started for the next upload", async () => {
    const { page, close } = await open();
    const workers = recordWorkers(page);
    await page.clock.install();
    await checkSums(page);
    assert.equal(workers.length, 1);
    const gone = workers[0]?.waitForEvent("close");
    await page.clock.fastForward(10_000);
    await gone;
    await checkSums(page);
    assert.equal(workers.length, 2);
    await close();
  });

  test("page and worker report a changed file alike", async () => {
    const messages = [];
    for (const init of [undefined, () => Reflect.deleteProperty(window, "Worker")]) {
      const { page, close } = await open({ ...(init && { init }) });
      const path = join(large.files.folder, `changing-${messages.length}.mp4`);
      copyFileSync(large.film.path, path);
      // Chromium compares whole seconds, so the times must differ by more.
      utimesSync(path, new Date(2001, 1, 1), new Date(2001, 1, 1));
      const sent = await send(page, path, { change: () => appendFileSync(path, "more") });
      assert.equal(sent.code, "file-unreadable");
      messages.push(sent.message);
      await close();
    }
    assert.match(String(messages[0]), /changed/);
    assert.equal(messages[0], messages[1]);
  });

  test("without the wasm, retries, and then the error says what to deploy", async () => {
    const { page, close } = await open();
    let tries = 0;
    await page.route("**/dist/checksum.wasm*", (route) => {
      tries += 1;
      // Each attempt also makes a request past the cache, and one to find the cause.
      return tries <= 3 ? route.abort() : route.continue();
    });
    await checkSums(page);
    await page.unroute("**/dist/checksum.wasm*");
    await close();
    const second = await open();
    await second.page.route("**/dist/checksum.wasm*", (route) => route.fulfill({ status: 404 }));
    const { code, message } = await send(second.page, large.film.path);
    assert.equal(code, "not-loaded");
    assert.match(String(message), /^checksum\.wasm could not be loaded: 404 .*Deploy all files/);
    await second.close();
  });

  test("the inline build loads nothing, and computes checksums in the page", async () => {
    const { page, close } = await open();
    /** @type {string[]} */
    const loaded = [];
    page.on("request", (request) => loaded.push(request.url().replace(/^.*\/dist\//, "dist/")));
    await checkSums(page, recordSums(page), { entry: "inline.js" });
    assert.deepEqual(
      loaded.filter((url) => url.startsWith("dist/")),
      ["dist/inline.js"],
    );
    await close();
  });

  test("with files on another origin, the page computes checksums with their wasm", async () => {
    const { page, close } = await open({ bypassCSP: true });
    const workers = recordWorkers(page);
    const types = { js: "text/javascript", wasm: "application/wasm" };
    await page.route("http://other.test/dist/**", (route) => {
      const name = new URL(route.request().url()).pathname;
      return route.fulfill({
        path: join(root, name),
        headers: {
          "access-control-allow-origin": "*",
          "content-type": name.endsWith("wasm") ? types.wasm : types.js,
        },
      });
    });
    await checkSums(page, recordSums(page), { base: "http://other.test/dist/" });
    assert.equal(workers.length, 0);
    await close();
  });

  test("an uploader in a worker computes checksums there", async () => {
    const { page, close } = await open();
    const workers = recordWorkers(page);
    const sums = recordSums(page);
    await page.setInputFiles("input", large.film.path);
    const id = await page.evaluate(async () => {
      const policy = /** @type {any} */ (window).trustedTypes.createPolicy("test", {
        createScriptURL: (/** @type {string} */ url) => url,
      });
      const worker = new Worker(policy.createScriptURL("/parts-worker.js"), { type: "module" });
      worker.postMessage(document.querySelector("input")?.files?.[0]);
      return new Promise((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
      });
    });
    assert.match(String(id), /^[\w-]+$/);
    assert.deepEqual(sums, sumsOf(large.film.path, "crc32c"));
    assert.equal(workers.length, 1);
    await close();
  });
});
