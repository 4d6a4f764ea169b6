// Tests resuming uploads of an earlier visit: after a reload, after a crash of the browser, and in another tab.

import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";

import { chromium } from "playwright-core";

import { of, pieceSize, setUpLargeFilm } from "./large.mjs";
import { chromiumOptions } from "./support.mjs";

const large = setUpLargeFilm();

/**
 * Checks that no stored piece was sent again.
 *
 * @param {import("./large.mjs").Protocol} protocol
 * @param {Record<number, number>} before
 */
async function checkNoDuplicates(protocol, before) {
  const { pieces } = await large.seen(protocol);
  const again = pieces.filter(({ index }) => index in before);
  assert.deepEqual(again, [], `of ${Object.keys(before).length} pieces that were stored`);
}

for (const protocol of /** @type {const} */ (["resumable", "multipart"])) {
  describe(protocol, () => {
    test("after a reload, resumes with the missing pieces", async () => {
      const first = await large.begin(protocol, 40);
      await first.page.reload();
      const before = await large.settled(protocol);
      const second = await large.open({ protocol, page: first.page });
      const known = await second.recoverable();
      assert.equal(known.length, 1);
      assert.equal(known[0]?.name, "film.mp4");
      assert.equal(known[0]?.size, large.film.size);
      await second.start(large.film.path);
      const told = await second.ends();
      assert.deepEqual(await second.recoverable(), [], "nothing is left to go on with");
      await first.close();
      await large.isStored(told);
      const [{ from }] = of(told, "upload-resume");
      assert.equal(from, Object.keys(before).length * pieceSize);
      await checkNoDuplicates(protocol, before);
    });

    test("after the browser was killed, resumes with the missing pieces", async () => {
      const profile = mkdtempSync(join(tmpdir(), "ittybit-uploader-"));
      // Sets the visitor's cookie, because the browser writes cookies to disk only after half a minute.
      const value = crypto.randomUUID();
      const visitor = [{ name: "visitor", value, url: large.demo.address }];
      try {
        const first = await chromium.launchPersistentContext(profile, chromiumOptions);
        await first.addCookies(visitor);
        const [page = await first.newPage()] = first.pages();
        await large.begin(protocol, 70, { page });
        const process = await browserProcess(page);
        const gone = new Promise((resolve) => first.once("close", resolve));
        globalThis.process.kill(process, "SIGKILL");
        await gone;
        const before = await large.settled(protocol);
        const second = await chromium.launchPersistentContext(profile, chromiumOptions);
        await second.addCookies(visitor);
        try {
          const again = await large.open({ protocol, page: await second.newPage() });
          await again.start(large.film.path);
          const told = await again.ends();
          await large.isStored(told);
          const [{ from }] = of(told, "upload-resume");
          assert.equal(from, Object.keys(before).length * pieceSize);
          await checkNoDuplicates(protocol, before);
        } finally {
          await second.close();
        }
      } finally {
        rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
      }
    });

    test("a file that has changed starts again", async () => {
      const changing = large.file("changing.mp4", 5 * pieceSize);
      const page = await large.begin(protocol, 60, { path: changing.path });
      await page.page.reload();
      await large.settled(protocol);
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

    test("the chosen file is resumed, even with another name and date", async () => {
      const first = await large.begin(protocol, 40);
      await first.page.reload();
      const before = await large.settled(protocol);
      const again = await large.open({ protocol, page: first.page });
      const path = join(dirname(large.film.path), "IMG_0001.MOV");
      copyFileSync(large.film.path, path);
      utimesSync(path, new Date(), new Date(2001, 1, 1));
      await again.pickFor(path);
      const told = await again.ends();
      assert.deepEqual(await again.recoverable(), [], "nothing is left to go on with");
      await first.close();
      await large.isStored(told);
      const [{ from }] = of(told, "upload-resume");
      assert.equal(from, Object.keys(before).length * pieceSize);
      await checkNoDuplicates(protocol, before);
    });

    test("a chosen file with other bytes starts again, and replaces the entry once it is stored", async () => {
      const first = await large.begin(protocol, 40);
      await first.page.reload();
      await large.settled(protocol);
      const again = await large.open({ protocol, page: first.page });
      const other = large.file("film.mp4.other", large.film.size);
      await large.plan(protocol, [{ kind: "status", status: 400, times: 1000 }]);
      await again.pickFor(other.path);
      assert.equal(of(await again.ends(), "upload-error").length, 1);
      const kept = await again.recoverable();
      assert(
        kept.some(({ name }) => name === "film.mp4"),
        "a failed file must not replace the entry",
      );
      await large.plan(protocol);
      await again.forgetTold();
      await again.command("retry");
      const told = await again.ends();
      assert.deepEqual(of(told, "upload-resume"), []);
      const [{ media }] = of(told, "upload-success");
      assert.equal(media.filename, "film.mp4.other");
      assert.deepEqual(await again.recoverable(), []);
      await first.close();
    });

    test("a second tab starts its own upload, and both are stored", async () => {
      const first = await large.begin(protocol, 40);
      const tab = await first.page.context().newPage();
      const second = await large.open({ protocol, page: tab });
      assert.deepEqual(await second.recoverable(), [], "somebody is at it");
      await large.plan(protocol);
      await second.start(large.film.path);
      const [told, others] = await Promise.all([first.ends(), second.ends()]);
      assert.deepEqual(of(others, "upload-resume"), []);
      await large.isStored(told);
      await large.isStored(others);
      await first.close();
    });

    test("retrying a failed file sends only the missing pieces", async () => {
      await large.plan(protocol, [
        ...Array.from({ length: 5 }, () => null),
        { kind: "status", status: 400, times: 1000 },
      ]);
      const page = await large.open({ protocol });
      await page.start(large.film.path);
      const failed = await page.ends();
      assert.equal(of(failed, "upload-error")[0]?.code, "rejected");
      const before = await large.settled(protocol);
      assert(Object.keys(before).length > 0);
      await large.plan(protocol);
      await page.forgetTold();
      await page.command("retry");
      const told = await page.ends();
      await page.close();
      await large.isStored(told);
      await checkNoDuplicates(protocol, before);
    });
  });
}

/** @param {import("playwright-core").Page} page */
async function browserProcess(page) {
  const devtools = await /** @type {any} */ (
    page.context().browser() ?? page.context()
  ).newBrowserCDPSession?.();
  const { processInfo } = await devtools.send("SystemInfo.getProcessInfo");
  return processInfo.find((/** @type {any} */ { type }) => type === "browser").id;
}
