// A page with an `Uploader` of the built package in it, and what that has told.

import { after, afterEach, before, beforeEach } from "node:test";

import { launchBrowser, openPage, startDemo } from "./support.mjs";

/** @typedef {import("../../pkg-config/entries/index.d.ts").UploaderOptions} UploaderOptions */
/** @typedef {import("../../pkg-config/entries/index.d.ts").UploaderEventMap} UploaderEventMap */

/**
 * All that an `Uploader` dispatches.
 *
 * @type {(keyof UploaderEventMap)[]}
 */
export const eventNames = [
  "file-added",
  "file-removed",
  "restriction-failed",
  "upload-start",
  "upload-progress",
  "upload-success",
  "upload-error",
  "upload-retry",
  "upload-stalled",
  "upload-pause",
  "upload-resume",
  "upload-cancel",
  "complete",
  "load-error",
];

/**
 * Opens an empty page for each test of a file; the members are there once a test runs.
 *
 * @param {Record<string, string>} [settings] the demo's environment variables
 */
export function setUpTab(settings = {}) {
  const tab = new Tab();
  before(async () => {
    const demo = startDemo({ pages: "tests/e2e/pages", settings });
    [tab.browser, tab.demo] = await Promise.all([launchBrowser(), demo]);
  });
  after(async () => {
    await tab.browser?.close();
    await tab.demo?.stop();
  });
  beforeEach(async () => {
    tab.opened = await openPage(tab.browser);
    await tab.page.goto(`${tab.demo.address}/empty.html`);
  });
  afterEach(() => tab.opened.close());
  return tab;
}

class Tab {
  /** @type {import("playwright-core").Browser} */
  browser = /** @type {any} */ (undefined);
  /** @type {import("./support.mjs").Demo} */
  demo = /** @type {any} */ (undefined);
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  opened = /** @type {any} */ (undefined);

  get page() {
    return this.opened.page;
  }

  /** Where files are sent to. */
  get store() {
    return `${this.demo.host}/store/**`;
  }

  /**
   * An `Uploader` in the page, with what it has told: an event's name, the file's, and of progress
   * the phase. Unless there is an endpoint among the options, the test is the endpoint: what the
   * uploader asks waits in `asked`, by the file's name.
   *
   * @param {Omit<Partial<UploaderOptions>, "endpoint"> & { endpoint?: string }} [options] what can
   *   be sent into a page
   */
  openUploader(options = {}) {
    return this.page.evaluateHandle(
      async ({ options, eventNames }) => {
        const { Uploader } = await import("/dist/index.js");
        /**
         * @typedef {{
         *   answer: (answer: any) => void,
         *   refuse: (error: unknown) => void,
         *   idempotencyKey: string,
         *   signal: AbortSignal,
         * }} Question
         * @type {Map<string, Question>}
         */
        const asked = new Map();
        const uploader = new Uploader({
          endpoint: ({ filename }, { idempotencyKey, signal }) =>
            new Promise((answer, refuse) => {
              asked.set(filename, { answer, refuse, idempotencyKey, signal });
            }),
          retryDelays: [],
          ...options,
        });
        /** @type {string[]} */
        const told = [];
        for (const name of eventNames) {
          uploader.addEventListener(name, (event) => {
            const { file, progress } = /** @type {CustomEvent} */ (event).detail;
            told.push([name, file?.name, progress?.phase].filter(Boolean).join(" "));
          });
        }
        return {
          uploader,
          told,
          asked,
          /** What was told but progress, which comes as often as there are frames. */
          steps: () => told.filter((line) => !line.startsWith("upload-progress")),
          /** @param {string[]} names the files' names, and what is in them */
          add: (...names) => uploader.add(names.map((name) => new File([name], name))),
          /**
           * What the next event of that name tells.
           *
           * @template {keyof UploaderEventMap} K
           * @param {K} name
           * @returns {Promise<UploaderEventMap[K]["detail"]>}
           */
          next: (name) =>
            new Promise((resolve) => {
              uploader.addEventListener(name, (event) => resolve(event.detail), { once: true });
            }),
          /**
           * What the file of that name is.
           *
           * @param {string} name
           */
          named: (name) => {
            const file = uploader.files.find((file) => file.name === name);
            if (!file) throw new Error(`There is no file ${name}.`);
            return file;
          },
        };
      },
      { options, eventNames },
    );
  }
}
