// What a test needs of a browser, the same for each engine, so that its body is written once.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe } from "node:test";

import { Chromium } from "./chromium.mjs";
import { Firefox } from "./firefox.mjs";
import { WebKit } from "./webkit.mjs";

/**
 * A browser with one page, that is new for each test: nothing of an earlier one is stored.
 *
 * An element is named by selectors: the first in the document, each further one in the shadow root
 * of what the one before has found.
 *
 * @typedef {string | string[]} Selectors
 *
 * @typedef {{ width: number, height: number }} Size in CSS pixels
 *
 * @typedef {object} Engine
 * @property {"Chromium" | "Firefox" | "WebKit"} name
 * @property {boolean} dropsReally whether `drop()` is a person's drop, or events made up in the page
 * @property {() => Promise<void>} launch
 * @property {() => Promise<void>} renew the page
 * @property {(size: Size) => Promise<void>} resize what is seen of the page; 1280 by 720 at first
 * @property {(url: string) => Promise<void>} open waits until it has loaded
 * @property {<A extends unknown[], T>(
 *   work: (...args: A) => T | Promise<T>, ...args: A) => Promise<T>} evaluate
 *   runs a function in the page, by its source; what goes in and out is JSON
 * @property {(selectors: Selectors, ...paths: string[]) => Promise<void>} pick has a file input
 *   have these files
 * @property {(selectors: Selectors, ...paths: string[]) => Promise<void>} drop files and folders
 * @property {(selectors: Selectors) => Promise<void>} click with the mouse
 * @property {(key: string) => Promise<void>} press as `Tab`, `Shift+Tab`, `a`
 * @property {() => Promise<Buffer>} screenshot of what is seen of the page, as PNG
 * @property {() => Promise<void>} close ends all that was started
 */

/** In ms: how long the page may take for what a test waits for, on a machine that is busy. */
const patience = 120_000;

const engines = [new Chromium(), new Firefox(), new WebKit()];

/**
 * Declares the same tests for each engine, or for those that `ENGINES` names. A page that throws, or
 * breaks its content security policy, fails its test.
 *
 * @param {(engine: Tested) => void} declare
 */
export function forEachEngine(declare) {
  const wanted = process.env.ENGINES?.toLowerCase().split(/[ ,]+/);
  for (const engine of engines) {
    if (wanted && !wanted.includes(engine.name.toLowerCase())) continue;
    describe(engine.name, () => {
      const tested = new Tested(engine);
      before(() => engine.launch());
      after(() => engine.close());
      beforeEach(async () => {
        await engine.renew();
        await engine.resize({ width: 1280, height: 720 });
      });
      afterEach(() => tested.isWell());
      declare(tested);
    });
  }
}

/** An engine, and what can be said of any of them. */
export class Tested {
  #engine;

  /** @param {Engine} engine */
  constructor(engine) {
    this.#engine = engine;
    this.name = engine.name;
    this.dropsReally = engine.dropsReally;
    this.resize = engine.resize.bind(engine);
    this.evaluate = engine.evaluate.bind(engine);
    this.pick = engine.pick.bind(engine);
    this.drop = engine.drop.bind(engine);
    this.click = engine.click.bind(engine);
    this.press = engine.press.bind(engine);
    this.screenshot = engine.screenshot.bind(engine);
  }

  /** @param {string} url */
  async open(url) {
    await this.#engine.open(url);
    await this.evaluate(() => {
      /** @type {string[]} */
      const problems = [];
      Object.assign(window, { problems });
      addEventListener("error", ({ message }) => problems.push(message));
      addEventListener("unhandledrejection", ({ reason }) => problems.push(`${reason}`));
      addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
        problems.push(`${violatedDirective}: ${blockedURI}`),
      );
    });
  }

  /**
   * Waits until a function answers with something in the page, and answers with that.
   *
   * @template {unknown[]} A
   * @template T
   * @param {(...args: A) => T | Promise<T>} work
   * @param {A} args
   */
  async waitFor(work, ...args) {
    const inTime = AbortSignal.timeout(patience);
    while (true) {
      const answer = await this.evaluate(work, ...args);
      if (answer) return answer;
      if (inTime.aborted) throw new Error(`${this.name}: waited in vain for ${work}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Nothing went wrong in the page. */
  async isWell() {
    const problems = await this.evaluate(() => /** @type {any} */ (window).problems ?? []);
    assert.deepEqual(problems, []);
  }
}
