// Going on with what another visit has begun: after a reload, a crash of the browser, in another tab.

import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";

import { chromium } from "playwright-core";

import { checkProgress, MB, of, pieceSize, useLargeFiles } from "./large.mjs";
import { chromiumOptions } from "./support.mjs";

const large = useLargeFiles();

/** @type {ReturnType<typeof large.file>} */
let film;

before(() => {
  film = large.file("film.mp4", 200 * MB - 12_345);
});

/** Slow enough to be interrupted. */
const slow = [{ kind: "slow", bytes_per_second: 10_000_000, times: 1000 }];

/**
 * @param {import("./large.mjs").Told[]} told
 * @param {ReturnType<typeof large.file>} file
 */
async function isStored(told, file = film) {
  checkProgress(told);
  const [success] = of(told, "upload-success");
  assert(success, JSON.stringify(of(told, "upload-error")));
  assert.equal(await large.stored(success.media), file.sha256);
}

/**
 * What was taken before is not sent again.
 *
 * @param {import("./large.mjs").Protocol} protocol
 * @param {Record<number, number>} before
 */
async function nothingTwice(protocol, before) {
  const { pieces } = await large.seen(protocol);
  const again = pieces.filter(({ index }) => index in before);
  assert.deepEqual(again, [], `of ${Object.keys(before).length} pieces that were stored`);
}

/**
 * What the store has when nothing arrives any more.
 *
 * @param {import("./large.mjs").Protocol} protocol
 */
async function settled(protocol) {
  for (let last = ""; ; ) {
    const taken = await large.taken(protocol);
    const now = JSON.stringify((await large.seen(protocol)).pieces);
    if (now === last) return taken;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

for (const protocol of /** @type {const} */ (["resumable", "multipart"])) {
  describe(protocol, () => {
    test("a page that was reloaded goes on from what is stored", async () => {
      await large.plan(protocol, slow);
      const first = await large.open({ protocol });
      await first.start(film.path);
      await first.reaches(40);
      await first.page.reload();
      const before = await settled(protocol);
      await large.plan(protocol);
      const second = await large.open({ protocol, page: first.page });
      const known = await second.recoverable();
      assert.equal(known.length, 1);
      assert.equal(known[0]?.name, "film.mp4");
      assert.equal(known[0]?.size, film.size);
      await second.start(film.path);
      const told = await second.ends();
      assert.deepEqual(await second.recoverable(), [], "nothing is left to go on with");
      await first.close();
      await isStored(told);
      const [{ from }] = of(told, "upload-resume");
      assert.equal(from, Object.keys(before).length * pieceSize);
      await nothingTwice(protocol, before);
    });

    test("a browser that was killed goes on from what is stored", async () => {
      const profile = mkdtempSync(join(tmpdir(), "ittybit-uploader-"));
      try {
        await large.plan(protocol, slow);
        const first = await chromium.launchPersistentContext(profile, chromiumOptions);
        const [page = await first.newPage()] = first.pages();
        const killed = await large.open({ protocol, page });
        await killed.start(film.path);
        await killed.reaches(70);
        const process = await browserProcess(page);
        const gone = new Promise((resolve) => first.once("close", resolve));
        globalThis.process.kill(process, "SIGKILL");
        await gone;
        const before = await settled(protocol);
        await large.plan(protocol);
        const second = await chromium.launchPersistentContext(profile, chromiumOptions);
        try {
          const again = await large.open({ protocol, page: await second.newPage() });
          await again.start(film.path);
          const told = await again.ends();
          await isStored(told);
          const [{ from }] = of(told, "upload-resume");
          assert.equal(from, Object.keys(before).length * pieceSize);
          await nothingTwice(protocol, before);
        } finally {
          await second.close();
        }
      } finally {
        rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
      }
    });

    test("a file that has changed meanwhile starts afresh", async () => {
      const changing = large.file("changing.mp4", 70 * MB);
      await large.plan(protocol, slow);
      const page = await large.open({ protocol });
      await page.start(changing.path);
      await page.reaches(60);
      await page.page.reload();
      await settled(protocol);
      await large.plan(protocol);
      appendFileSync(changing.path, "more");
      const again = await large.open({ protocol, page: page.page });
      await again.start(changing.path);
      const told = await again.ends();
      assert.deepEqual(of(told, "upload-resume"), []);
      const [{ media }] = of(told, "upload-success");
      assert.equal(media.filesize, changing.size + 4);
      const [left] = await again.recoverable();
      assert.equal(left?.size, changing.size, "the other one can still be forgotten");
      await again.forget();
      assert.deepEqual(await again.recoverable(), []);
      await page.close();
    });

    test("a second tab begins an upload of its own, and both arrive", async () => {
      await large.plan(protocol, slow);
      const first = await large.open({ protocol });
      await first.start(film.path);
      await first.reaches(40);
      const tab = await first.page.context().newPage();
      const second = await large.open({ protocol, page: tab });
      assert.deepEqual(await second.recoverable(), [], "somebody is at it");
      await large.plan(protocol);
      await second.start(film.path);
      const [told, others] = await Promise.all([first.ends(), second.ends()]);
      assert.deepEqual(of(others, "upload-resume"), []);
      await isStored(told);
      await isStored(others);
      await first.close();
    });

    test("a failed file is tried again from what is stored", async () => {
      await large.plan(protocol, [
        ...Array.from({ length: 5 }, () => null),
        { kind: "status", status: 400, times: 1000 },
      ]);
      const page = await large.open({ protocol });
      await page.start(film.path);
      const failed = await page.ends();
      assert.equal(of(failed, "upload-error")[0]?.code, "rejected");
      const before = await settled(protocol);
      assert(Object.keys(before).length > 0);
      await large.plan(protocol);
      await page.forgetTold();
      await page.command("retry");
      const told = await page.ends();
      await page.close();
      await isStored(told);
      await nothingTwice(protocol, before);
    });
  });
}

/**
 * Waits until so many uploads are open at the store.
 *
 * @param {number} count
 */
async function isOpen(count) {
  while ((await large.seen("multipart")).open !== count) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("what is begun is not left behind", () => {
  for (const command of /** @type {const} */ (["cancel", "remove"])) {
    test(`${command} gives up the upload at the store`, async () => {
      await large.plan("multipart", slow);
      const page = await large.open({ protocol: "multipart" });
      await page.start(film.path);
      await page.reaches(30);
      const { open } = await large.seen("multipart");
      await page.command(command);
      await isOpen(open - 1);
      assert.deepEqual(await page.recoverable(), []);
      await page.close();
    });
  }

  test("forget gives up what an earlier visit has begun", async () => {
    await large.plan("multipart", slow);
    const page = await large.open({ protocol: "multipart" });
    await page.start(film.path);
    await page.reaches(30);
    const { open } = await large.seen("multipart");
    await page.page.reload();
    const again = await large.open({ protocol: "multipart", page: page.page });
    await again.forget();
    await isOpen(open - 1);
    await page.close();
  });

  test("an upload that is gone at the store begins afresh", async () => {
    await large.plan("multipart", slow);
    const page = await large.open({ protocol: "multipart" });
    await page.start(film.path);
    await page.reaches(50);
    await page.page.reload();
    await settled("multipart");
    // Somebody else has given it up, as a bucket's rules do in time.
    await page.page.goto(`${large.demo.address}/large.html`);
    const id = await page.page.evaluate(async () => {
      const database = await new Promise((resolve) => {
        const request = indexedDB.open("ittybit-uploader");
        request.onsuccess = () => resolve(request.result);
      });
      const entries = await new Promise((resolve) => {
        const request = database.transaction("uploads").objectStore("uploads").getAll();
        request.onsuccess = () => resolve(request.result);
      });
      database.close();
      return entries[0].uploadId;
    });
    const url = `${large.demo.address}/api/uploads/${encodeURIComponent(id)}`;
    assert.equal((await fetch(url, { method: "DELETE" })).status, 204);
    await large.plan("multipart");
    const again = await large.open({ protocol: "multipart", page: page.page });
    await again.start(film.path);
    const told = await again.ends();
    await page.close();
    assert.equal(of(told, "upload-retry")[0]?.code, "url-expired");
    await isStored(told);
  });

  test("no URL and no byte of the file is remembered", async () => {
    await large.plan("multipart", slow);
    const page = await large.open({ protocol: "multipart" });
    await page.start(film.path);
    await page.reaches(60);
    const entries = await page.page.evaluate(async () => {
      const database = await new Promise((resolve) => {
        const request = indexedDB.open("ittybit-uploader");
        request.onsuccess = () => resolve(request.result);
      });
      return await new Promise((resolve) => {
        const request = database.transaction("uploads").objectStore("uploads").getAll();
        request.onsuccess = () => resolve(request.result);
      });
    });
    assert.equal(entries.length, 1);
    const [{ loaded, uploadId, ...entry }] = entries;
    assert(loaded > 0 && typeof uploadId === "string");
    assert.doesNotMatch(JSON.stringify(entry), /http|signature/i);
    assert(JSON.stringify(entries).length < 2000);
    await page.command("cancel");
    await page.close();
  });
});

describe("what is remembered", () => {
  test("a file that came with its handle goes on in one click", async () => {
    await large.plan("multipart", slow);
    const page = await large.open({ protocol: "multipart" });
    await page.page.evaluate(async () => {
      // A file of the page's own: its handle is as any other, but that nobody has to be asked.
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
    await settled("multipart");
    await large.plan("multipart");
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

  test("without one, the file has to be picked again", async () => {
    await large.plan("multipart", slow);
    const page = await large.open({ protocol: "multipart" });
    await page.start(film.path);
    await page.reaches(30);
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

  test("what is a week old leaves by itself", async () => {
    await large.plan("multipart", slow);
    const page = await large.open({ protocol: "multipart" });
    await page.start(film.path);
    await page.reaches(30);
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

  test("what went another way is not gone on with", async () => {
    await large.plan("multipart", slow);
    const page = await large.open({ protocol: "multipart" });
    await page.start(film.path);
    await page.reaches(30);
    await page.page.reload();
    const other = await large.open({ protocol: "resumable", page: page.page });
    assert.deepEqual(await other.recoverable(), []);
    await page.close();
  });

  test("a page whose browser keeps nothing uploads all the same", async () => {
    await large.plan("multipart");
    const page = await large.open({ protocol: "multipart" });
    await page.page.evaluate(() => {
      indexedDB.open = () => {
        throw new DOMException("no", "SecurityError");
      };
    });
    await page.start(film.path);
    const told = await page.ends();
    await page.close();
    await isStored(told);
  });
});

describe("a part that arrives changed", () => {
  test("again and again, is refused and told of", async () => {
    await large.plan("multipart", [{ kind: "corrupt", byte: 1_000_000, at: 3, times: 1000 }]);
    const page = await large.open({ protocol: "multipart" });
    await page.start(film.path);
    const told = await page.ends();
    await page.close();
    const [error] = of(told, "upload-error");
    assert.equal(error?.code, "rejected");
    assert.match(error?.message, /checksum/);
    assert.equal(of(told, "upload-retry").length, 4);
    assert.deepEqual(of(told, "upload-success"), []);
  });
});

/** @param {import("playwright-core").Page} page */
async function browserProcess(page) {
  const devtools = await /** @type {any} */ (
    page.context().browser() ?? page.context()
  ).newBrowserCDPSession?.();
  const { processInfo } = await devtools.send("SystemInfo.getProcessInfo");
  return processInfo.find((/** @type {any} */ { type }) => type === "browser").id;
}
