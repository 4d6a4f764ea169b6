// Measures the time, memory and requests of uploading 1 GiB with our uploader, a bare XMLHttpRequest,
// UpChunk and tus-js-client: first to a common host that discards everything, then to hosts that store
// it, each its own.

import { statSync } from "node:fs";

import { bundleOthers, versions } from "./others/index.mjs";
import { send, sparseFile, startBenchDemo } from "./sending.mjs";
import { startSink, startTusServer } from "./servers.mjs";
import { GiB, inMiB, MiB, median, printTable, round, speed } from "./table.mjs";

/** Odd, so that a median is one of them. */
const rounds = 3;

const pieceSize = 16 * MiB;

const columns = [
  ...["", "MB/s", "time against the first", "MiB added to the page's process"],
  ...["MiB added to the whole browser", "requests", "of them preflights, besides"],
];

/**
 * @typedef {object} Contender
 * @property {string} what
 * @property {import("./sending.mjs").Way} way
 * @property {object} [options] options that differ from its defaults
 */

/** @type {Contender[]} */
const toSink = [
  { what: "bare `XMLHttpRequest`, one `PUT`", way: "bare" },
  { what: "ours, resumable, defaults", way: "resumable" },
  { what: "ours, multipart, defaults", way: "multipart" },
  { what: "upchunk, defaults", way: "upchunk" },
  { what: "tus-js-client, defaults (one request)", way: "tus" },
  {
    what: "ours, resumable, 16 MiB, one at a time",
    way: "resumable",
    options: { chunkSize: pieceSize, parallelParts: 1 },
  },
  {
    what: "upchunk, 16 MiB, one at a time",
    way: "upchunk",
    options: { chunkSize: pieceSize / 1024 },
  },
  {
    what: "tus-js-client, 16 MiB, one at a time",
    way: "tus",
    options: { chunkSize: pieceSize },
  },
  {
    what: "ours, resumable, 16 MiB, four at a time",
    way: "resumable",
    options: { chunkSize: pieceSize, parallelParts: 4 },
  },
  {
    what: "tus-js-client, 16 MiB, four at a time",
    way: "tus",
    options: { chunkSize: pieceSize, parallelUploads: 4 },
  },
];

/** @type {(Contender & { where: "demo" | "tus" })[]} */
const toStores = [
  { what: "ours, resumable, to the stand-in", way: "resumable", where: "demo" },
  { what: "ours, multipart, to the demo's S3 store", way: "multipart", where: "demo" },
  { what: "tus-js-client, defaults, to `@tus/server`", way: "tus", where: "tus" },
  // Its file store can't combine parallel uploads.
  {
    what: "tus-js-client, 16 MiB, one at a time, to `@tus/server`",
    way: "tus",
    where: "tus",
    options: { chunkSize: pieceSize },
  },
];

export async function gigabyte() {
  const script = await bundleOthers();
  const names = Object.entries(versions()).map(([name, version]) => `${name} ${version}`);
  console.log(`\nCompared with ${names.join(", ")}.`);
  const file = sparseFile(GiB);
  try {
    await thrownAway(file, script);
    await stored(file, script);
  } finally {
    file.remove();
  }
}

/**
 * @param {{ path: string, size: number }} file
 * @param {string} script
 */
async function thrownAway({ path, size }, script) {
  const sink = await startSink();
  const demo = await startBenchDemo();
  try {
    await printContenders(
      `1 GiB to one host that throws it away, medians of ${rounds}`,
      toSink,
      async ({ way, options }) => {
        const from = { pages: demo.address, host: sink.address };
        await sink.seen();
        const sent = await send({ way, path, script, ...from, ...(options && { options }) });
        const { bytes } = await sink.seen();
        if (bytes !== size) throw new Error(`${way}: ${bytes} of ${size} bytes came`);
        return sent;
      },
    );
  } finally {
    await demo.stop();
    await sink.stop();
  }
}

/**
 * @param {{ path: string, size: number }} file
 * @param {string} script
 */
async function stored({ path, size }, script) {
  await printContenders(
    `1 GiB to a host that stores it, each its own, medians of ${rounds}`,
    toStores,
    async ({ way, where, options }) => {
      // Each contender has its own store, which is deleted right after.
      const demo = await startBenchDemo();
      const tus = await startTusServer();
      try {
        const host = where === "tus" ? { host: tus.address } : {};
        const sent = await send({
          ...{ way, path, script, pages: demo.address },
          ...host,
          ...(options && { options }),
        });
        const stored = where === "tus" ? tus.largest() : sent.media.filesize;
        if (stored !== statSync(path).size) throw new Error(`${way}: ${stored} of ${size} bytes`);
        return sent;
      } finally {
        await tus.stop();
        await demo.stop();
      }
    },
  );
}

/**
 * Measures each contender in each round, and prints the results.
 *
 * @template {Contender} C
 * @param {string} title
 * @param {C[]} contenders
 * @param {(contender: C) => Promise<import("./sending.mjs").Sent>} measure
 */
async function printContenders(title, contenders, measure) {
  /** @type {Map<C, import("./sending.mjs").Sent[]>} */
  const found = new Map(contenders.map((contender) => [contender, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [contender, sent] of found) sent.push(await measure(contender));
  }
  let first = Number.NaN;
  const rows = contenders.map((contender) => {
    const sent = found.get(contender) ?? [];
    const middle = (/** @type {(sent: import("./sending.mjs").Sent) => number} */ of) =>
      median(sent.map(of));
    const time = middle(({ time }) => time);
    if (Number.isNaN(first)) first = time;
    return [
      ...[contender.what, speed(GiB, time), round(time / first)],
      inMiB(middle(({ added }) => added.renderer)),
      inMiB(middle(({ added }) => added.browser)),
      middle(({ requests }) => requests),
      middle(({ preflights }) => preflights),
    ];
  });
  printTable(title, columns, rows);
}
