// Tests large files in a real browser, with both protocols and with faults. Every byte must arrive.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { filmPieces as count, of, pieceSize, setUpLargeFilm } from "./large.mjs";

const large = setUpLargeFilm();

/** @param {import("./large.mjs").Told[]} told */
async function isStored(told) {
  const media = await large.isStored(told);
  assert.equal(media.filename, "film.mp4");
  assert.equal(media.filesize, large.film.size);
}

const once = Object.fromEntries(Array.from({ length: count }, (_, index) => [index, 1]));

for (const protocol of /** @type {const} */ (["resumable", "multipart"])) {
  describe(`${count} pieces, ${protocol}`, () => {
    test("every byte arrives, each piece once", async () => {
      await large.plan(protocol);
      const page = await large.open({ protocol });
      await page.start(large.film.path);
      const told = await page.ends();
      await page.close();
      await isStored(told);
      assert.deepEqual(await large.taken(protocol), once);
      const phases = new Set(of(told, "upload-progress").map(({ phase }) => phase));
      for (const phase of ["preparing", "uploading", "done"]) assert(phases.has(phase), phase);
    });

    test("a fault affects only one piece", async () => {
      const at = (/** @type {number} */ index) =>
        protocol === "multipart" ? index + 1 : index * pieceSize;
      await large.plan(protocol, [
        { kind: "reset-in-body", bytes: 5_000_000, at: at(1) },
        { kind: "status", status: 503, at: at(3) },
        { kind: "lost-after-storing", at: at(5) },
        { kind: "status", status: 429, retry_after: "0", at: at(7) },
        ...(protocol === "multipart"
          ? [
              { kind: "expire", at: at(9) },
              { kind: "corrupt", byte: 1_000_000, at: at(11) },
            ]
          : []),
      ]);
      const page = await large.open({ protocol });
      await page.start(large.film.path);
      const told = await page.ends();
      await page.close();
      await isStored(told);
      const taken = await large.taken(protocol);
      assert.deepEqual({ ...taken, 5: 1 }, once);
      const { pieces } = await large.seen(protocol);
      const failed = protocol === "multipart" ? 6 : 4;
      assert.equal(pieces.length, count + failed);
      // Chromium repeats some requests on reused connections by itself.
      const retries = of(told, "upload-retry").length;
      assert(failed - 2 <= retries && retries <= failed, `${retries} retries`);
    });

    test("a pause stops the upload, and resuming continues with the missing pieces", async () => {
      await large.plan(protocol, [{ kind: "slow", bytes_per_second: 10_000_000, times: 1000 }]);
      const page = await large.open({ protocol });
      await page.start(large.film.path);
      await page.reaches(60);
      await page.command("pause");
      const paused = (await page.told()).at(-1);
      assert.equal(paused?.phase ?? "paused", "paused");
      const before = await large.taken(protocol);
      await page.page.waitForTimeout(500);
      const { pieces } = await large.seen(protocol);
      await page.page.waitForTimeout(500);
      assert.equal((await large.seen(protocol)).pieces.length, pieces.length, "nothing is sent");
      await large.plan(protocol);
      await page.command("resume");
      const told = await page.ends();
      await page.close();
      await isStored(told);
      const [{ from }] = of(told, "upload-resume");
      assert(from > 0 && from % pieceSize === 0, `${from}`);
      const again = Object.keys(await large.taken(protocol)).filter((index) => index in before);
      // A piece that was stored during the abort may be sent twice.
      assert(again.length <= 1, `sent again: ${again}`);
    });

    test("an offline page waits, and resumes", async () => {
      await large.plan(protocol, [{ kind: "slow", bytes_per_second: 10_000_000, times: 1000 }]);
      const page = await large.open({ protocol, options: { retryDelays: [10] } });
      await page.start(large.film.path);
      await page.reaches(60);
      await page.page.context().setOffline(true);
      await page.page.waitForFunction(
        () => /** @type {any} */ (window).uploader.progress.phase === "waiting",
      );
      await large.plan(protocol);
      await page.page.waitForTimeout(300);
      await page.page.context().setOffline(false);
      const told = await page.ends();
      await page.close();
      await isStored(told);
    });
  });
}

describe("a part that is changed", () => {
  test("again and again is refused, and the upload fails", async () => {
    await large.plan("multipart", [{ kind: "corrupt", byte: 1_000_000, at: 3, times: 1000 }]);
    const page = await large.open({ protocol: "multipart" });
    await page.start(large.film.path);
    const told = await page.ends();
    await page.close();
    const [error] = of(told, "upload-error");
    assert.equal(error?.code, "rejected");
    assert.match(error?.message, /checksum/);
    assert.equal(of(told, "upload-retry").length, 4);
    assert.deepEqual(of(told, "upload-success"), []);
  });
});
