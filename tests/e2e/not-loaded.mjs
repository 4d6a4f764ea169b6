// Pages whose uploader can't be loaded, and the errors that they get.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";

import { closePage, launchBrowser, startDemo, temporaryFolder } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

export const scriptTag = '<script nonce="n" src="/dist/ittybit-uploader.js"></script>';
export const inlineTag = scriptTag.replace(".js", ".inline.js");
export const moduleTag = '<script nonce="n" type="module" src="/dist/element.js"></script>';
/** Loads the script tag's file as a module. */
export const wrongTag = scriptTag.replace("<script", '<script type="module"');

export const element = '<ittybit-uploader endpoint="/api/uploads" multiple></ittybit-uploader>';

/**
 * Runs in the page: records events, and provides files. Shortens most waits between attempts to a
 * thousandth, but not those for answers.
 */
function prepare() {
  const { setTimeout } = window;
  Object.assign(window, {
    setTimeout: (/** @type {() => void} */ callback, delay = 0) =>
      setTimeout(callback, delay > 1000 && delay <= 8000 ? delay / 1000 : delay),
    told: [],
    file: (/** @type {string} */ name) => new File([name], name),
  });
  const names = ["load-error", "file-added", "upload-success", "unhandledrejection"];
  for (const name of names) {
    addEventListener(name, (/** @type {any} */ event) => {
      const { detail = {}, reason } = event;
      const { error, file } = detail;
      /** @type {any} */ (window).told.push({
        name,
        code: error?.code,
        file: file?.name,
        reason: String(reason),
      });
      /** @type {any} */ (window).failure = error;
    });
  }
}

/** Sets up a browser and the demo with the tests' own pages. */
export function setUpPages() {
  /** @type {import("./support.mjs").Demo} */
  let demo;
  /** @type {import("playwright-core").Browser} */
  let browser;
  const { folder, remove } = temporaryFolder();
  let count = 0;

  before(async () => {
    [browser, demo] = await Promise.all([launchBrowser(), startDemo({ pages: folder })]);
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
    remove();
  });

  /**
   * Opens a page under the demo's policy and an additional one.
   *
   * @param {string} body
   * @param {{ scripts?: string, policy?: string, bypassCSP?: boolean, lang?: string, init?: () => void }} [options]
   */
  async function open(body, { scripts = "", policy, bypassCSP = false, lang = "en", init } = {}) {
    const context = await browser.newContext({ bypassCSP });
    const page = await context.newPage();
    /** @type {string[]} */
    const said = [];
    /** @type {string[]} */
    const problems = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.addInitScript(prepare);
    if (init) await page.addInitScript(init);
    const name = `${count++}.html`;
    const meta = policy ? `<meta http-equiv="content-security-policy" content="${policy}">` : "";
    writeFileSync(
      join(folder, name),
      `<!doctype html><html lang="${lang}"><title>A page</title>${meta}${scripts}<body>${body}</body></html>`,
    );
    const visit = () => page.goto(`${demo.address}/${name}`);
    const close = async () => {
      await closePage(page);
      assert.deepEqual(problems, []);
    };
    /** Waits for an event in the page. @param {string} name @param {number} [times] */
    const tells = (name, times = 1) =>
      page.waitForFunction(
        ({ name, times }) =>
          /** @type {any} */ (window).told.filter((/** @type {any} */ one) => one.name === name)
            .length >= times,
        { name, times },
      );
    return { page, said, visit, close, tells };
  }

  return { folder, open, address: () => demo.address };
}

/** Waits for the element's `load-error`, and returns it. @param {Page} page */
export async function failureOf(page) {
  await page.waitForFunction(() => /** @type {any} */ (window).failure);
  return page.evaluate(() => {
    const { failure } = /** @type {any} */ (window);
    return { ...failure.toJSON(), message: failure.message, isOurs: failure instanceof Error };
  });
}
