// Measures one upload of a large file, in a page of its own browser.

import { closeSync, ftruncateSync, openSync } from "node:fs";
import { join } from "node:path";

import { launchBrowser, openPage, startDemo, temporaryFolder } from "../e2e/support.mjs";
import { watchMemory } from "./memory.mjs";

const pages = "tests/bench/pages";

/**
 * Creates a file of zeros that needs no disk space.
 *
 * @param {number} size in bytes
 */
export function sparseFile(size) {
  const { folder, remove } = temporaryFolder();
  const path = join(folder, "film.mp4");
  const file = openSync(path, "w");
  ftruncateSync(file, size);
  closeSync(file);
  return { path, size, remove };
}

/** Starts the demo with the bench's pages, and with a host and a store that can be slowed down. */
export const startBenchDemo = () => startDemo({ pages, settings: { STAND_IN_FAULTS: "1" } });

/** @typedef {"bare" | "resumable" | "multipart" | "upchunk" | "tus" | "idle"} Way */

/**
 * @typedef {object} Sent
 * @property {number} time in ms
 * @property {number} longest the longest time for which the main thread was blocked, in ms
 * @property {number} [crossings] the number of calls between the languages, if they were counted
 * @property {any} media
 * @property {import("./memory.mjs").Memory} added
 * @property {number} requests
 * @property {number} preflights
 */

/**
 * @param {object} what
 * @param {Way} what.way
 * @param {string} what.path the file's
 * @param {string} what.pages address of the demo
 * @param {string} [what.host] the host that gets the file; by default, the one in the target of the demo's backend
 * @param {object} [what.options] of the uploader
 * @param {string} [what.script] that the page needs
 * @param {() => void} [what.init] runs in the page before anything else
 * @returns {Promise<Sent>}
 */
export async function send({ way, path, pages, host = "", options = {}, script, init }) {
  const browser = await launchBrowser();
  try {
    // The demo's policy allows only its own host and store.
    const { page, close } = await openPage(browser, { bypassCSP: true });
    if (init) await page.addInitScript(init);
    await page.goto(`${pages}/large.html`);
    if (script) await page.addScriptTag({ content: script });
    await page.setInputFiles("input", path);
    const count = await countRequests(page);
    const { result, added } = await watchMemory(page, () =>
      page.evaluate(
        ({ way, host, options }) => /** @type {any} */ (window).send(way, host, options),
        { way, host, options },
      ),
    );
    await close();
    return { ...result, added, ...count };
  } finally {
    await browser.close();
  }
}

/** @param {import("playwright-core").Page} page */
async function countRequests(page) {
  const count = { requests: 0, preflights: 0 };
  const session = await page.context().newCDPSession(page);
  session.on("Network.requestWillBeSent", ({ request }) => {
    // Requests for the page itself don't count.
    if (request.method === "OPTIONS") count.preflights += 1;
    else if (request.method !== "GET" || !request.url.includes("/dist/")) count.requests += 1;
  });
  await session.send("Network.enable", { maxTotalBufferSize: 0, maxResourceBufferSize: 0 });
  return count;
}
