// Measures how much memory a browser needs for a page's action. Reads `/proc`, so it works only on Linux.

import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

/** In ms. */
const interval = 100;

/**
 * In bytes. `renderer` is the resident set of the page's own process. `browser` is the proportional set
 * of all processes of the browser, which counts shared memory once.
 *
 * @typedef {{ renderer: number, browser: number }} Memory
 */

/**
 * Calls `act`, and returns the largest amount of memory that was added meanwhile.
 *
 * @template T
 * @param {import("playwright-core").Page} page that has loaded, in a browser of its own
 * @param {() => Promise<T>} act
 * @returns {Promise<{ result: T, added: Memory }>}
 */
export async function watchMemory(page, act) {
  if (process.platform !== "linux") {
    return { result: await act(), added: { renderer: Number.NaN, browser: Number.NaN } };
  }
  // Waits until the browser has finished its work for a new page.
  await wait(1000);
  const { all, own } = await processesOf(page);
  const sample = () => ({
    renderer: inStatus(own, "status", "VmRSS"),
    browser: all.reduce((sum, pid) => sum + inStatus(pid, "smaps_rollup", "Pss"), 0),
  });
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.detach();
  await wait(500);
  const before = sample();
  const peak = { ...before };
  const look = () => {
    const now = sample();
    peak.renderer = Math.max(peak.renderer, now.renderer);
    peak.browser = Math.max(peak.browser, now.browser);
  };
  const timer = setInterval(look, interval);
  try {
    const result = await act();
    look();
    const added = {
      renderer: peak.renderer - before.renderer,
      browser: peak.browser - before.browser,
    };
    return { result, added };
  } finally {
    clearInterval(timer);
  }
}

/**
 * Returns the browser's processes, and which of them is the page's. To find it, makes the page busy,
 * and looks for the process that uses the most time.
 *
 * @param {import("playwright-core").Page} page
 */
async function processesOf(page) {
  const session = await /** @type {import("playwright-core").Browser} */ (
    page.context().browser()
  ).newBrowserCDPSession();
  const list = async () => (await session.send("SystemInfo.getProcessInfo")).processInfo;
  const before = new Map((await list()).map(({ id, cpuTime }) => [id, cpuTime]));
  await page.evaluate(() => {
    const end = performance.now() + 500;
    while (performance.now() < end);
  });
  const after = await list();
  await session.detach();
  // A process that has just started is a spare one.
  const took = ({ id = 0, cpuTime = 0 }) => cpuTime - (before.get(id) ?? cpuTime);
  const [own] = after
    .filter(({ type }) => type === "renderer")
    .sort((one, other) => took(other) - took(one));
  if (!own) throw new Error("the page has no process");
  return { own: own.id, all: after.map(({ id }) => id) };
}

/**
 * @param {number} pid
 * @param {"status" | "smaps_rollup"} file
 * @param {string} field
 */
function inStatus(pid, file, field) {
  try {
    const text = readFileSync(`/proc/${pid}/${file}`, "utf8");
    return 1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(text)?.[1]);
  } catch {
    // The process has ended.
    return 0;
  }
}
