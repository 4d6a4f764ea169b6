// Compares the speed of simple uploads with a bare XMLHttpRequest in the same page.

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { filmSized, launchBrowser, openPage, startDemo, temporaryFolder } from "../e2e/support.mjs";
import { median, printTable, round, speed } from "./table.mjs";

/** How many uploads and page loads of each kind to measure. Odd, so that the median is one of them. */
const rounds = 7;

/** Measures 60 MB, from the request to the endpoint to the answer of the host, with ours and a bare XHR in turn. */
export async function throughput() {
  const { folder, remove } = temporaryFolder();
  const path = join(folder, "film.mp4");
  const film = filmSized();
  writeFileSync(path, film);
  /** @type {Record<"ours" | "bare", number[]>} */
  const times = { ours: [], bare: [] };
  await withDemo(async (browser, address) => {
    const { page, close } = await openPage(browser);
    await page.goto(`${address}/throughput.html`);
    await page.setInputFiles("input", path);
    for (let round = 0; round <= rounds; round += 1) {
      for (const kind of /** @type {const} */ (["ours", "bare"])) {
        // @ts-expect-error the page's own
        const time = await page.evaluate((kind) => window.measure(kind), kind);
        // The first one of each is a warm-up.
        if (round > 0) times[kind].push(time);
      }
    }
    await close();
  });
  remove();
  const ours = median(times.ours);
  const bare = median(times.bare);
  printTable(
    `A simple upload of 60 MB to the stand-in, medians of ${rounds}`,
    ["", "MB/s", "speed against the bare one"],
    [
      ["bare `XMLHttpRequest`", speed(film.length, bare), 1],
      ["ours", speed(film.length, ours), (bare / ours).toFixed(3)],
    ],
  );
}

/** Measures a small file on a page that was just opened, with an empty cache. */
export async function start() {
  /** @type {Record<string, { ready: number, firstByte: number }[]>} */
  const found = { "script-tag": [], "script-tag.inline": [], module: [], bare: [] };
  await withDemo(async (browser, address) => {
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
  });
  printTable(
    `A page that has just been opened, medians of ${rounds}, in ms`,
    ["", "until the API is ready", "until the first byte is sent"],
    Object.entries(found).map(([kind, times]) => [
      kind,
      round(median(times.map(({ ready }) => ready))),
      round(median(times.map(({ firstByte }) => firstByte))),
    ]),
  );
}

/** @param {(browser: import("playwright-core").Browser, address: string) => Promise<void>} measure */
async function withDemo(measure) {
  const browser = await launchBrowser();
  const demo = await startDemo({ pages: "tests/bench/pages" });
  try {
    await measure(browser, demo.address);
  } finally {
    await browser.close();
    await demo.stop();
  }
}
