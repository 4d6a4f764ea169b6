// Measures the checksums of parts: their speed, and their effect on the page's main thread.

import { launchBrowser, openPage } from "../e2e/support.mjs";
import { send, sparseFile, startBenchDemo } from "./sending.mjs";
import { startSink } from "./servers.mjs";
import { MiB, median, printTable, round, speed } from "./table.mjs";

/** Odd, so that a median is one of them. */
const rounds = 7;

/** In bytes: one part. */
const partSize = 16 * MiB;

/** How much is sent while the main thread is measured, in bytes. */
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
    /** @type {Record<"crc32c" | "crc32cAlone" | "md5Alone" | "sha256" | "sha256Alone", number>[]} */
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
        row("our MD5 in memory", of("md5Alone"), of("sha256Alone")),
        row("SHA-256 and reading the blob", of("sha256"), of("sha256")),
        row("our CRC32C and reading the blob, in the worker", of("crc32c"), of("sha256")),
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
  /** @type {[string, import("./sending.mjs").Way, boolean?][]} */
  const ways = [
    ["nothing", "idle"],
    ["a bare `XMLHttpRequest`", "bare"],
    ["ours, resumable", "resumable"],
    ["ours, multipart", "multipart"],
    ["ours, multipart without a worker", "multipart", true],
  ];
  try {
    const rows = [];
    let bare = Number.NaN;
    for (const [what, way, isWorkerless] of ways) {
      const sent = [];
      for (let round = 0; round < 3; round += 1) {
        const init = isWorkerless ? withoutWorkers : countCrossings;
        sent.push(await send({ way, path: file.path, pages, host, init }));
      }
      const longest = sent.map(({ longest }) => longest);
      if (way === "bare") bare = median(longest);
      const crossings = median(sent.map(({ crossings = 0 }) => crossings));
      rows.push([
        what,
        round(median(longest)),
        round(Math.max(...longest)),
        (median(longest) / bare).toFixed(1),
        way === "idle" ? "" : speed(watchedSize, median(sent.map(({ time }) => time))),
        crossings ? round((crossings * 100e6) / watchedSize) : "",
      ]);
    }
    const what = "The longest time, in ms, that the page's main thread let a timer of 4 ms wait";
    printTable(
      `${what} while ${watchedSize / MiB} MiB were sent (aim: 50)`,
      [
        ...["", "median of 3", "worst of 3", "times that of the bare one", "MB/s"],
        "calls between the languages per 100 MB",
      ],
      rows,
    );
  } finally {
    file.remove();
  }
}

/** Runs in the page: it has no workers. */
function withoutWorkers() {
  Reflect.deleteProperty(window, "Worker");
}

/** Runs in the page: counts the calls into and out of each wasm with imports. */
function countCrossings() {
  const { instantiate } = WebAssembly;
  const all = /** @type {any} */ (window);
  all.crossings = 0;
  const count = (/** @type {Record<string, any>} */ calls) =>
    Object.fromEntries(
      Object.entries(calls).map(([name, call]) => [
        name,
        typeof call !== "function"
          ? call
          : (/** @type {any[]} */ ...args) => {
              all.crossings += 1;
              return call(...args);
            },
      ]),
    );
  /** @type {any} */ (WebAssembly).instantiate = async (
    /** @type {WebAssembly.Module} */ module,
    /** @type {Record<string, any>} */ imports,
  ) => {
    const counted = Object.entries(imports).map(([name, calls]) => [name, count(calls)]);
    const { exports } = await instantiate(module, Object.fromEntries(counted));
    return { exports: count(exports) };
  };
}
