// What a page adds to the memory of its browser while it does something. From `/proc`: Linux only.

import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

/** In ms. */
const interval = 100;

/**
 * Bytes: `renderer` of the page's own process (resident set), `browser` of all processes of the
 * browser together (proportional set, which counts what they share once).
 *
 * @typedef {{ renderer: number, browser: number }} Memory
 */

/**
 * Does something, and answers how much more memory there was at the worst moment than before.
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
  // Until the browser is done with what it does for every new page.
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
 * The browser's processes, and the page's own among them. Nobody says which that is, so the page is
 * given something to do: it is the one that then takes time.
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
  // One that has just come is a spare one.
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
    // Of the browser's processes, some come and go.
    return 0;
  }
}
