// Tests which unfinished uploads the browser stores, and when uploads are aborted at the store.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { checkProgress, of, setUpLargeFilm, slow } from "./large.mjs";

const large = setUpLargeFilm();

/**
 * Waits until the store has this many unfinished uploads.
 *
 * @param {number} count
 */
async function isOpen(count) {
  while ((await large.seen("multipart")).open !== count) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("abandoned uploads", () => {
  for (const command of /** @type {const} */ (["cancel", "remove"])) {
    test(`${command}() aborts the upload at the store`, async () => {
      const page = await large.begin("multipart", 30);
      const { open } = await large.seen("multipart");
      await page.command(command);
      await isOpen(open - 1);
      assert.deepEqual(await page.recoverable(), []);
      await page.close();
    });
  }

  test("forget() aborts an upload of an earlier visit", async () => {
    const page = await large.begin("multipart", 30);
    const { open } = await large.seen("multipart");
    await page.page.reload();
    const again = await large.open({ protocol: "multipart", page: page.page });
    await again.forget();
    await isOpen(open - 1);
    await page.close();
  });

  test("an upload that the store no longer has starts again", async () => {
    const page = await large.begin("multipart", 50);
    await page.page.reload();
    await large.settled("multipart");
    // Aborts the upload, as a lifecycle rule of the bucket does.
    await page.page.goto(`${large.demo.address}/large.html`);
    const [{ uploadId }] = await page.entries();
    const status = await page.page.evaluate(
      async (id) => (await fetch(`/api/uploads/${id}`, { method: "DELETE" })).status,
      encodeURIComponent(uploadId),
    );
    assert.equal(status, 204);
    await large.plan("multipart");
    const again = await large.open({ protocol: "multipart", page: page.page });
    await again.start(large.film.path);
    const told = await again.ends();
    await page.close();
    assert.equal(of(told, "upload-retry")[0]?.code, "url-expired");
    await large.isStored(told);
  });

  test("the browser stores no URL and no bytes of the file", async () => {
    const page = await large.begin("multipart", 60);
    const entries = await page.entries();
    assert.equal(entries.length, 1);
    const [{ loaded, uploadId, endpoint, ...entry }] = entries;
    assert(loaded > 0 && typeof uploadId === "string");
    assert.equal(endpoint, `${large.demo.address}/api/uploads`);
    assert.doesNotMatch(JSON.stringify(entry), /http|signature/i);
    assert(JSON.stringify(entries).length < 2000);
    await page.command("cancel");
    await page.close();
  });
});

describe("stored entries", () => {
  test("a file with a handle is resumed with one click", async () => {
    await large.plan("multipart", slow);
    const page = await large.open({ protocol: "multipart" });
    await page.page.evaluate(async () => {
      // Uses the page's own file system, whose handles need no permission.
      const folder = await navigator.storage.getDirectory();
      const handle = await folder.getFileHandle("film.mp4", { create: true });
      const writable = await handle.createWritable();
      for (let part = 0; part < 130; part += 1) await writable.write(new Uint8Array(1024 * 1024));
      await writable.close();
      const { uploader } = /** @type {any} */ (window);
      await uploader.add([handle]);
      uploader.start();
    });
    await page.reaches(60);
    await page.page.reload();
    await large.settled("multipart");
    const again = await large.open({ protocol: "multipart", page: page.page });
    const [left] = await again.recoverable();
    assert.equal(left.hasHandle, true);
    await again.page.evaluate(async () => {
      const [first] = await /** @type {any} */ (window).uploader.recover();
      await first.resume();
    });
    const told = await again.ends();
    await page.close();
    checkProgress(told);
    assert.equal(of(told, "upload-success").length, 1);
    assert.equal(of(told, "upload-resume").length, 1);
  });

  test("without a handle, the file must be chosen again", async () => {
    const page = await large.begin("multipart", 30);
    await page.page.reload();
    const again = await large.open({ protocol: "multipart", page: page.page });
    const error = await again.page.evaluate(async () => {
      const [first] = await /** @type {any} */ (window).uploader.recover();
      return first.resume().catch(String);
    });
    assert.match(error, /TypeError: .* picked again/);
    await again.forget();
    await page.close();
  });

  test("entries are deleted after a week", async () => {
    const page = await large.begin("multipart", 30);
    await page.page.reload();
    const again = await large.open({ protocol: "multipart", page: page.page });
    const ids = await again.page.evaluate(async () => {
      const { uploader } = /** @type {any} */ (window);
      const database = await new Promise((resolve) => {
        const request = indexedDB.open("ittybit-uploader");
        request.onsuccess = () => resolve(request.result);
      });
      const store = () => database.transaction("uploads", "readwrite").objectStore("uploads");
      const all = (/** @type {"getAll" | "getAllKeys"} */ what) =>
        new Promise((resolve) => {
          const request = store()[what]();
          request.onsuccess = () => resolve(request.result);
        });
      const [entry] = await all("getAll");
      const day = 24 * 60 * 60 * 1000;
      store().delete(entry.id);
      store().put({ ...entry, id: "old", touched: Date.now() - 7.1 * day });
      store().put({ ...entry, id: "young", touched: Date.now() - 6.9 * day });
      const listed = (await uploader.recover()).map((/** @type {any} */ { id }) => id);
      return { listed, left: await all("getAllKeys") };
    });
    await page.close();
    assert.deepEqual(ids, { listed: ["young"], left: ["young"] });
  });

  test("an upload with other options is not resumed", async () => {
    const page = await large.begin("multipart", 30);
    await page.page.reload();
    const other = await large.open({ protocol: "resumable", page: page.page });
    assert.deepEqual(await other.recoverable(), []);
    await page.close();
  });

  test("a page without a database uploads", async () => {
    await large.plan("multipart");
    const page = await large.open({ protocol: "multipart" });
    await page.page.evaluate(() => {
      indexedDB.open = () => {
        throw new DOMException("no", "SecurityError");
      };
    });
    await page.start(large.film.path);
    const told = await page.ends();
    await page.close();
    await large.isStored(told);
  });
});

describe("owners", () => {
  test("nobody can list, resume or discard another owner's uploads", async () => {
    const page = await large.begin("multipart", 20, { options: { owner: "alice@example.com" } });
    const hers = await page.entries();
    const { open } = await large.seen("multipart");
    /** @param {string} [owner] */
    const as = async (owner, options = {}) => {
      await page.page.reload();
      await large.settled("multipart");
      return large.open({
        protocol: "multipart",
        page: page.page,
        options: { owner, ...options },
      });
    };

    for (const owner of ["bob", "Alice@example.com", "", undefined]) {
      const other = await as(owner);
      assert.deepEqual(await other.recoverable(), [], `${owner}`);
      await other.forgetAll();
      assert.deepEqual(await other.entries(), hers, `${owner} forgets nothing of hers`);
    }
    const bob = await as("bob");
    await large.plan("multipart", slow);
    await bob.start(large.film.path);
    await bob.reaches(10);
    assert.deepEqual(of(await bob.told(), "upload-resume"), [], "he begins afresh");
    const entries = await bob.entries();
    assert.equal(new Set(entries.map(({ owner }) => owner)).size, 2);
    assert.doesNotMatch(JSON.stringify(entries), /alice|bob|example\.com/);
    await bob.forgetAll();
    assert.deepEqual(await bob.entries(), hers);
    await isOpen(open);

    // Signing out also discards uploads with other props.
    const alice = await as("alice@example.com", { props: { album: "summer" } });
    assert.deepEqual(await alice.recoverable(), []);
    await alice.forgetAll();
    assert.deepEqual(await alice.entries(), []);
    await isOpen(open - 1);
    await page.close();
  });

  test("without an owner nothing is listed, but the same file is resumed", async () => {
    const options = { owner: undefined };
    const page = await large.begin("multipart", 20, { options });
    const [before] = await page.entries();
    await page.page.reload();
    await large.settled("multipart");
    const again = await large.open({ protocol: "multipart", page: page.page, options });
    assert.deepEqual(await again.recoverable(), []);
    await large.plan("multipart", slow);
    await again.start(large.film.path);
    await again.reaches(30);
    const { length, 0: entry } = await again.entries();
    assert.deepEqual([length, entry.id], [1, before.id], "it is the same upload");
    await again.forgetAll();
    assert.deepEqual(await again.entries(), []);
    await page.close();
  });

  test("signing out ends uploads, also in another window, and deletes their entries", async () => {
    const page = await large.begin("multipart", 10);
    const tab = await page.page.context().newPage();
    const other = await large.open({ protocol: "multipart", page: tab });
    await other.forgetAll();
    assert.deepEqual(await other.entries(), []);
    await page.reaches(40);
    assert.deepEqual(await other.entries(), []);
    const { open } = await large.seen("multipart");
    await page.forgetAll();
    await isOpen(open - 1);
    const files = await page.page.evaluate(() => /** @type {any} */ (window).uploader.files);
    assert.deepEqual(files, []);
    await page.close();
  });

  test("uploads of endpoint functions are stored by name, and not without one", async () => {
    const page = await large.open({ protocol: "multipart" });
    await large.plan("multipart", slow);
    const kept = await page.page.evaluate(async () => {
      const { Uploader } = await import("/dist/index.js");
      const file = new File([new Uint8Array(40 * 1024 * 1024)], "film.mp4");
      /** @param {object} options */
      const uploaderOf = (options) =>
        new Uploader({
          owner: "alice",
          ...options,
          endpoint: async (file, { idempotencyKey }) => {
            const response = await fetch("/api/uploads", {
              method: "POST",
              headers: {
                "content-type": "application/json",
                "idempotency-key": idempotencyKey,
              },
              body: JSON.stringify({ ...file, props: { protocol: "multipart" } }),
            });
            const target = await response.json();
            return { ...(target.data ?? target), endpoint: "/api/uploads" };
          },
        });
      /** @type {Record<string, string[]>} */
      const kept = {};
      const listed = async (/** @type {string | undefined} */ endpointName) =>
        (await uploaderOf({ endpointName }).recover()).map(({ name }) => `${endpointName} ${name}`);
      for (const [name, options] of Object.entries({
        plain: { endpointName: "one" },
        forgetful: { endpointName: "one", remember: false },
        nameless: {},
        named: { endpointName: "one" },
      })) {
        // Web Crypto is missing, as on a page over plain `http:`.
        const subtle = { configurable: true, value: undefined };
        if (name === "plain") Object.defineProperty(crypto, "subtle", subtle);
        const uploader = uploaderOf(options);
        await uploader.add([file]);
        uploader.start();
        // By then, the entry is stored.
        while (uploader.progress.loaded < 17 * 1024 * 1024) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        uploader.destroy();
        // Waits until its lock is released.
        while ((await navigator.locks.query()).held?.length) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        if (name === "plain") await uploaderOf(options).forgetAll();
        Reflect.deleteProperty(crypto, "subtle");
        kept[name] = (await Promise.all(["one", "two", undefined].map(listed))).flat();
      }
      await uploaderOf({ endpointName: "one" }).forgetAll();
      return kept;
    });
    assert.deepEqual(kept, { plain: [], forgetful: [], nameless: [], named: ["one film.mp4"] });
    assert.deepEqual(await page.entries(), []);
    await page.close();
  });

  test("an entry with a forbidden endpoint or id is neither listed, resumed nor requested", async () => {
    const page = await large.begin("multipart", 20);
    await page.page.reload();
    await large.settled("multipart");
    const again = await large.open({ protocol: "multipart", page: page.page });
    /** @type {string[]} */
    const asked = [];
    again.page.on("request", (request) => {
      const isOurs = request.url().includes("/dist/");
      if (!isOurs) asked.push(`${request.method()} ${request.url()}`);
    });
    const [entry] = await again.entries();
    for (const change of [
      { endpoint: "https://elsewhere.example/api" },
      { uploadId: ".." },
      { uploadId: "" },
    ]) {
      await again.page.evaluate(
        async (entry) => {
          const database = await new Promise((resolve) => {
            const request = indexedDB.open("ittybit-uploader");
            request.onsuccess = () => resolve(request.result);
          });
          const store = database.transaction("uploads", "readwrite").objectStore("uploads");
          const request = store.put(entry);
          await new Promise((resolve) => {
            request.onsuccess = resolve;
          });
        },
        { ...entry, ...change },
      );
      assert.deepEqual(await again.recoverable(), [], JSON.stringify(change));
    }
    await again.forgetAll();
    assert.deepEqual(await again.entries(), []);
    assert.deepEqual(asked, []);
    await page.close();
  });
});
