// The checksum of a part: what it takes, and whether the page feels it.

import { launchBrowser, openPage } from "../e2e/support.mjs";
import { send, sparseFile, startBenchDemo } from "./sending.mjs";
import { startSink } from "./servers.mjs";
import { MiB, median, printTable, round, speed } from "./table.mjs";

/** Odd, so that a median is one of them. */
const rounds = 7;

/** In bytes: one part. */
const partSize = 16 * MiB;

/** In bytes: what is sent while the page is watched. */
const watchedSize = 512 * MiB;

export async function checksum() {
  const sink = await startSink();
  const demo = await startBenchDemo();
  try {
    await throughput(demo.address, sink.address);
    await lag(demo.address, sink.address);
  } finally {
    await demo.stop();
    await sink.stop();
  }
}

/**
 * @param {string} pages
 * @param {string} host
 */
async function throughput(pages, host) {
  const browser = await launchBrowser();
  try {
    const { page, close } = await openPage(browser, { bypassCSP: true });
    await page.goto(`${pages}/checksum.html`);
    /** @type {Record<"crc32c" | "crc32cAlone" | "sha256" | "sha256Alone", number>[]} */
    const found = await page.evaluate(
      ({ host, rounds, partSize }) => /** @type {any} */ (window).measure(host, rounds, partSize),
      { host, rounds, partSize },
    );
    await close();
    const of = (/** @type {keyof (typeof found)[number]} */ kind) =>
      median(found.map((times) => times[kind]));
    const row = (
      /** @type {string} */ what,
      /** @type {number} */ time,
      /** @type {number} */ base,
    ) => [...[what, round(time), speed(partSize, time), (base / time).toFixed(2)]];
    printTable(
      `The checksum of a part of 16 MiB, medians of ${rounds}`,
      ["", "ms", "MB/s", "speed against SHA-256"],
      [
        row('`crypto.subtle.digest("SHA-256")` in memory', of("sha256Alone"), of("sha256Alone")),
        row("our CRC32C in memory", of("crc32cAlone"), of("sha256Alone")),
        row("SHA-256 and reading the blob", of("sha256"), of("sha256")),
        row("our CRC32C and reading the blob", of("crc32c"), of("sha256")),
      ],
    );
  } finally {
    await browser.close();
  }
}

/**
 * @param {string} pages
 * @param {string} host
 */
async function lag(pages, host) {
  const file = sparseFile(watchedSize);
  /** @type {[string, import("./sending.mjs").Way][]} */
  const ways = [
    ["nothing", "idle"],
    ["a bare `XMLHttpRequest`", "bare"],
    ["ours, resumable", "resumable"],
    ["ours, multipart", "multipart"],
  ];
  try {
    const rows = [];
    for (const [what, way] of ways) {
      const longest = [];
      for (let round = 0; round < 3; round += 1) {
        longest.push((await send({ way, path: file.path, pages, host })).longest);
      }
      rows.push([what, round(median(longest)), round(Math.max(...longest))]);
    }
    printTable(
      `The longest time, in ms, that the page's main thread let a timer of 4 ms wait while ${
        watchedSize / MiB
      } MiB were sent`,
      ["", "median of 3", "worst of 3"],
      rows,
    );
  } finally {
    file.remove();
  }
}
