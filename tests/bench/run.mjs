// `npm run bench`: sizes, and speed as ratios against a bare XMLHttpRequest in the same page and
// run. It asserts nothing: machines are noisy.

import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { measureBudget, sizesOf } from "../../pkg-config/budget.mjs";
import { build } from "../../pkg-config/build.mjs";
import { demo } from "../../pkg-config/demo.mjs";
import { fail, root } from "../../pkg-config/run.mjs";
import { setUp } from "../../pkg-config/setup/index.mjs";
import { filmSized, launchBrowser, openPage, startDemo, temporaryFolder } from "../e2e/support.mjs";

const pages = "tests/bench/pages";

/** Uploads of each kind, and page loads of each kind. Odd, so that a median is one of them. */
const rounds = 7;

function printSizes() {
  const row = (/** @type {import("../../pkg-config/budget.mjs").Sizes} */ sizes) => ({
    raw: sizes.raw,
    gzip: sizes.gzip,
    brotli: sizes.brotli,
  });
  console.log("\nBytes of each published file, and of what a page loads:");
  const files = readdirSync(join(root, "dist")).filter((name) => !name.endsWith(".d.ts"));
  const rows = files.map((name) => [name, row(sizesOf([name]))]);
  const lines = measureBudget().map((line) => [line.what, { ...row(line), budget: line.limit }]);
  console.table(Object.fromEntries([...rows, ...lines]));
}

/**
 * @param {(
 *   page: import("playwright-core").Page,
 *   address: string,
 *   browser: import("playwright-core").Browser,
 * ) => Promise<void>} measure
 */
async function withPage(measure) {
  const browser = await launchBrowser();
  const server = await startDemo({ pages });
  const { page, close } = await openPage(browser);
  try {
    await measure(page, server.address, browser);
    await close();
  } finally {
    await browser.close();
    await server.stop();
  }
}

/**
 * 60 MB, from the question to the endpoint to the answer of the host: ours and a bare XHR in turn.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} address
 */
async function printThroughput(page, address) {
  const { folder, remove } = temporaryFolder();
  const path = join(folder, "film.mp4");
  writeFileSync(path, filmSized());
  await page.goto(`${address}/throughput.html`);
  await page.setInputFiles("input", path);
  /** @type {Record<"ours" | "bare", number[]>} */
  const times = { ours: [], bare: [] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const kind of /** @type {const} */ (["ours", "bare"])) {
      // @ts-expect-error the page's own
      const time = await page.evaluate((kind) => window.measure(kind), kind);
      // The first of each warms up.
      if (round > 0) times[kind].push(time);
    }
  }
  remove();
  const ours = median(times.ours);
  const bare = median(times.bare);
  console.log(`60 MB simple upload, medians of ${rounds}:`);
  console.log(`  ours ${speed(ours)}, bare XHR ${speed(bare)}, ratio ${(bare / ours).toFixed(3)}`);
}

/**
 * A small file on a page that has just been opened, nothing in its cache.
 *
 * @param {import("playwright-core").Page} _
 * @param {string} address
 * @param {import("playwright-core").Browser} browser
 */
async function printStart(_, address, browser) {
  /** @type {Record<string, { ready: number, firstByte: number }[]>} */
  const found = { "script-tag": [], "script-tag.inline": [], module: [], bare: [] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const kind of Object.keys(found)) {
      const { page, close } = await openPage(browser);
      await page.goto(`${address}/start.${kind}.html`);
      // @ts-expect-error the page's own
      const times = await page.evaluate(() => window.measured);
      if (round > 0) found[kind]?.push(times);
      await close();
    }
  }
  console.log(`\nA page that has just been opened, medians of ${rounds}, in ms:`);
  const rows = Object.entries(found).map(([kind, times]) => [
    kind,
    {
      "until the API is ready": round(median(times.map(({ ready }) => ready))),
      "until the first byte is sent": round(median(times.map(({ firstByte }) => firstByte))),
    },
  ]);
  console.table(Object.fromEntries(rows));
}

/** @param {number[]} numbers */
function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** @param {number} milliseconds */
const speed = (milliseconds) => `${round(60_000 / milliseconds)} MB/s`;

/** @param {number} number */
const round = (number) => Math.round(number * 10) / 10;

try {
  const machine = await setUp({ tests: true });
  await build(machine);
  process.env.DEMO = await demo(machine);
  process.env.CHROMIUM = machine.browser?.chromium;
  printSizes();
  await withPage(printThroughput);
  await withPage(printStart);
} catch (error) {
  fail(error);
}
