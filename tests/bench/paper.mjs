// Computes the numbers for the largest file, 5 TiB, from the constants in the code. Sends nothing.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serialize, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { root } from "../../pkg-config/run.mjs";
import { readOptions } from "../../src/browser/js/options.js";
import { Record as UploadRecord } from "../../src/browser/js/record.js";
import { GiB, MiB, printTable, round } from "./table.mjs";

const TiB = 1024 * GiB;

setFlagsFromString("--expose-gc");
/** @type {() => void} */
const collectGarbage = runInNewContext("gc");

/** The sizes of files, in bytes. */
const sizes = [GiB, 6_000_000_000, 100 * GiB, TiB, 5 * TiB];

export async function paper() {
  const plan = constants("src/transfer/plan.rs");
  const { PART_SIZE: wished = 0 } = constants("backend/src/routes/multipart/mod.rs");
  const { CHUNK_SIZE: chunk = 0 } = constants("backend/src/routes/create.rs");
  const { LARGEST_CHUNK: largest = 0 } = constants("src/transfer/parts.rs");
  // A first run, so that memory that is only allocated once doesn't count.
  remembered(64 * MiB, MiB, 64);
  printTable(
    "Multipart, on paper: a request to sign and one to send for each part, one each to create and complete",
    [
      ...["file", "part size, MiB", "parts", "requests", "KB of the request to complete"],
      ...["KB that are remembered of the parts", "bytes in IndexedDB"],
    ],
    sizes.map((size) => {
      const partSize = partSizeOf(plan, size, wished);
      const count = Math.ceil(size / partSize);
      const { completion, heap, entry } = remembered(size, partSize, count);
      return [
        ...[nameOf(size), partSize / MiB, count, 2 * count + 2],
        ...[round(completion / 1000), round(heap / 1000), entry],
      ];
    }),
  );
  printTable(
    "Resumable, on paper: chunks as the demo's backend says, and as they grow where each takes less than a second",
    ["file", "requests where they do not grow", "requests where they do", "bytes in IndexedDB"],
    sizes.map((size) => [
      nameOf(size),
      1 + Math.ceil(size / chunk),
      1 + grown(size, chunk, largest),
      remembered(size, 0, 0).entry,
    ]),
  );
}

/**
 * Returns the numeric constants in a Rust source file.
 *
 * @param {string} path
 * @returns {Record<string, number>}
 */
function constants(path) {
  const source = readFileSync(join(root, path), "utf8");
  const found = source.matchAll(/const (\w+): u64 = ([\d_]+)(?: << (\d+))?;/g);
  return Object.fromEntries(
    [...found].map(([, name, number = "", shift = "0"]) => [
      name,
      Number(number.replaceAll("_", "")) * 2 ** Number(shift),
    ]),
  );
}

/**
 * Computes the same as `part_size` in `src/transfer/plan.rs`.
 *
 * @param {Record<string, number>} plan
 * @param {number} size
 * @param {number} wished
 */
function partSizeOf({ MIN_PART_SIZE = 0, MAX_PARTS = 0, STEP = 0 }, size, wished) {
  const least = Math.max(wished, Math.ceil(size / MAX_PARTS), MIN_PART_SIZE);
  const partSize = Math.ceil(least / STEP) * STEP;
  if (Math.ceil(size / partSize) > MAX_PARTS) throw new Error("too many parts");
  return partSize;
}

/**
 * Returns the number of chunks if each is twice as large as the one before, up to the largest.
 *
 * @param {number} size
 * @param {number} chunk
 * @param {number} largest
 */
function grown(size, chunk, largest) {
  let count = 0;
  for (let left = size, next = chunk; left > 0; left -= next, next = Math.min(2 * next, largest)) {
    count += 1;
  }
  return count;
}

/**
 * Measures what is kept for an unfinished file, with the code that keeps it.
 *
 * @param {number} size
 * @param {number} partSize
 * @param {number} count
 */
function remembered(size, partSize, count) {
  const file = /** @type {File} */ (
    /** @type {unknown} */ ({ size, type: "video/mp4", lastModified: 1_764_000_000_000 })
  );
  const options = readOptions({ endpoint: "https://app.example/api/uploads" });
  const name = "a film with a long name.mp4";
  const parts = Array.from({ length: count }, (_, index) => ({
    part_number: index + 1,
    etag: own(`"${index.toString(16).padStart(32, "0")}"`),
    checksum: "AAAAAA==",
  }));
  const completion = JSON.stringify({ parts }).length;
  const before = usedHeap();
  const record = new UploadRecord(options, file, name, file.type);
  // Creates new strings for each part, as parsing an answer does.
  for (const { part_number, etag, checksum } of parts) {
    record.keepPart(part_number, own(etag), own(checksum));
  }
  const heap = usedHeap() - before;
  kept.push(record, parts);
  // The entry of an unfinished upload. Chromium stores V8's structured clone of it.
  const entry = serialize({
    id: "01234567-89ab-4cde-8f01-23456789abcd",
    file: [name, size, file.lastModified, file.type],
    sample: 0xffff_ffff,
    via: options.endpoint,
    endpoint: undefined,
    uploadId: partSize > 0 ? "u".repeat(uploadIdLength) : undefined,
    partSize,
    loaded: size - partSize,
    touched: 1_764_000_000_000,
    handle: undefined,
  });
  return { completion, heap, entry: entry.length };
}

/** Keeps everything that is measured, so that no garbage is collected during a measurement. */
const kept = /** @type {unknown[]} */ ([]);

/** The length of the upload id that the demo's backend creates for this file, in characters. */
const uploadIdLength = 344;

/** @param {string} text */
const own = (text) => Buffer.from(text).toString();

function usedHeap() {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** @param {number} size */
const nameOf = (size) =>
  size % TiB === 0
    ? `${size / TiB} TiB`
    : size % GiB === 0
      ? `${size / GiB} GiB`
      : `${size / 1e9} GB`;
