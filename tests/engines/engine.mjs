// A common interface to all browser engines, so that each test is written once.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe } from "node:test";

import { Chromium } from "./chromium.mjs";
import { Firefox } from "./firefox.mjs";
import { WebKit } from "./webkit.mjs";

/**
 * A browser with one page, which is new for each test and has no data of earlier tests.
 *
 * Selectors find an element: the first one in the document, each further one in the shadow root of the
 * element before.
 *
 * @typedef {string | string[]} Selectors
 *
 * @typedef {{ width: number, height: number }} Size in CSS pixels
 *
 * @typedef {object} Engine
 * @property {"Chromium" | "Firefox" | "WebKit"} name
 * @property {boolean} dropsReally whether `drop()` is a real drop, or only dispatches events in the page
 * @property {() => Promise<void>} launch
 * @property {() => Promise<void>} renew the page
 * @property {(size: Size) => Promise<void>} resize the viewport, which has 1280 by 720 at first
 * @property {(url: string) => Promise<void>} open waits until it has loaded
 * @property {<A extends unknown[], T>(
 *   work: (...args: A) => T | Promise<T>, ...args: A) => Promise<T>} evaluate
 *   runs a function in the page, from its source; arguments and results are JSON
 * @property {(selectors: Selectors, ...paths: string[]) => Promise<void>} pick sets the files of a
 *   file input
 * @property {(selectors: Selectors, ...paths: string[]) => Promise<void>} drop files and folders
 * @property {(selectors: Selectors) => Promise<void>} click with the mouse
 * @property {(key: string) => Promise<void>} press as `Tab`, `Shift+Tab`, `a`
 * @property {() => Promise<Buffer>} screenshot of the viewport, as PNG
 * @property {() => Promise<void>} close ends all programs
 */

/** How long to wait for the page on a busy machine, in ms. */
const timeLimit = 120_000;

const engines = [new Chromium(), new Firefox(), new WebKit()];

/**
 * Declares the same tests for each engine, or for those in `ENGINES`. A page that throws, or violates
 * its content security policy, fails its test.
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

/** An engine, with functions for all of them. */
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
   * Waits until a function in the page returns something truthy, and returns that.
   *
   * @template {unknown[]} A
   * @template T
   * @param {(...args: A) => T | Promise<T>} work
   * @param {A} args
   */
  async waitFor(work, ...args) {
    const inTime = AbortSignal.timeout(timeLimit);
    while (true) {
      const answer = await this.evaluate(work, ...args);
      if (answer) return answer;
      if (inTime.aborted) throw new Error(`${this.name}: waited in vain for ${work}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Checks that nothing went wrong in the page. */
  async isWell() {
    const problems = await this.evaluate(() => /** @type {any} */ (window).problems ?? []);
    assert.deepEqual(problems, []);
  }
}
