// Tests pages with libraries that replace the platform's requests, events and promises. Uploads must work with them,
// and no late call of a callback may crash the wasm.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { build } from "esbuild";

import { root } from "../../pkg-config/run.mjs";
import { large } from "./faults.mjs";
import {
  drop,
  launchBrowser,
  openPage,
  planFaults,
  seenAt,
  startDemo,
  temporaryFolder,
} from "./support.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {import("./support.mjs").Demo} */
let demo;
const { folder, remove } = temporaryFolder();
const dropped = join(folder, "dropped.txt");

before(async () => {
  writeFileSync(dropped, "dropped");
  const starting = startDemo({ pages: "tests/e2e/pages", settings: { STAND_IN_FAULTS: "1" } });
  [browser, demo] = await Promise.all([launchBrowser(), starting]);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
  remove();
});

/** Defines `toJSON` like older libraries, which changes the JSON of lists, texts and numbers. */
const olderJson = `
  for (const { prototype } of [Array, String, Number]) {
    prototype.toJSON = function () { return "<" + this + ">"; };
  }`;

/** Removes features from the browser, so that a polyfill replaces them. */
const lacking =
  "for (const name of ['Promise', 'URL', 'URLSearchParams']) delete globalThis[name];";

/** Replaces XMLHttpRequest with a minimal one that dispatches its own events. */
const bareRequests = `
  const Native = XMLHttpRequest;
  globalThis.XMLHttpRequest = class {
    #native = new Native();
    #heard = [];
    upload = { addEventListener: (type, tell) => this.#native.upload.addEventListener(type, ({ loaded }) => tell({ loaded })) };
    constructor() {
      this.#native.onloadend = () => { for (const tell of this.#heard) tell({}); };
    }
    get status() { return this.#native.status; }
    get responseText() { return this.#native.responseText; }
    getAllResponseHeaders() { return null; }
    open(...all) { this.#native.open(...all); }
    setRequestHeader(...all) { this.#native.setRequestHeader(...all); }
    send(body) { this.#native.send(body); }
    abort() { this.#native.abort(); throw new Error("This library does not stop requests."); }
    addEventListener(type, tell) { if (type === "loadend") this.#heard.push(tell); }
    removeEventListener() { throw new Error("This library only adds."); }
  };`;

/** Makes removing listeners, aborting requests and clearing timers have no effect. */
const neverLetsGo = `
  EventTarget.prototype.removeEventListener = () => {};
  XMLHttpRequest.prototype.abort = () => {};
  globalThis.clearTimeout = () => {};`;

/** Records every callback that the platform gets, so that the test can call it. */
const remembers = `
  const handed = [];
  const { instantiate } = WebAssembly;
  globalThis.instances = 0;
  WebAssembly.instantiate = (...all) => {
    instances += 1;
    return instantiate(...all);
  };
  const keep = (object, name, argumentsOf) => {
    const own = object[name];
    object[name] = function (...all) {
      handed.push(...argumentsOf(all, this).filter(([call]) => call));
      return own.apply(this ?? globalThis, all);
    };
  };
  keep(EventTarget.prototype, "addEventListener", ([type, listener]) => {
    // These events belong to the page.
    if (/^(upload-|complete)/.test(type)) return [];
    const call = listener?.handleEvent?.bind(listener) ?? listener;
    return [[call, new Event(type)]];
  });
  for (const name of ["setTimeout", "requestAnimationFrame", "queueMicrotask"]) {
    keep(globalThis, name, ([call]) => [[call, 0]]);
  }
  for (const name of ["then", "catch", "finally"]) {
    // A promise never settles twice, so this only calls callbacks of the wasm again.
    const isWasms = (call) => call && "_wbg_cb_unref" in call;
    keep(Promise.prototype, name, (calls) => calls.filter(isWasms).map((call) => [call]));
  }
  globalThis.callAll = () => {
    // Ignores callbacks that are added meanwhile.
    const all = handed.splice(0);
    for (const [call, argument] of [...all, ...all]) {
      try {
        call(argument);
      } catch {}
    }
    return [all.length, all.filter(([call]) => "_wbg_cb_unref" in call).length];
  };`;

/**
 * The scripts that run first in a page, as modules to be bundled.
 *
 * @type {Record<string, string>}
 */
const wrappers = {
  "zone.js 0.11": 'import "zone.js-0.11";',
  "zone.js 0.14.2": 'import "zone.js-0.14";',
  "zone.js 0.16": 'import "zone.js-0.16";',
  xhook: `
    import xhook from "xhook";
    xhook.before((request) => { request.headers = { ...request.headers, "x-hook": "1" }; });
    xhook.after((request, response) => {});`,
  "ajax-hook": `
    import { proxy } from "ajax-hook";
    proxy({
      onRequest: (config, handler) => handler.next(config),
      onResponse: (response, handler) => handler.next(response),
      onError: (error, handler) => handler.next(error),
    });`,
  Sentry: `
    import * as Sentry from "@sentry/browser";
    Sentry.init({
      dsn: "http://key@localhost/1",
      integrations: [Sentry.browserTracingIntegration()],
      tracesSampleRate: 1,
      transport: () => ({ send: async () => ({}), flush: async () => true }),
    });`,
  "core-js": 'import "core-js-bundle";',
  "core-js, in place of what the browser has": `import "./lacking"; import "core-js-bundle";`,
  "Prototype.js": 'import "prototype";',
  "a library that writes JSON within JSON": olderJson,
  "a library that makes bare requests": bareRequests,
  "a library that never lets go": neverLetsGo,
};

/**
 * @param {string} contents
 * @returns {Promise<string>} a classic script
 */
async function bundle(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(root, "tests/e2e/wrappers") },
    bundle: true,
    write: false,
    format: "iife",
    logLevel: "error",
    plugins: [
      {
        name: "lacking",
        setup({ onLoad, onResolve }) {
          onResolve({ filter: /^\.\/lacking$/ }, ({ path }) => ({ path, namespace: "lacking" }));
          onLoad({ filter: /./, namespace: "lacking" }, () => ({ contents: lacking }));
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? "";
}

/**
 * Opens a page that runs this script first.
 *
 * @param {string} content
 */
async function open(content) {
  const opened = await openPage(browser);
  await opened.page.addInitScript({ content });
  await opened.page.goto(`${demo.address}/empty.html`);
  return opened;
}

const counts = async () => (await seenAt(demo.host)).counts;

/** Uploads two files, and pauses one in the middle. @param {number} size */
async function pauseOne(size) {
  const { Uploader } = await import("/dist/index.js");
  const uploader = new Uploader({ endpoint: "/api/uploads", retryDelays: [10, 20, 30] });
  /** @type {string[]} */
  const told = [];
  /** @type {Map<string, [attempt: number, loaded: number]>} */
  const last = new Map();
  uploader.addEventListener("upload-progress", ({ detail: { file, progress } }) => {
    const [attempt, loaded] = last.get(file.name) ?? [0, 0];
    if (attempt === progress.attempt && progress.loaded < loaded) told.push("backward");
    last.set(file.name, [progress.attempt, progress.loaded]);
    if (progress.loaded > progress.total || progress.percentage > 100) told.push("too much");
  });
  for (const name of /** @type {const} */ (["upload-retry", "upload-error"])) {
    uploader.addEventListener(name, ({ detail: { file, error } }) => {
      told.push(`${name} ${file.name} ${error.code} ${error.message}`);
    });
  }
  const next = (/** @type {any} */ name, /** @type {(file: any) => boolean} */ isIt) =>
    new Promise((resolve) => {
      const look = (/** @type {any} */ { detail: { file } }) => isIt(file) && resolve(undefined);
      uploader.addEventListener(name, look);
    });
  const bytes = (/** @type {number} */ fill) => new Uint8Array(size).fill(fill);
  const [one] = await uploader.add([new File([bytes(1)], "one")]);
  const isHalfway = next("upload-progress", ({ name, progress }) => {
    return name === "one" && progress.loaded > 0;
  });
  const isStored = next("upload-success", ({ name }) => name === "two");
  const run = uploader.start();
  await isHalfway;
  await uploader.add([new File([bytes(2)], "two")]);
  uploader.start();
  uploader.pause(one.id);
  await isStored;
  const between = uploader.files.map(({ state }) => state);
  uploader.resume(one.id);
  await run;
  return { told, between, media: uploader.files.map(({ media }) => media) };
}

/** Aborts an upload, and starts another one. @param {number} size */
async function abortOne(size) {
  const { upload } = await import("/dist/index.js");
  const controller = new AbortController();
  const options = { endpoint: "/api/uploads", signal: controller.signal };
  const onProgress = (/** @type {any} */ { loaded }) => {
    if (loaded > 0) controller.abort("enough");
  };
  const reason = await upload(new Blob([new Uint8Array(size)]), { ...options, onProgress }).then(
    () => "it was stored",
    (reason) => reason,
  );
  const props = { list: [1, "two", { three: [true] }] };
  const media = await upload(new Blob(["after"]), { endpoint: "/api/uploads", props });
  return { reason, media };
}

/** Adds and removes an element, and adds another one. */
async function replaceElement() {
  const entry = "/dist/element.js";
  await import(entry);
  const create = () => {
    const element = document.createElement("ittybit-uploader");
    element.setAttribute("endpoint", "/api/uploads");
    element.setAttribute("auto", "");
    document.body.append(element);
    return element;
  };
  const first = /** @type {any} */ (create());
  await first.add([new File(["first"], "first.txt")]);
  await new Promise((resolve) => first.addEventListener("upload-success", resolve));
  first.remove();
  await new Promise((resolve) => setTimeout(resolve));
  const second = create();
  second.id = "second";
  /** @type {any} */ (window).stored = new Promise((resolve) => {
    second.addEventListener("upload-success", (/** @type {any} */ { detail }) => {
      resolve(detail.media);
    });
  });
}

for (const [name, contents] of Object.entries(wrappers)) {
  describe(`in a page with ${name}`, () => {
    /** @type {Awaited<ReturnType<typeof openPage>>} */
    let opened;
    before(async () => {
      opened = await open(await bundle(contents));
    });
    after(() => opened?.close());

    test("pauses one of two files, and stores both once", async () => {
      await planFaults(demo.host, { store: [{ kind: "hang-in-body", bytes: 1_000_000 }] });
      const { media, ...outcome } = await opened.page.evaluate(pauseOne, large);
      assert.deepEqual(outcome, { told: [], between: ["paused", "done"] });
      assert.deepEqual(
        media.map((media) => demo.stored(/** @type {any} */ (media)).at(-1)),
        [1, 2],
      );
      assert.equal((await counts()).files_stored, 2);
    });

    test("aborts one upload, and stores the next", async () => {
      await planFaults(demo.host, { store: [{ kind: "hang-in-body", bytes: 1_000_000 }] });
      /** @type {string[]} */
      const bodies = [];
      opened.page.on("request", (request) => {
        if (request.url().endsWith("/api/uploads")) bodies.push(request.postData() ?? "");
      });
      const { reason, media } = await opened.page.evaluate(abortOne, large);
      const { filename, filesize, props } = JSON.parse(bodies.at(-1) ?? "");
      assert.deepEqual([filename, filesize], ["blob", 5]);
      assert.deepEqual(props, { list: [1, "two", { three: [true] }] });
      assert.equal(reason, "enough");
      assert.equal(demo.stored(/** @type {any} */ (media)).toString(), "after");
      assert.equal((await counts()).files_stored, 1);
    });

    test("a second element accepts a drop", async () => {
      await planFaults(demo.host, {});
      await opened.page.evaluate(replaceElement);
      await drop(opened.page, "#second", [dropped]);
      const media = await opened.page.evaluate(() => /** @type {any} */ (window).stored);
      assert.equal(demo.stored(media).toString(), "dropped");
    });
  });
}

test("the wasm survives late and repeated calls of all its callbacks", async () => {
  const { page, close } = await open(remembers);
  await planFaults(demo.host, { store: [{ kind: "hang-in-body", bytes: 1_000_000 }] });
  const { told } = await page.evaluate(pauseOne, large);
  await planFaults(demo.host, { store: [{ kind: "hang-in-body", bytes: 1_000_000 }] });
  await page.evaluate(abortOne, large);
  await page.evaluate(replaceElement);
  const outcome = await page.evaluate(async () => {
    const { Uploader, upload } = await import("/dist/index.js");
    const { signal } = new AbortController();
    const options = { endpoint: "/api/uploads", signal };
    const uploader = new Uploader(options);
    /** @type {string[]} */
    const told = [];
    for (const name of /** @type {const} */ (["upload-error", "upload-retry", "complete"])) {
      uploader.addEventListener(name, () => told.push(name));
    }
    const endpoint = () => new Promise(() => {});
    const [file] = await uploader.add([new File(["x"], "x")]);
    await uploader.start();
    const waiting = new Uploader({ endpoint });
    await waiting.add([new File(["y"], "y")]);
    waiting.start().catch(() => {});
    await new Promise((resolve) => waiting.addEventListener("upload-start", resolve));
    waiting.destroy();
    told.length = 0;
    const { callAll } = /** @type {any} */ (globalThis);
    const before = /** @type {any} */ (globalThis).instances;
    const [called, ofTheWasm] = callAll();
    const later = await upload(new Blob(["later"]), options);
    return {
      isMuch: called > 50,
      ofTheWasm,
      isNew: /** @type {any} */ (globalThis).instances > before,
      states: [file.state, ...waiting.files.map(({ state }) => state)],
      told,
      later,
    };
  });
  const { later, ...rest } = outcome;
  // The platform gets none of the wasm's own callbacks: JavaScript stands between.
  assert.deepEqual(rest, {
    ...{ isMuch: true, ofTheWasm: 0, isNew: false },
    ...{ states: ["done", "cancelled"], told: [] },
  });
  assert.deepEqual(told, []);
  assert.equal(demo.stored(/** @type {any} */ (later)).toString(), "later");
  await close();
});
