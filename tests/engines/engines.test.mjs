// What matters most of the package without its widget, in every engine, against the real backend.

import assert from "node:assert/strict";
import {
  appendFileSync,
  existsSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { checkProgress, MB, of, slow } from "../e2e/large.mjs";
import { seenAt, sha256, startDemo } from "../e2e/support.mjs";
import { forEachEngine } from "./engine.mjs";
import { inFolder, picture, setUpHost } from "./host.mjs";

const { large, plan } = setUpHost();

/** How many files the stand-in has taken since. */
const filesStored = async () => (await seenAt(large.demo.host)).counts.files_stored;

/**
 * @param {import("../../src/package/index.d.ts").Progress[]} reports
 * @returns {import("../e2e/large.mjs").Told[]}
 */
const asTold = (reports) => reports.map((report) => ({ event: "upload-progress", ...report }));

/**
 * What came of an upload.
 *
 * @typedef {{
 *   media?: any, error?: { name: string, code: unknown, message: string },
 *   reports: import("../../src/package/index.d.ts").Progress[],
 *   retries: [number, string, number?][], afterAbort: number,
 * }} Outcome
 */

forEachEngine((engine) => {
  const open = () => engine.open(`${large.demo.address}/headless.html`);

  /**
   * Uploads what was picked, and tells what came of it.
   *
   * @param {{ stopAt?: number }} [what] `stopAt` so many bytes the page aborts
   * @returns {Promise<Outcome>}
   */
  const upload = ({ stopAt = Infinity } = {}) =>
    engine.evaluate(
      async ({ stopAt }) => {
        const { upload } = /** @type {any} */ (window);
        const file = document.querySelector("input")?.files?.[0];
        const controller = new AbortController();
        /** @type {any[]} */
        const reports = [];
        /** @type {any[]} */
        const retries = [];
        let afterAbort = 0;
        const outcome = await upload(file, {
          endpoint: "/api/uploads",
          retryDelays: [10, 20],
          signal: controller.signal,
          onProgress(/** @type {any} */ report) {
            reports.push({ ...report });
            if (controller.signal.aborted) afterAbort += 1;
            else if (report.loaded >= stopAt) controller.abort();
          },
          onRetry: (/** @type {any} */ { attempt, error }) =>
            retries.push([attempt, error.code, error.status]),
        }).then(
          (/** @type {any} */ media) => ({ media }),
          (/** @type {any} */ { name, code, message }) => ({ error: { name, code, message } }),
        );
        await new Promise((resolve) => setTimeout(resolve, 100));
        return { ...outcome, reports, retries, afterAbort };
      },
      // `Infinity` is not JSON.
      { stopAt: Math.min(stopAt, Number.MAX_SAFE_INTEGER) },
    );

  describe("a file in one request", () => {
    test("what is picked is stored to the last byte, and is a media object", async () => {
      await plan();
      await open();
      await engine.pick("input", picture);
      const { media, error, reports } = await upload();
      assert(media, JSON.stringify(error));
      assert.equal(sha256(large.demo.stored(media)), sha256(readFileSync(picture)));
      assert.deepEqual(
        [media.filename, media.content_type, media.width, media.height],
        ["harbour.jpg", "image/jpeg", 640, 427],
      );
      const phases = reports.map((/** @type {any} */ { phase }) => phase);
      assert.deepEqual([...new Set(phases)], ["preparing", "uploading", "processing", "done"]);
      checkProgress(asTold(reports));
    });

    test("a fault is tried again, and the file is stored once", async () => {
      await plan([{ kind: "status", status: 503 }]);
      await open();
      await engine.pick("input", picture);
      const { media, retries } = await upload();
      assert.deepEqual(retries, [[2, "server", 503]]);
      assert.equal(sha256(large.demo.stored(media)), sha256(readFileSync(picture)));
      assert.equal(await filesStored(), 1);
    });

    // Chromium and Firefox send such a request again by themselves, and tell the page nothing.
    test("a connection that breaks in the middle is tried again", async () => {
      await plan([{ kind: "reset-in-body", bytes: 10 * MB }]);
      await open();
      await engine.pick("input", large.film.path);
      const { media, reports } = await upload();
      checkProgress(asTold(reports));
      // Not of every 8 KB, as WebKit would: that is no time, for those are 5000.
      assert(reports.length < 2000, `the page was told ${reports.length} times`);
      assert.equal(await large.stored(media), large.film.sha256);
      assert.equal(await filesStored(), 1);
    });

    test("an answer that is lost does not lose the media object", async () => {
      await plan([{ kind: "lost-after-storing" }]);
      await open();
      await engine.pick("input", picture);
      const { media, error, reports } = await upload();
      assert(media, JSON.stringify(error));
      checkProgress(asTold(reports));
      assert.equal(sha256(large.demo.stored(media)), sha256(readFileSync(picture)));
      assert.equal(await filesStored(), 1);
    });

    test("an abort in the middle stops it, and nothing is stored", async () => {
      await plan([{ kind: "slow", bytes_per_second: 5_000_000 }]);
      await open();
      await engine.pick("input", large.film.path);
      const { error, reports, afterAbort } = await upload({ stopAt: 1 });
      assert.deepEqual([error?.name, error?.code, afterAbort], ["AbortError", 20, 0]);
      assert(reports.every(({ loaded, total }) => loaded < total));
      assert.equal(await filesStored(), 0);
    });
  });

  describe("every way of loading it", () => {
    /** @type {import("../e2e/support.mjs").Demo} */
    let demo;
    before(async () => {
      demo = await startDemo({ pages: "tests/e2e/pages" });
    });
    after(() => demo?.stop());

    for (const name of ["script-tag", "script-tag.inline"]) {
      test(name, async () => {
        await engine.open(`${demo.address}/${name}.html`);
        const media = await engine.evaluate(() =>
          IttybitUploader.upload(new Blob(["hello"]), { endpoint: "/api/uploads" }),
        );
        assert.equal(demo.stored(media).toString(), "hello");
      });
    }
  });

  describe("a file that is no longer what it was when it was picked", () => {
    /** @type {[string, (path: string) => void][]} */
    const changes = [
      ["shorter", (path) => truncateSync(path, 4)],
      ["longer", (path) => appendFileSync(path, ", and more")],
      ["as long but newer", () => {}],
      ["gone", (path) => rmSync(path)],
    ];
    for (const [name, change] of changes) {
      // Firefox reads on in such a file. What that has more, its host takes for a broken form; and
      // from a file that is as long as it was, it sends what is there now.
      if (engine.name === "Firefox" && /^(longer|as long)/.test(name)) continue;
      test(`${name}: is unreadable`, async () => {
        const path = join(large.files.folder, "changing.txt");
        writeFileSync(path, "as it was");
        await plan();
        await open();
        await engine.pick("input", path);
        await engine.evaluate(() => {
          const { upload } = /** @type {any} */ (window);
          const changed = new Promise((goOn) => Object.assign(window, { goOn }));
          return new Promise((asked) => {
            const endpoint = async (
              /** @type {any} */ file,
              /** @type {any} */ { idempotencyKey },
            ) => {
              asked(undefined);
              await changed;
              const response = await fetch("/api/uploads", {
                method: "POST",
                headers: { "content-type": "application/json", "idempotency-key": idempotencyKey },
                body: JSON.stringify(file),
              });
              return response.json();
            };
            const file = document.querySelector("input")?.files?.[0];
            const outcome = upload(file, { endpoint, retryDelays: [] }).then(
              () => "was sent",
              (/** @type {any} */ { code, retryable }) => [code, retryable],
            );
            Object.assign(window, { outcome });
          });
        });
        change(path);
        // WebKit counts whole seconds.
        if (existsSync(path)) utimesSync(path, new Date(), new Date(Date.now() + 10_000));
        const outcome = await engine.evaluate(() => {
          const { goOn, outcome } = /** @type {any} */ (window);
          goOn();
          return outcome;
        });
        assert.deepEqual(outcome, ["file-unreadable", false]);
        assert.equal(await filesStored(), 0);
      });
    }
  });

  /**
   * An `Uploader` in the page, which keeps what it tells.
   *
   * @param {object} options
   */
  const openUploader = (options) =>
    engine.evaluate((options) => {
      const { Uploader } = /** @type {any} */ (window);
      const uploader = new Uploader({
        endpoint: "/api/uploads",
        owner: "alice",
        retryDelays: [10, 20],
        ...options,
      });
      /** @type {any[]} */
      const told = [];
      for (const event of [
        ...["upload-start", "upload-progress", "upload-success", "upload-error", "upload-retry"],
        ...["upload-pause", "upload-resume", "complete"],
      ]) {
        uploader.addEventListener(event, (/** @type {any} */ { detail }) => {
          const { progress, error, media, from } = detail;
          const failed = error && { code: error.code, message: error.message };
          told.push({ event, media, from, ...progress, ...failed });
        });
      }
      Object.assign(window, { uploader, told });
    }, options);

  /** Adds what was picked, and starts it. */
  const start = () =>
    engine.evaluate(async () => {
      const { uploader } = /** @type {any} */ (window);
      await uploader.add(document.querySelector("input")?.files);
      uploader.start();
    });

  /** @returns {Promise<import("../e2e/large.mjs").Told[]>} */
  const toTheEnd = () =>
    engine.waitFor(() => {
      const { told } = /** @type {any} */ (window);
      return told.some((/** @type {any} */ { event }) => event === "complete") && told;
    });

  const hasSent = (/** @type {number} */ percentage) =>
    engine.waitFor(
      (percentage) => /** @type {any} */ (window).uploader.progress.percentage >= percentage,
      percentage,
    );

  test("many files, a few at a time", async () => {
    await plan();
    await open();
    await openUploader({ limit: 3 });
    const stored = await engine.evaluate(async () => {
      const { uploader } = /** @type {any} */ (window);
      const names = Array.from({ length: 50 }, (_, index) => `${index}.txt`);
      await uploader.add(names.map((name) => new File([name], name)));
      const { successful } = await uploader.start();
      return successful.map((/** @type {any} */ { name, media }) => [name, media]);
    });
    assert.equal(stored.length, 50);
    for (const [name, media] of stored) assert.equal(large.demo.stored(media).toString(), name);
  });

  describe("a large file", () => {
    for (const protocol of /** @type {const} */ (["resumable", "multipart"])) {
      // Multipart takes the size that the demo says.
      const chunkSize = protocol === "resumable" ? 5 * MB : 16 * MB;
      const pieces = Math.ceil((40 * MB - 12_345) / chunkSize);

      test(`${protocol}: a pause and a resume`, async () => {
        await large.plan(protocol, slow);
        await open();
        await openUploader({ props: { protocol }, chunkSize, parallelParts: 2 });
        await engine.pick("input", large.film.path);
        await start();
        await hasSent(20);
        await engine.evaluate(() => /** @type {any} */ (window).uploader.pause());
        const before = await large.settled(protocol);
        assert.equal(
          await engine.evaluate(() => /** @type {any} */ (window).uploader.files[0].progress.phase),
          "paused",
        );
        await engine.evaluate(() => /** @type {any} */ (window).uploader.resume());
        const told = await toTheEnd();
        assert.equal(of(told, "upload-pause").length, 1);
        assert.equal(of(told, "upload-resume").length, 1);
        await large.isStored(told);
        const sent = await large.taken(protocol);
        for (const index of Object.keys(before))
          assert(!(index in sent), `${index} was sent twice`);
        assert.equal(Object.keys({ ...before, ...sent }).length, pieces);
      });

      test(`${protocol}: after the page was loaded anew, it goes on`, async () => {
        await large.plan(protocol, slow);
        await open();
        const options = { props: { protocol }, chunkSize, parallelParts: 1 };
        await openUploader(options);
        await engine.pick("input", large.film.path);
        await start();
        await hasSent(protocol === "multipart" ? 60 : 30);
        await open();
        const before = await large.settled(protocol);
        await openUploader(options);
        await engine.pick("input", large.film.path);
        const left = await engine.evaluate(async () => {
          const { uploader } = /** @type {any} */ (window);
          const [first] = await uploader.recover();
          await first.resume(document.querySelector("input")?.files?.[0]);
          return [first.name, first.loaded > 0];
        });
        assert.deepEqual(left, ["film.mp4", true]);
        const told = await toTheEnd();
        await large.isStored(told);
        const sent = await large.taken(protocol);
        assert(Object.keys(before).length > 0);
        for (const index of Object.keys(before))
          assert(!(index in sent), `${index} was sent twice`);
      });
    }
  });

  describe(engine.dropsReally ? "a drop" : "a drop, made up in the page", () => {
    /** @param {string[]} names */
    const drop = async (...names) => {
      await open();
      await openUploader({});
      await engine.evaluate(() => {
        const { uploader } = /** @type {any} */ (window);
        document.documentElement.style.height = "100%";
        document.addEventListener("dragover", (event) => event.preventDefault());
        document.addEventListener("drop", (event) => {
          event.preventDefault();
          Object.assign(window, { added: uploader.add(event.dataTransfer) });
        });
      });
      await engine.drop("html", ...names.map((name) => join(large.files.folder, name)));
      return engine.evaluate(async () => {
        const { uploader, added } = /** @type {any} */ (window);
        const files = await added;
        await uploader.start();
        return files.map((/** @type {any} */ { name, relativePath, media }) => ({
          ...{ name, relativePath, media },
        }));
      });
    };

    test("of a file", async () => {
      await plan();
      const [file, ...others] = await drop("note.txt");
      assert.deepEqual([file.name, file.relativePath, others], ["note.txt", "", []]);
      assert.equal(large.demo.stored(file.media).toString(), "note.txt");
    });

    test("of a folder, and a file beside it", async () => {
      await plan();
      const files = await drop("photos", "note.txt");
      const paths = files.map((/** @type {any} */ { relativePath }) => relativePath);
      assert.deepEqual(paths.sort(), ["", ...inFolder]);
      for (const { relativePath, media } of files) {
        assert.equal(large.demo.stored(media).toString(), relativePath || "note.txt");
      }
    });
  });
});
