// Opens a page with an `Uploader` of the built package, and records its events.

import { after, afterEach, before, beforeEach } from "node:test";

import { launchBrowser, openPage, startDemo } from "./support.mjs";

/** @typedef {import("../../src/package/index.d.ts").UploaderOptions} UploaderOptions */
/** @typedef {import("../../src/package/index.d.ts").UploaderEventMap} UploaderEventMap */

/**
 * The names of all events of an `Uploader`.
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
 * Opens an empty page for each test of a file. Its members are set when a test runs.
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

  /** The origin to which files are sent. */
  get store() {
    return `${this.demo.host}/store/**`;
  }

  /**
   * Creates an `Uploader` in the page, and records its events: the event's name, the file's, and for
   * progress the phase. Without an endpoint in the options, the test is the endpoint: requests wait in
   * `asked`, by the file's name.
   *
   * @param {Omit<Partial<UploaderOptions>, "endpoint"> & { endpoint?: string }} [options] must be
   *   serialisable
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
          /** The events except progress, whose number depends on the frames. */
          steps: () => told.filter((line) => !line.startsWith("upload-progress")),
          /** @param {string[]} names the files' names, which are also their content */
          add: (...names) => uploader.add(names.map((name) => new File([name], name))),
          /**
           * Returns the detail of the next event with this name.
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
           * Returns the file with this name.
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
