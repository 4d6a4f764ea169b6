// Sets up a host and a store with planned faults, and pages that send large files there in pieces.

import assert from "node:assert/strict";
import { createHash, randomFillSync } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";

import {
  launchBrowser,
  openPage,
  planFaults,
  seenAt,
  startDemo,
  temporaryFolder,
} from "./support.mjs";

/** @typedef {"resumable" | "multipart"} Protocol */
/** @typedef {{ kind: string, at?: number, times?: number, [detail: string]: unknown } | null} Fault */
/** @typedef {{ event: string, [detail: string]: any }} Told */

export const MB = 1024 * 1024;

/** The size of parts and chunks, in bytes. More than Chromium writes to socket buffers at once. */
export const pieceSize = 8 * MB;

/** Slows an upload down, so that it can be interrupted. @type {Fault[]} */
export const slow = [{ kind: "slow", bytes_per_second: 5_000_000, times: 1000 }];

/** The number of pieces of the film. */
export const filmPieces = 13;

/** Sets up a demo, a browser and a folder for large files, for the tests of a file. */
export function setUpLargeFiles(settings = {}) {
  const large = new LargeFiles();
  before(async () => {
    const all = { STAND_IN_FAULTS: "1", ...settings };
    const demo = startDemo({ pages: "tests/e2e/pages", settings: all });
    [large.browser, large.demo] = await Promise.all([launchBrowser(), demo]);
  });
  after(async () => {
    await large.browser?.close();
    await large.demo?.stop();
    large.files.remove();
  });
  return large;
}

/** Like {@link setUpLargeFiles}, with a film that takes a while to upload. */
export function setUpLargeFilm() {
  const large = setUpLargeFiles();
  before(() => {
    large.film = large.file("film.mp4", filmPieces * pieceSize - 12_345);
  });
  return large;
}

export class LargeFiles {
  files = temporaryFolder();
  /** @type {import("playwright-core").Browser} */
  browser = /** @type {any} */ (undefined);
  /** @type {import("./support.mjs").Demo} */
  demo = /** @type {any} */ (undefined);

  /** @type {ReturnType<LargeFiles["file"]>} */
  film = /** @type {any} */ (undefined);

  /**
   * Creates a file of random bytes, in small steps.
   *
   * @param {string} name
   * @param {number} size in bytes
   */
  file(name, size) {
    const path = join(this.files.folder, name);
    const hash = createHash("sha256");
    const block = Buffer.alloc(MB);
    const file = openSync(path, "w");
    for (let left = size; left > 0; left -= MB) {
      const bytes = randomFillSync(block).subarray(0, Math.min(left, MB));
      hash.update(bytes);
      writeSync(file, bytes);
    }
    closeSync(file);
    return { path, name, size, sha256: hash.digest("hex") };
  }

  /** @param {Protocol} protocol */
  #place(protocol) {
    return protocol === "multipart" ? this.demo.store : this.demo.host;
  }

  /**
   * Sets the plan of faults for the next pieces, and resets the counts.
   *
   * @param {Protocol} protocol
   * @param {Fault[]} [faults]
   * @param {Record<string, Fault[]>} [others] for other requests
   */
  async plan(protocol, faults = [], others = {}) {
    const pieces = protocol === "multipart" ? "part" : "chunk";
    await planFaults(this.#place(protocol), { [pieces]: faults, ...others });
  }

  /**
   * Returns the requests that have reached the store: the number of each piece, from 0, and the status of the
   * answer, if there was one.
   *
   * @param {Protocol} protocol
   * @returns {Promise<{ pieces: { index: number, status: number | null }[], open: number, counts: any }>}
   */
  async seen(protocol) {
    const { parts, chunks, open_uploads: open, counts } = await seenAt(this.#place(protocol));
    const pieces = (parts ?? chunks).map((/** @type {any} */ piece) => ({
      index: piece.part_number
        ? piece.part_number - 1
        : Number(/ (\d+)-/.exec(piece.content_range)?.[1]) / pieceSize,
      status: piece.status,
    }));
    return { pieces, open, counts };
  }

  /**
   * Returns how often the store has accepted each piece.
   *
   * @param {Protocol} protocol
   */
  async taken(protocol) {
    /** @type {Record<number, number>} */
    const taken = {};
    for (const { index, status } of (await this.seen(protocol)).pieces) {
      if (status !== null && status < 300) taken[index] = (taken[index] ?? 0) + 1;
    }
    return taken;
  }

  /**
   * Returns the hash of a stored file.
   *
   * @param {any} media
   */
  async stored(media) {
    const response = await fetch(media.url);
    assert.equal(response.status, 200);
    const hash = createHash("sha256");
    for await (const chunk of /** @type {any} */ (response.body)) hash.update(chunk);
    return hash.digest("hex");
  }

  /**
   * Checks the progress, and that the stored file is complete.
   *
   * @param {Told[]} told
   * @param {{ sha256: string }} [file]
   * @returns the media object
   */
  async isStored(told, file = this.film) {
    checkProgress(told);
    const [success] = of(told, "upload-success");
    assert(success, JSON.stringify(of(told, "upload-error")));
    assert.equal(await this.stored(success.media), file.sha256);
    return success.media;
  }

  /**
   * Opens a page, and slowly uploads a file up to this percentage.
   *
   * @param {Protocol} protocol
   * @param {number} percentage
   * @param {{ path?: string, page?: import("playwright-core").Page, options?: object }} [what]
   */
  async begin(protocol, percentage, { path = this.film.path, page, options = {} } = {}) {
    await this.plan(protocol, slow);
    const opened = await this.open({ protocol, options, ...(page && { page }) });
    await opened.start(path);
    await opened.reaches(percentage);
    return opened;
  }

  /**
   * Waits until nothing arrives any more, removes all faults, and returns what the store has accepted.
   *
   * @param {Protocol} protocol
   */
  async settled(protocol) {
    for (let last = ""; ; ) {
      const taken = await this.taken(protocol);
      const now = JSON.stringify((await this.seen(protocol)).pieces);
      if (now === last) {
        await this.plan(protocol);
        return taken;
      }
      last = now;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  /**
   * Opens a page with an `Uploader`.
   *
   * @param {object} what
   * @param {Protocol} what.protocol
   * @param {object} [what.options]
   * @param {import("playwright-core").Page} [what.page] one that is open already
   */
  async open({ protocol, options = {}, page }) {
    const opened = page ? { page, close: async () => {} } : await openPage(this.browser);
    await opened.page.goto(`${this.demo.address}/large.html`);
    await opened.page.evaluate(
      async ({ protocol, pieceSize, options }) => {
        const { Uploader } = await import("/dist/index.js");
        const uploader = new Uploader({
          endpoint: "/api/uploads",
          owner: "alice",
          props: { protocol, part_size: pieceSize },
          chunkSize: pieceSize,
          retryDelays: [10, 20, 30, 40],
          ...options,
        });
        /** @type {any[]} */
        const told = [];
        for (const event of [
          ...["upload-start", "upload-progress", "upload-success", "upload-error", "upload-retry"],
          ...["upload-stalled", "upload-pause", "upload-resume", "upload-cancel", "complete"],
        ]) {
          uploader.addEventListener(/** @type {any} */ (event), (/** @type {any} */ { detail }) => {
            const { progress, error, ...rest } = detail;
            delete rest.file;
            told.push({
              event,
              ...rest,
              ...(progress && { ...progress }),
              ...(error && { code: error.code, status: error.status, message: error.message }),
            });
          });
        }
        Object.assign(window, { uploader, told });
      },
      { protocol, pieceSize, options },
    );
    return new LargePage(opened.page, opened.close);
  }
}

export class LargePage {
  /**
   * @param {import("playwright-core").Page} page
   * @param {() => Promise<void>} close
   */
  constructor(page, close) {
    this.page = page;
    this.close = close;
  }

  /**
   * Chooses a file and starts its upload.
   *
   * @param {string} path
   */
  async start(path) {
    await this.page.setInputFiles("input", path);
    await this.page.evaluate(async () => {
      const { uploader } = /** @type {any} */ (window);
      const input = /** @type {HTMLInputElement} */ (document.querySelector("input"));
      await uploader.add(/** @type {FileList} */ (input.files));
      uploader.start();
    });
  }

  /**
   * Chooses the file of an unfinished upload.
   *
   * @param {string} path
   */
  async pickFor(path) {
    await this.page.setInputFiles("input", path);
    await this.page.evaluate(async () => {
      const [first] = await /** @type {any} */ (window).uploader.recover();
      const input = /** @type {HTMLInputElement} */ (document.querySelector("input"));
      await first.resume(input.files?.[0]);
    });
  }

  /**
   * Waits until the file has reached this percentage.
   *
   * @param {number} percentage
   */
  async reaches(percentage) {
    await this.page.waitForFunction(
      (percentage) => /** @type {any} */ (window).uploader.progress.percentage >= percentage,
      percentage,
      { polling: 20 },
    );
  }

  /** Waits for the end of the run, and returns all events until then. @returns {Promise<Told[]>} */
  async ends() {
    await this.page.waitForFunction(
      () =>
        /** @type {any} */ (window).told.some(
          (/** @type {any} */ { event }) => event === "complete",
        ),
      undefined,
      { timeout: 120_000 },
    );
    return this.told();
  }

  /** Returns the unfinished uploads of earlier visits. @returns {Promise<any[]>} */
  recoverable() {
    return this.page.evaluate(async () =>
      (await /** @type {any} */ (window).uploader.recover()).map((/** @type {any} */ one) => ({
        ...one,
      })),
    );
  }

  /** Returns the stored entries of unfinished uploads. */
  entries() {
    return remembered(this.page);
  }

  forgetAll() {
    return this.page.evaluate(() => /** @type {any} */ (window).uploader.forgetAll());
  }

  /** Discards the first unfinished upload. */
  forget() {
    return this.page.evaluate(async () => {
      const [first] = await /** @type {any} */ (window).uploader.recover();
      await first.forget();
    });
  }

  forgetTold() {
    return this.page.evaluate(() => /** @type {any} */ (window).told.splice(0));
  }

  /** @returns {Promise<Told[]>} */
  told() {
    return this.page.evaluate(() => /** @type {any} */ (window).told);
  }

  /**
   * @param {"pause" | "resume" | "cancel" | "remove" | "retry" | "destroy"} command
   */
  command(command) {
    return this.page.evaluate((command) => {
      const { uploader } = /** @type {any} */ (window);
      const id = command === "remove" ? uploader.files[0].id : undefined;
      // Doesn't await the promise. Other methods wait for the result.
      uploader[command](id);
    }, command);
  }
}

/**
 * Returns the events with one name.
 *
 * @param {Told[]} told
 * @param {string} name
 */
export const of = (told, name) => told.filter(({ event }) => event === name);

/**
 * Checks that progress never moves backwards within an attempt.
 *
 * @param {Told[]} told
 */
export function checkProgress(told) {
  /** @type {Told | undefined} */
  let last;
  for (const report of of(told, "upload-progress")) {
    assert(report.loaded <= report.total);
    assert.equal(report.percentage === 100, report.phase === "done");
    if (last && last.attempt === report.attempt) {
      assert(report.loaded >= last.loaded, `${report.loaded} after ${last.loaded}`);
    }
    last = report;
  }
}

/**
 * Returns the stored entries of a page's unfinished uploads.
 *
 * @param {import("playwright-core").Page} page
 * @returns {Promise<any[]>}
 */
export function remembered(page) {
  return page.evaluate(async () => {
    const database = await new Promise((resolve) => {
      const request = indexedDB.open("ittybit-uploader");
      request.onsuccess = () => resolve(request.result);
    });
    const request = database.transaction("uploads").objectStore("uploads").getAll();
    await new Promise((resolve) => {
      request.onsuccess = resolve;
    });
    database.close();
    return request.result;
  });
}
