// Tests the most important features without the widget in every engine, with the real backend.

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

/** Returns how many files the stand-in has stored since the last plan. */
const filesStored = async () => (await seenAt(large.demo.host)).counts.files_stored;

/**
 * @param {import("../../src/package/index.d.ts").Progress[]} reports
 * @returns {import("../e2e/large.mjs").Told[]}
 */
const asTold = (reports) => reports.map((report) => ({ event: "upload-progress", ...report }));

/**
 * The result of an upload.
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
   * Uploads the chosen file, and returns the result.
   *
   * @param {{ stopAt?: number }} [what] the page aborts after `stopAt` bytes
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
    test("the chosen file is stored unchanged, and returned as a media object", async () => {
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

    test("a temporary error is retried, and the file is stored once", async () => {
      await plan([{ kind: "status", status: 503 }]);
      await open();
      await engine.pick("input", picture);
      const { media, retries } = await upload();
      assert.deepEqual(retries, [[2, "server", 503]]);
      assert.equal(sha256(large.demo.stored(media)), sha256(readFileSync(picture)));
      assert.equal(await filesStored(), 1);
    });

    // Chromium and Firefox repeat such a request by themselves, and don't notify the page.
    test("a connection that breaks in the middle is retried", async () => {
      await plan([{ kind: "reset-in-body", bytes: 10 * MB }]);
      await open();
      await engine.pick("input", large.film.path);
      const { media, reports } = await upload();
      checkProgress(asTold(reports));
      // WebKit dispatches an event for every 8 KB, which would be 5,000 reports.
      assert(reports.length < 2000, `${reports.length} reports`);
      assert.equal(await large.stored(media), large.film.sha256);
      assert.equal(await filesStored(), 1);
    });

    test("after a lost answer, the media object is returned", async () => {
      await plan([{ kind: "lost-after-storing" }]);
      await open();
      await engine.pick("input", picture);
      const { media, error, reports } = await upload();
      assert(media, JSON.stringify(error));
      checkProgress(asTold(reports));
      assert.equal(sha256(large.demo.stored(media)), sha256(readFileSync(picture)));
      assert.equal(await filesStored(), 1);
    });

    test("an abort in the middle stops the upload, and nothing is stored", async () => {
      await plan([{ kind: "slow", bytes_per_second: 5_000_000 }]);
      await open();
      await engine.pick("input", large.film.path);
      const { error, reports, afterAbort } = await upload({ stopAt: 1 });
      assert.deepEqual([error?.name, error?.code, afterAbort], ["AbortError", 20, 0]);
      assert(reports.every(({ loaded, total }) => loaded < total));
      assert.equal(await filesStored(), 0);
    });
  });

  describe("every way to load the package", () => {
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

  describe("a file that has changed since it was chosen", () => {
    /** @type {[string, (path: string) => void][]} */
    const changes = [
      ["shorter", (path) => truncateSync(path, 4)],
      ["longer", (path) => appendFileSync(path, ", and more")],
      ["as long but newer", () => {}],
      ["gone", (path) => rmSync(path)],
    ];
    for (const [name, change] of changes) {
      // Firefox doesn't detect these changes. It sends additional bytes, which break the form, or
      // the new content.
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
        // WebKit compares whole seconds.
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
   * Creates an `Uploader` in the page, and records its events.
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

  /** Adds the chosen files, and starts the upload. */
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
      // For multipart, the demo decides the size.
      const chunkSize = protocol === "resumable" ? 5 * MB : 16 * MB;
      const pieces = Math.ceil((40 * MB - 12_345) / chunkSize);

      test(`${protocol}: is paused and resumed`, async () => {
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

      test(`${protocol}: is resumed after a reload`, async () => {
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
