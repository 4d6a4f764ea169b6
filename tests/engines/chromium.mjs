// Drives Chromium through Playwright.

import { chromium } from "playwright-core";

import { chromiumOptions, closePage } from "../e2e/support.mjs";
import { find } from "./webdriver.mjs";

/** @typedef {import("./engine.mjs").Selectors} Selectors */

export class Chromium {
  name = /** @type {const} */ ("Chromium");
  dropsReally = true;
  /** @type {import("playwright-core").Browser | undefined} */
  #browser;
  /** @type {import("playwright-core").Page | undefined} */
  #page;

  async launch() {
    this.#browser = await chromium.launch(chromiumOptions);
  }

  async renew() {
    if (this.#page) await closePage(this.#page);
    this.#page = await this.#browser?.newPage();
  }

  get page() {
    if (!this.#page) throw new Error("the page must only be used in a test");
    return this.#page;
  }

  /** @param {import("./engine.mjs").Size} size */
  async resize(size) {
    await this.page.setViewportSize(size);
  }

  /** @param {string} url */
  async open(url) {
    await this.page.goto(url);
  }

  /**
   * @template {unknown[]} A
   * @template T
   * @param {(...args: A) => T | Promise<T>} work
   * @param {A} args
   * @returns {Promise<T>}
   */
  evaluate(work, ...args) {
    // Passes source text, because Playwright's functions take only one argument.
    return this.page.evaluate(`(${work})(...${JSON.stringify(args)})`);
  }

  /** @param {Selectors} selectors */
  async #find(selectors) {
    const handle = await this.page.evaluateHandle(
      `(${find})(${JSON.stringify([selectors].flat())})`,
    );
    return /** @type {import("playwright-core").ElementHandle} */ (handle.asElement());
  }

  /**
   * @param {Selectors} selectors
   * @param {string[]} paths
   */
  async pick(selectors, ...paths) {
    await (await this.#find(selectors)).setInputFiles(paths);
  }

  /**
   * @param {Selectors} selectors
   * @param {string[]} paths
   */
  async drop(selectors, ...paths) {
    const box = await (await this.#find(selectors)).boundingBox();
    if (!box) throw new Error(`${selectors} must be visible`);
    const place = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const devtools = await this.page.context().newCDPSession(this.page);
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    // Several times, as while a mouse moves, because the element below the mouse may change.
    for (const type of /** @type {const} */ (["dragEnter", "dragOver", "dragOver", "drop"])) {
      await devtools.send("Input.dispatchDragEvent", { type, ...place, data });
    }
    await devtools.detach();
  }

  /** @param {Selectors} selectors */
  async click(selectors) {
    await (await this.#find(selectors)).click();
  }

  /** @param {string} key */
  async press(key) {
    await this.page.keyboard.press(key);
  }

  screenshot() {
    return this.page.screenshot();
  }

  async close() {
    await this.#browser?.close();
  }
}
