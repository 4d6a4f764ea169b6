// Parts are summed up in a worker, and where none can be had or it fails, in the page: the sums are the same, and no
// upload fails or waits for ever.

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

/** Without it every part would be hashed anew. @type {Map<string, string[]>} */
const computed = new Map();

/**
 * The sums of a file's parts, as Node has them.
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
 * What the page has said of its parts, in their order.
 *
 * @param {Page} page
 */
function hearSums(page) {
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
 * Sends a file in parts; answers with what came of it.
 *
 * @param {Page} page
 * @param {string} path
 * @param {{ entry?: string, base?: string, change?: () => void }} [options] `change` is called when the endpoint is
 *   asked
 * @returns {Promise<{ id?: string, code?: string, message?: string }>}
 */
async function send(page, path, { entry = "index.js", base, change } = {}) {
  await page.setInputFiles("input", path);
  if (change) {
    // Not before the page has seen how large the file is.
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

/** Workers of a page, as they come. @param {Page} page */
function seeWorkers(page) {
  /** @type {import("playwright-core").Worker[]} */
  const workers = [];
  page.on("worker", (worker) => workers.push(worker));
  return workers;
}

/**
 * Keeps what is posted to workers and what they say. Calls `window.onPost` when the first file was posted, and
 * `window.onStep` with the first worker when bytes were read there.
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
      // @ts-expect-error: whatever it is called with.
      super.postMessage(...args);
      if (message.file && all.onPost) queueMicrotask(all.onPost);
    }
  };
}

for (const kind of ["crc32c", "md5"]) {
  describe(`checksums by ${kind}`, () => {
    const large = setUpLargeFiles({ S3_CHECKSUMS: kind });
    before(() => {
      // The last part is no multiple of a step or a block.
      large.film = large.file("film.mp4", pieceSize + 3 * MB + 17);
    });

    test("come from a worker, under the strict policy, and are Node's", async () => {
      const { page, close } = await openPage(large.browser);
      await page.goto(`${large.demo.address}/large.html`);
      const [sums, workers] = [hearSums(page), seeWorkers(page)];
      assert.deepEqual(Object.keys(await send(page, large.film.path)), ["id"]);
      assert.deepEqual(sums, sumsOf(large.film.path, kind));
      assert.equal(workers.length, 1);
      assert.match(String(workers[0]?.url()), /\/dist\/checksum\.worker\.js\?\w{8}$/);
      // Another upload has the same one.
      await send(page, large.film.path);
      assert.equal(workers.length, 1);
      await close();
    });

    test("come from the page where no worker can be had, and are the same", async () => {
      const { page, close } = await openPage(large.browser);
      await page.addInitScript(() => Reflect.deleteProperty(window, "Worker"));
      await page.goto(`${large.demo.address}/large.html`);
      const [sums, workers] = [hearSums(page), seeWorkers(page)];
      assert.deepEqual(Object.keys(await send(page, large.film.path)), ["id"]);
      assert.deepEqual(sums, sumsOf(large.film.path, kind));
      assert.equal(workers.length, 0);
      await close();
    });
  });
}

describe("whatever becomes of the worker", () => {
  const large = setUpLargeFiles();
  before(() => {
    large.film = large.file("film.mp4", pieceSize + 3 * MB + 17);
  });

  /** @param {Page} page */
  const isRight = async (page, sums = hearSums(page), options = {}) => {
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
    ["trusted types know no policy of ours", "trusted-types another"],
  ]) {
    test(`${title}: the page sums up`, async () => {
      const { page, close } = await open({ ...(policy && { policy }) });
      const workers = seeWorkers(page);
      await isRight(page);
      // Chromium may tell of a worker that it then refuses to load.
      assert(workers.length <= 1);
      await close();
    });
  }

  for (const file of ["checksum.js", "checksum.worker.js"]) {
    for (const [title, answer] of /** @type {const} */ ([
      ["is not there", undefined],
      ["is not the one that was built", " "],
    ])) {
      test(`${file} ${title}: no byte of it runs, and the page sums up`, async () => {
        const { page, close } = await open();
        await page.route(`**/dist/${file}*`, async (route) => {
          if (answer === undefined) return route.abort();
          const response = await route.fetch();
          return route.fulfill({ response, body: (await response.text()) + answer });
        });
        const workers = seeWorkers(page);
        await isRight(page);
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
      "dies",
      (worker) => {
        worker.terminate();
        worker.dispatchEvent(new ErrorEvent("error"));
      },
    ],
    ["falls silent", (worker) => worker.terminate()],
    [
      "says nonsense",
      (worker, { data: { id } }) => {
        worker.terminate();
        worker.dispatchEvent(new MessageEvent("message", { data: { id, sum: "<img src=x>" } }));
        worker.dispatchEvent(new ErrorEvent("error"));
      },
    ],
  ])) {
    test(`a worker that ${title} in the middle: the page sums up`, async () => {
      const { page, close } = await open({ init: watchWorkers });
      await page.evaluate(`window.onStep = ${fail}`);
      await isRight(page);
      assert.equal(await page.evaluate("window.onStep === undefined"), true);
      await close();
    });
  }

  test("a file that can't be posted is summed up by the page", async () => {
    const { page, close } = await open({
      init() {
        const post = Worker.prototype.postMessage;
        Worker.prototype.postMessage = function (/** @type {any[]} */ ...args) {
          if (args[0]?.file) throw new DOMException("not cloned", "DataCloneError");
          // @ts-expect-error: whatever it is called with.
          return post.apply(this, args);
        };
      },
    });
    await isRight(page);
    await close();
  });

  test("an upload that is cancelled stops its sums in the worker", async () => {
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
    // The worker says that it has stopped.
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

  test("a worker that nobody needs any more ends, and another sums up what comes later", async () => {
    const { page, close } = await open();
    const workers = seeWorkers(page);
    await page.clock.install();
    await isRight(page);
    assert.equal(workers.length, 1);
    const gone = workers[0]?.waitForEvent("close");
    await page.clock.fastForward(10_000);
    await gone;
    await isRight(page);
    assert.equal(workers.length, 2);
    await close();
  });

  test("a file that has changed is said to have, by the page and by the worker alike", async () => {
    const messages = [];
    for (const init of [undefined, () => Reflect.deleteProperty(window, "Worker")]) {
      const { page, close } = await open({ ...(init && { init }) });
      const path = join(large.files.folder, `changing-${messages.length}.mp4`);
      copyFileSync(large.film.path, path);
      // Chromium compares whole seconds, so the change must come in another one.
      utimesSync(path, new Date(2001, 1, 1), new Date(2001, 1, 1));
      const sent = await send(page, path, { change: () => appendFileSync(path, "more") });
      assert.equal(sent.code, "file-unreadable");
      messages.push(sent.message);
      await close();
    }
    assert.match(String(messages[0]), /changed/);
    assert.equal(messages[0], messages[1]);
  });

  test("without the wasm there are no sums: tried again, and then said what to deploy", async () => {
    const { page, close } = await open();
    let tries = 0;
    await page.route("**/dist/checksum.wasm*", (route) => {
      tries += 1;
      // Each try asks past the cache as well, and then why.
      return tries <= 3 ? route.abort() : route.continue();
    });
    await isRight(page);
    await page.unroute("**/dist/checksum.wasm*");
    await close();
    const second = await open();
    await second.page.route("**/dist/checksum.wasm*", (route) => route.fulfill({ status: 404 }));
    const { code, message } = await send(second.page, large.film.path);
    assert.equal(code, "not-loaded");
    assert.match(String(message), /^checksum\.wasm could not be loaded: 404 .*Deploy all files/);
    await second.close();
  });

  test("the build in one file loads nothing, and sums up in the page", async () => {
    const { page, close } = await open();
    /** @type {string[]} */
    const loaded = [];
    page.on("request", (request) => loaded.push(request.url().replace(/^.*\/dist\//, "dist/")));
    await isRight(page, hearSums(page), { entry: "inline.js" });
    assert.deepEqual(
      loaded.filter((url) => url.startsWith("dist/")),
      ["dist/inline.js"],
    );
    await close();
  });

  test("a folder of another origin: its wasm sums up in the page", async () => {
    const { page, close } = await open({ bypassCSP: true });
    const workers = seeWorkers(page);
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
    await isRight(page, hearSums(page), { base: "http://other.test/dist/" });
    assert.equal(workers.length, 0);
    await close();
  });

  test("an uploader that runs in a worker sums up there", async () => {
    const { page, close } = await open();
    const workers = seeWorkers(page);
    const sums = hearSums(page);
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
