// Tests things that never answer or mislead, in a real browser: closed windows, databases that hang, service workers
// that swallow progress, and a browser that wrongly reports to be offline. Every upload must end.

import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";

import { setUpElements } from "./element.mjs";
import { answer, failures, setUpFaultyHost } from "./faults.mjs";
import { startHost } from "./host.mjs";
import { openPage as openAnyPage } from "./support.mjs";

const host = setUpFaultyHost();
const elements = setUpElements();

/** In bytes. Uploads from 5 MiB on are stored for a later visit. */
const remembered = 6 * 1024 * 1024;

/** @type {(() => Promise<void>)[]} */
const running = [];

/** Opens a page that can send files to the test's own host, and register a service worker. */
async function openPage() {
  const { page, close } = await openAnyPage(elements.browser, { bypassCSP: true });
  running.push(close);
  await page.goto(`${host.demo.address}/empty.html`);
  return page;
}

/** @type {typeof startHost} */
async function ownHost(take) {
  const own = await startHost(take);
  running.push(own.stop);
  return own;
}

afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

test("loading the wasm times out after a minute", async () => {
  const page = await openPage();
  await page.route("**/*.wasm*", () => {});
  const told = await page.evaluate(async () => {
    const { setTimeout: wait } = window;
    Object.assign(window, {
      setTimeout: (/** @type {() => void} */ act, time = 0) =>
        wait(act, time === 60_000 ? 1 : time),
    });
    const { upload } = await import("/dist/index.js");
    return upload(new Blob(["x"]), { endpoint: "/api/uploads" }).catch(
      ({ code, retryable }) => `${code} ${retryable}`,
    );
  });
  assert.equal(told, "not-loaded true");
});

/**
 * Uploads a file of zeros to a host of the test's own.
 *
 * @param {import("playwright-core").Page} page
 * @param {any} target
 * @param {number} size
 * @param {object} [options]
 */
function uploadTo(page, target, size, options) {
  return page.evaluate(
    async ({ target, size, options }) => {
      const { upload } = await import("/dist/index.js");
      /** @type {any[]} */
      const retries = [];
      /** @type {string[]} */
      const phases = [];
      const file = new File([new Uint8Array(size)], "film.mp4", { type: "video/mp4" });
      try {
        const media = await upload(file, {
          endpoint: async () => target,
          retryDelays: [10, 20],
          ...options,
          onRetry: ({ delay, error }) => retries.push([error.code, error.status, delay]),
          onProgress: ({ phase }) => {
            if (phases.at(-1) !== phase) phases.push(phase);
          },
        });
        return { media, retries, phases };
      } catch (error) {
        const { code, message } = /** @type {any} */ (error);
        return { error: { code, message }, retries, phases };
      }
    },
    { target, size, options },
  );
}

describe("a file of a closed window", () => {
  for (const protocol of ["simple", "resumable", "multipart"]) {
    test(`is uploaded: ${protocol}`, async () => {
      const size = remembered;
      const media = await host.page.evaluate(
        async ({ protocol, size }) => {
          const { upload } = await import("/dist/index.js");
          const frame = document.body.appendChild(document.createElement("iframe"));
          const window = /** @type {any} */ (frame.contentWindow);
          const file = new window.File([new Uint8Array(size).fill(7)], "film.mp4");
          frame.remove();
          return upload(file, { endpoint: "/api/uploads", retryDelays: [], props: { protocol } });
        },
        { protocol: protocol === "simple" ? undefined : protocol, size },
      );
      assert.equal(/** @type {any} */ (media).filesize, size);
    });
  }

  test("has a row like any other", async () => {
    const element = await elements.open(
      '<ittybit-uploader endpoint="/api/uploads"></ittybit-uploader>',
    );
    await element.page.evaluate(async () => {
      const frame = document.body.appendChild(document.createElement("iframe"));
      const { File } = /** @type {any} */ (frame.contentWindow);
      const canvas = document.createElement("canvas");
      const blob = await new Promise((resolve) => canvas.toBlob(resolve));
      const file = new File([blob], "picture.png", { type: "image/png" });
      frame.remove();
      await /** @type {any} */ (document.querySelector("ittybit-uploader")).add([file]);
    });
    await element.part("picture").waitFor();
  });
});

describe("optional steps time out", () => {
  /** @type {Record<string, () => void>} */
  const silences = {
    "a database that never opens": () => {
      indexedDB.open = () => /** @type {any} */ ({});
    },
    "a database that never ends a transaction": () => {
      IDBDatabase.prototype.transaction = () =>
        /** @type {any} */ ({ objectStore: () => ({ getAll: () => ({}), put: () => ({}) }) });
    },
    "locks that are never granted": () => {
      LockManager.prototype.request = () => new Promise(() => {});
      LockManager.prototype.query = () => new Promise(() => {});
    },
    "a file that has no samples to know it by": () => {
      // The first read is a sample. Later reads are for sending.
      let count = 0;
      for (const { prototype } of [Blob, Response]) {
        const { arrayBuffer } = prototype;
        prototype.arrayBuffer = function () {
          return count++ === 0 ? new Promise(() => {}) : arrayBuffer.call(this);
        };
      }
    },
  };
  for (const [name, silence] of Object.entries(silences)) {
    for (const kind of ["an address", "a function"]) {
      test(`${name}: the endpoint is ${kind}`, async () => {
        if (name.includes("samples")) {
          // Samples are only compared if there is an entry of an earlier visit.
          await host.page.evaluate(leaveEntry, { size: remembered, way: kind });
        }
        await host.page.evaluate(silence);
        const told = await host.page.evaluate(
          async ({ size, kind }) => {
            const { Uploader } = await import("/dist/index.js");
            /** @type {any} */
            const endpoint =
              kind === "an address"
                ? "/api/uploads"
                : async (/** @type {any} */ file, /** @type {any} */ { idempotencyKey }) => {
                    const body = JSON.stringify(file);
                    const headers = {
                      "content-type": "application/json",
                      "idempotency-key": idempotencyKey,
                    };
                    const response = await fetch("/api/uploads", { method: "POST", body, headers });
                    return response.json();
                  };
            const uploader = new Uploader({
              endpoint,
              endpointName: "ours",
              owner: "ada",
              retryDelays: [],
              stallTimeout: 15_000,
            });
            const files = ["a.mp4", "b.mp4", "c.mp4"];
            const bytes = new Uint8Array(size);
            const made = { lastModified: 1, type: "video/mp4" };
            await uploader.add(files.map((name) => new File([bytes], name, made)));
            const { successful, failed } = await uploader.start();
            const left = await uploader.recover();
            return [successful.length, failed.map(({ error }) => error?.message), left.length];
          },
          { size: remembered, kind },
        );
        assert.deepEqual(told, [3, [], name.includes("samples") ? 1 : 0]);
      });
    }
  }

  test("a database that hung once is not waited for again", async () => {
    const { page } = host;
    // The test controls the time.
    await page.clock.install();
    await page.evaluate(async (size) => {
      const { Uploader } = await import("/dist/index.js");
      /** @type {any} */
      const told = globalThis;
      const asked = new Promise((resolve) => {
        indexedDB.open = () => {
          resolve(undefined);
          return /** @type {any} */ ({});
        };
      });
      const uploader = new Uploader({ endpoint: "/api/uploads", retryDelays: [], limit: 1 });
      const names = Array.from({ length: 5 }, (_, number) => `${number}.mp4`);
      await uploader.add(names.map((name) => new File([new Uint8Array(size)], name)));
      told.result = uploader.start();
      await asked;
    }, remembered);
    await page.clock.runFor(1000);
    const stored = await page.evaluate(async () => {
      const { successful } = await /** @type {any} */ (globalThis).result;
      return successful.length;
    });
    assert.equal(stored, 5);
  });

  test("the element uses English until other words are loaded", async () => {
    const element = await elements.open("", { lang: "de", isDrawn: false });
    /** @type {() => void} */
    let letGo = () => {};
    const held = new Promise((resolve) => {
      letGo = () => resolve(undefined);
    });
    await element.page.route("**/words/de.js*", async (route) => {
      await held;
      await route.continue();
    });
    // Creates the element now, so that the words are held back first.
    await element.page.evaluate(() => {
      const uploader = document.createElement("ittybit-uploader");
      uploader.setAttribute("endpoint", "/api/uploads");
      document.body.append(uploader);
    });
    await element.part("frame").waitFor();
    const english = await element.part("frame").textContent();
    letGo();
    await element.page.waitForFunction((english) => {
      const frame = document
        .querySelector("ittybit-uploader")
        ?.shadowRoot?.querySelector('[part~="frame"]');
      return /** @type {HTMLElement} */ (frame).textContent !== english;
    }, english);
  });
});

/**
 * Stores an entry for `a.mp4` as an earlier visit would, whose samples don't match.
 *
 * @param {{ size: number, way: string }} what
 */
async function leaveEntry({ size, way }) {
  const hash = (/** @type {Uint8Array} */ bytes) =>
    bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5);
  const text = (/** @type {string} */ text) => new TextEncoder().encode(text);
  const owner = new Uint8Array(await crypto.subtle.digest("SHA-256", text("ittybit-uploader ada")));
  const mark = Array.from(owner, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const where = way === "an address" ? "/api/uploads" : ["ours"];
  const open = indexedDB.open("ittybit-uploader", 1);
  open.onupgradeneeded = () => open.result.createObjectStore("uploads", { keyPath: "id" });
  await new Promise((resolve) => open.addEventListener("success", resolve));
  const put = open.result
    .transaction("uploads", "readwrite")
    .objectStore("uploads")
    .put({
      id: "an earlier visit's",
      file: ["a.mp4", size, 1, "video/mp4"],
      sample: 1,
      owner: mark,
      way: hash(text(JSON.stringify([where, undefined, mark]))),
      endpoint: undefined,
      uploadId: undefined,
      partSize: 0,
      loaded: size / 2,
      touched: Date.now(),
    });
  await new Promise((resolve) => put.addEventListener("success", resolve));
  open.result.close();
}

describe("the error names the step that timed out", () => {
  test("the app's headers", async () => {
    const { error } = await host.page.evaluate(async () => {
      const { upload } = await import("/dist/index.js");
      const headers = () => new Promise(() => {});
      return upload(new File(["x"], "x.mp4"), {
        endpoint: "/api/uploads",
        headers: /** @type {any} */ (headers),
        stallTimeout: 600,
        retryDelays: [],
      }).then(
        () => ({ error: undefined }),
        ({ code, message }) => ({ error: [code, message] }),
      );
    });
    assert.deepEqual(error, [
      "stalled",
      "The app's backend was not asked: `options.headers` did not answer in time.",
    ]);
    assert.deepEqual(host.requests, []);
  });

  for (const protocol of [undefined, "resumable", "multipart"]) {
    test(`a file that can't be read in time: ${protocol ?? "simple"}`, async () => {
      const { error } = await host.page.evaluate(async (protocol) => {
        const { upload } = await import("/dist/index.js");
        for (const { prototype } of [Blob, Response]) {
          prototype.arrayBuffer = () => new Promise(() => {});
        }
        // A worker would read the file with its own `Blob`.
        Reflect.deleteProperty(globalThis, "Worker");
        return upload(new File(["x"], "x.mp4"), {
          endpoint: "/api/uploads",
          props: { protocol },
          stallTimeout: 600,
          responseTimeout: 600,
        }).then(
          () => ({ error: undefined }),
          ({ code, message, attempt }) => ({ error: [code, message, attempt] }),
        );
      }, protocol);
      const message =
        "This file can't be read: its device or page does not answer. Choose it again.";
      assert.deepEqual(error, ["file-unreadable", message, 1]);
    });
  }
});

describe("answers take precedence over hints", () => {
  /** Opens a page whose requests go through a service worker. */
  async function openPassedOn() {
    const page = await openPage();
    await page.evaluate(async () => {
      const { serviceWorker } = navigator;
      const taken = new Promise((resolve) =>
        serviceWorker.addEventListener("controllerchange", resolve),
      );
      await serviceWorker.register("/passing-worker.js");
      if (!serviceWorker.controller) await taken;
    });
    return page;
  }

  test("a service worker that swallows progress causes no stall", async () => {
    const page = await openPassedOn();
    await host.plan({ store: [{ kind: "slow", bytes_per_second: 4_000_000 }] });
    const told = await uploadTo(page, undefined, 12_000_000, {
      endpoint: "/api/uploads",
      stallTimeout: 1000,
    });
    assert.deepEqual([told.error, told.retries], [undefined, []]);
    const { uploads, files } = await host.counts();
    assert.deepEqual([uploads, files], [1, 1]);
  });

  test("a host that hangs behind a service worker times out", async () => {
    const page = await openPassedOn();
    await host.plan({ store: [{ kind: "hang-in-body", bytes: 1_000_000 }] });
    const told = await uploadTo(page, undefined, 12_000_000, {
      endpoint: "/api/uploads",
      stallTimeout: 500,
      responseTimeout: 1500,
    });
    assert.deepEqual([told.error, told.retries.length], [undefined, 1]);
    assert.equal(told.retries[0]?.[0], "stalled");
    assert.equal((await host.counts()).files, 1);
  });

  test("if requests are answered, a browser that reports to be offline is ignored", async () => {
    await host.page.evaluate(() => {
      Object.defineProperty(Navigator.prototype, "onLine", { get: () => false });
    });
    await host.plan({ store: [answer(503), answer(503)] });
    const told = await host.upload();
    assert.deepEqual(failures(told), [503, 503]);
    assert.equal((await host.counts()).files, 1);
  });

  for (const status of [507, 520, 524, 529, 599]) {
    test(`${status} is a temporary error`, async () => {
      await host.plan({ store: [answer(status)], create: [answer(status)] });
      const told = await host.upload();
      assert.equal(told.error, undefined);
      assert.equal(failures(told).length, 2);
    });
  }

  test("a chunk that is too large is split if smaller ones were accepted", async () => {
    const MiB = 1024 * 1024;
    const size = 50 * MiB;
    let stored = 0;
    const strict = await ownHost(({ bytes }) => {
      if (bytes > 8 * MiB) return { status: 413 };
      stored += bytes;
      return stored === size ? { status: 201, body: { id: "med_1" } } : { status: 202 };
    });
    const target = { url: strict.url, protocol: "resumable" };
    const told = await uploadTo(await openPage(), target, size, { parallelParts: 1 });
    assert.deepEqual([told.media, told.retries], [{ id: "med_1" }, [["too-large", 413, 0]]]);
    const sizes = strict.seen.map(({ bytes }) => bytes / MiB);
    assert.deepEqual(sizes, [8, 16, 8, 8, 8, 8, 8, 2]);
  });

  test("a chunk is never larger than the host's limit", async () => {
    const MiB = 1024 * 1024;
    let stored = 0;
    const strict = await ownHost(({ bytes }) => {
      if (bytes > 4 * MiB) return { status: 413 };
      stored += bytes;
      return stored === 20 * MiB ? { status: 201, body: { id: "med_1" } } : { status: 202 };
    });
    for (const chunkSize of [undefined, 16 * MiB]) {
      stored = 0;
      const target = { url: strict.url, protocol: "resumable", chunk_size: 4 * MiB };
      const told = await uploadTo(await openPage(), target, 20 * MiB, {
        chunkSize,
        parallelParts: 1,
      });
      assert.deepEqual([told.media, told.retries], [{ id: "med_1" }, []]);
    }
  });

  for (const error of [false, "", 0, null, []]) {
    test(`an envelope whose error is ${JSON.stringify(error)} is a success`, async () => {
      const media = { id: "med_1" };
      const own = await ownHost(() => ({ status: 201, body: { data: media, error } }));
      const target = { data: { url: own.url }, error };
      const told = await uploadTo(await openPage(), target, 5);
      assert.deepEqual([told.media, told.retries], [media, []]);
    });
  }

  test("a date in Retry-After is compared with the server's clock", async () => {
    let asked = 0;
    const hours = 3_600_000;
    const now = Math.floor(Date.now() / 1000) * 1000;
    await host.page.route("**/api/uploads", async (route) => {
      asked += 1;
      // The server's clock is an hour behind, then an hour ahead. It asks for a second, then for no wait.
      const date = now + (asked === 1 ? -hours : hours);
      const after = date + (asked === 1 ? 1000 : -5000);
      if (asked > 3) return route.continue();
      // A fraction of a second is neither seconds nor a date.
      if (asked === 3) return route.fulfill({ status: 503, headers: { "retry-after": "0.25" } });
      return route.fulfill({
        status: 503,
        headers: {
          date: new Date(date).toUTCString(),
          "retry-after": new Date(after).toUTCString(),
        },
      });
    });
    const told = await host.upload();
    assert.deepEqual(
      told.retries.map(({ delay }) => delay),
      [1000, 0, 250],
    );
    assert.equal(told.error, undefined);
  });
});
