// Pages whose debug log is read from the console, and a host with faults. Checks that the log of each
// page contains nothing secret when the page is closed.

import assert from "node:assert/strict";

import { setUpLargeFiles } from "./large.mjs";
import { closePage, planFaults } from "./support.mjs";

export const prop = "prop-secret-4711";
export const header = "header-secret-0815";
export const secretive = {
  headers: { authorization: `Bearer ${header}` },
  props: { metadata: { customer: prop } },
  retryDelays: [10, 20, 30, 40],
};

/** The answer of a server that reveals secrets. */
export const careless = JSON.stringify({
  error: { message: `Not now: ${prop} with ${header} at https://files.example/u?sig=abc123` },
});

/** Sets up a demo with faults, and its pages, for the tests of a file. */
export function setUpStories() {
  const large = setUpLargeFiles();

  /** @param {(object | null)[]} store what happens to files that are sent */
  const plan = (...store) => planFaults(large.demo.host, { store });

  /**
   * Opens a page, and records its console.
   *
   * @param {{ name?: string, problems?: RegExp[], prepare?: () => void, bypassCSP?: boolean }} [options] `problems` that
   *   nobody catches
   */
  async function open({ name = "empty.html", problems = [], prepare, ...options } = {}) {
    const context = await large.browser.newContext(options);
    const page = await context.newPage();
    /** @type {string[]} */
    const uncaught = [];
    page.on("pageerror", (error) => uncaught.push(String(error)));
    /** @type {{ level: string, text: string }[]} */
    const said = [];
    page.on("console", (message) => said.push({ level: message.type(), text: message.text() }));
    /** @type {import("playwright-core").Request[]} */
    const requests = [];
    page.on("request", (request) => requests.push(request));
    if (prepare) await page.addInitScript(prepare);
    await page.goto(`${large.demo.address}/${name}`);

    /** Returns everything that identifies an upload, or that lets somebody send its files. */
    const secrets = () => {
      const secrets = new Set([prop, header, "abc123"]);
      for (const request of requests) {
        const key = request.headers()["idempotency-key"];
        if (key) secrets.add(key);
        const { origin, href, search, searchParams } = new URL(request.url());
        if (origin === large.demo.address) continue;
        for (const secret of [origin, href, search]) if (secret) secrets.add(secret);
        for (const value of searchParams.values()) if (value.length >= 8) secrets.add(value);
      }
      return secrets;
    };

    /** Returns the log without progress, and without values that differ in each run. */
    const story = () =>
      said
        .filter(({ text }) => text.startsWith("[ittybit-uploader] "))
        .map(({ level, text }) => `${level} ${text.slice("[ittybit-uploader] ".length)}`)
        .filter((line) => !/ \d+ %, |first bytes/.test(line))
        .map((line) => line.replace(/\b[\d.]+ m?s\b/g, "TIME").replace(/\bmed_\w+/, "ID"))
        .map((line) => line.replace(/[\d.]+ \w+\/s\b/, "SPEED"));

    return {
      page,
      said,
      secrets,
      /** Whether the code for debugging was loaded. */
      isLoaded: () => requests.some((request) => request.url().includes("/dist/debug.js")),
      story,
      /** @param {string} line that is waited for */
      async says(line) {
        const inTime = AbortSignal.timeout(30_000);
        while (!story().includes(line)) {
          inTime.throwIfAborted();
          await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 20)));
        }
      },
      async close() {
        for (const { text } of said) {
          for (const secret of secrets()) assert(!text.includes(secret), text);
        }
        await closePage(page);
        assert.equal(uncaught.length, problems.length, uncaught.join());
        for (const [index, problem] of problems.entries())
          assert.match(`${uncaught[index]}`, problem);
      },
    };
  }

  return { large, plan, open };
}

/**
 * Uploads in a page.
 *
 * @param {import("playwright-core").Page} page
 * @param {{ size?: number, [option: string]: unknown }} [options]
 * @returns {Promise<any>} the media object, or the error as JSON
 */
export const upload = (page, { size = 300_000, ...options } = {}) =>
  page.evaluate(
    async ({ size, options }) => {
      const { upload } = await import("/dist/index.js");
      const file = new File([new Uint8Array(size)], "clip.mp4", { type: "video/mp4" });
      return upload(file, { endpoint: "/api/uploads", ...options }).catch(JSON.stringify);
    },
    { size, options },
  );
