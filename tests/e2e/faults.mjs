// A host with planned faults, a page that uploads to it, and checks for every upload: progress is true,
// each retry is announced, and no error identifies an upload URL.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach } from "node:test";

import { launchBrowser, openPage, planFaults, seenAt, startDemo } from "./support.mjs";

/** In bytes. More than the 6 MB that Chromium writes to socket buffers at once. */
export const large = 16_000_000;

/** The default options. */
const options = { endpoint: "/api/uploads", retryDelays: [10, 20, 30, 40] };

/** @typedef {{ kind: string, [detail: string]: unknown }} Fault */

/** @typedef {{ size?: number, says?: boolean, options?: object }} What
 *   `size` of the file, in bytes; `says` is the result of the app's `shouldRetry`, if it has one
 */

/**
 * What a page has learned about an upload. `words` is all text of an error. `asked` are the calls to
 * the app's `shouldRetry`.
 *
 * @typedef {{
 *   name: string, code: string, status?: number, attempt: number, retryable: boolean,
 *   message: string, detail?: string, words: string,
 * }} ToldError
 * @typedef {import("../../src/package/index.d.ts").Progress & { at: number }} Report
 * @typedef {{
 *   media?: any, error?: ToldError, stopped?: boolean, settled: number, reports: Report[],
 *   retries: { attempt: number, delay: number, error: ToldError }[], asked: [string, number][],
 * }} Told
 */

/**
 * Returns a fault with this answer instead of the right one.
 *
 * @param {number} status
 * @param {{ retry_after?: string, body?: string, content_type?: string, early?: boolean }} [more]
 * @returns {Fault}
 */
export function answer(status, more) {
  return { kind: "status", status, ...more };
}

/**
 * @param {Told} told
 * @returns the errors of the attempts that were retried
 */
export function failures({ retries }) {
  return retries.map(({ error }) => error.status ?? error.code);
}

/** Sets up the host and a browser for the tests of a file, and a new page for each test. */
export function setUpFaultyHost() {
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {import("./support.mjs").Demo} */
  let demo;
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;
  /** @type {import("playwright-core").Request[]} */
  let requests;

  before(async () => {
    const settings = { STAND_IN_FAULTS: "1" };
    const starting = startDemo({ pages: "tests/e2e/pages", settings });
    [browser, demo] = await Promise.all([launchBrowser(), starting]);
  });

  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  beforeEach(async () => {
    opened = await openPage(browser);
    requests = [];
    opened.page.on("request", (request) => {
      if (request.method() === "POST") requests.push(request);
    });
    await opened.page.goto(`${demo.address}/empty.html`);
  });

  afterEach(() => opened.close());

  return {
    get page() {
      return opened.page;
    },

    get demo() {
      return demo;
    },

    /** The page's requests to the endpoint and to upload URLs, in order. */
    get requests() {
      return requests;
    },

    /**
     * Sets the plan of faults for the next requests, and resets the counts.
     *
     * @param {{ store?: (Fault | null)[], create?: (Fault | null)[] }} plan
     */
    plan: (plan) => planFaults(demo.host, plan),

    /** Returns the counts and records of the host. */
    async counts() {
      const { counts } = await seenAt(demo.host);
      return {
        questions: counts.create_requests,
        urls: counts.urls_created,
        uploads: counts.store_requests,
        files: counts.files_stored,
      };
    },

    /**
     * Uploads in the page to the end.
     *
     * @param {What} [what]
     */
    async upload(what) {
      await this.begin(what);
      return this.end();
    },

    /** @param {What} [what] */
    async begin({ size = 5, says, options: more } = {}) {
      await opened.page.evaluate(beginInPage, { size, says, options: { ...options, ...more } });
    },

    /** Waits for the end of the last upload. */
    async end() {
      await opened.page.evaluate(() => /** @type {any} */ (globalThis).uploads.at(-1).end);
      const told = await this.told();
      checkProgress(told);
      checkRetries(told);
      const keys = requests.map((request) => new URL(request.url()).searchParams.get("key"));
      checkErrors(told, [demo.host, ...keys.filter((key) => key !== null)]);
      return told;
    },

    /**
     * Returns what the page has learned until now.
     *
     * @param {number} [which] upload of the page; the last unless given
     * @returns {Promise<Told>}
     */
    told(which = -1) {
      return opened.page.evaluate(
        (which) => /** @type {any} */ (globalThis).uploads.at(which).told,
        which,
      );
    },

    /**
     * Waits until this is the last progress that was reported.
     *
     * @param {Report["phase"]} phase
     * @param {number} [loaded] this much, or more
     */
    async reached(phase, loaded = 0) {
      await opened.page.waitForFunction(
        ({ phase, loaded }) => {
          const report = /** @type {any} */ (globalThis).uploads.at(-1).told.reports.at(-1);
          return report?.phase === phase && report.loaded >= loaded;
        },
        { phase, loaded },
      );
    },

    /**
     * Waits until a request has reached the host.
     *
     * @param {"questions" | "uploads" | "files"} what
     */
    async arrived(what) {
      const inTime = AbortSignal.timeout(30_000);
      while ((await this.counts())[what] === 0) inTime.throwIfAborted();
    },

    /** Aborts the last upload, with a unique reason. */
    async abort() {
      await opened.page.evaluate(() =>
        /** @type {any} */ (globalThis).uploads.at(-1).controller.abort({ why: "enough" }),
      );
    },
  };
}

/** @param {Required<Pick<What, "size">> & { says: boolean | undefined, options: any }} what */
async function beginInPage({ size, says, options }) {
  const { upload } = await import("/dist/index.js");
  const controller = new AbortController();
  /** @type {any} */
  const told = { settled: 0, reports: [], retries: [], asked: [] };
  const plain = (/** @type {any} */ error) => {
    const { name, code, status, attempt, retryable, message, detail } = error;
    const words = [error, error.stack, JSON.stringify(error), error.cause].join(" ");
    return { name, code, status, attempt, retryable, message, detail, words };
  };
  const settle = (/** @type {object} */ outcome) => {
    told.settled += 1;
    Object.assign(told, outcome);
  };
  const end = upload(new File([new Uint8Array(size)], "film.mp4", { type: "video/mp4" }), {
    signal: controller.signal,
    onProgress: (progress) => told.reports.push({ ...progress, at: performance.now() }),
    onRetry: (retry) => told.retries.push({ ...retry, error: plain(retry.error) }),
    ...(says !== undefined && {
      shouldRetry(error, attempt) {
        told.asked.push([error.code, attempt]);
        return says;
      },
    }),
    ...options,
  }).then(
    (media) => settle({ media }),
    (/** @type {any} */ thrown) => {
      const { reason } = controller.signal;
      settle(thrown === reason ? { stopped: true } : { error: plain(thrown) });
    },
  );
  const page = /** @type {any} */ (globalThis);
  page.uploads ??= [];
  page.uploads.push({ told, controller, end });
}

/** @param {Told} told */
function checkProgress({ media, reports }) {
  reports.forEach((report, index) => {
    const last = reports[index - 1];
    assert(report.loaded <= report.total);
    assert.equal(report.percentage === 100, report.phase === "done");
    if (last?.attempt === report.attempt) {
      assert(report.loaded >= last.loaded && report.percentage >= last.percentage);
    } else {
      assert.equal(report.attempt, (last?.attempt ?? 0) + 1);
      assert.deepEqual([report.loaded, report.percentage], [0, 0]);
    }
  });
  assert.equal(reports.at(-1)?.phase === "done", media !== undefined);
}

/** @param {Told} told */
function checkRetries({ error, reports, retries }) {
  assert.equal(retries.length, (reports.at(-1)?.attempt ?? 0) - 1);
  retries.forEach(({ attempt, delay, error }, index) => {
    assert.deepEqual([attempt, error.attempt], [index + 2, index + 1]);
    // Measured from before the wait to after it, so it is never shorter, except for rounding.
    const before = reports.findLast((report) => report.attempt < attempt)?.at ?? 0;
    const after = reports.find(
      (report) => report.attempt === attempt && report.phase !== "waiting",
    );
    if (after) assert(after.at - before > delay - 0.001, `${after.at - before} of ${delay} ms`);
  });
  if (error) assert.equal(error.attempt, retries.length + 1);
}

/**
 * @param {Told} told
 * @param {string[]} secrets
 */
function checkErrors({ error, retries }, secrets) {
  for (const each of [...retries.map(({ error }) => error), ...(error ? [error] : [])]) {
    const { name, words, message, detail = "" } = each;
    assert.equal(name, "UploadError", words);
    for (const text of [words, message, detail]) {
      for (const secret of secrets) assert(!text.includes(secret), text);
    }
  }
}
