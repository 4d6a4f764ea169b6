// The largest file, on paper: what 5 TiB come to, from the constants in the code. Nothing is sent.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serialize, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { root } from "../../pkg-config/run.mjs";
import { readOptions } from "../../src/browser/options.js";
import { Record as UploadRecord } from "../../src/browser/record.js";
import { GiB, MiB, printTable, round } from "./table.mjs";

const TiB = 1024 * GiB;

setFlagsFromString("--expose-gc");
/** @type {() => void} */
const collectGarbage = runInNewContext("gc");

/** Files that are asked about, in bytes. */
const sizes = [GiB, 6_000_000_000, 100 * GiB, TiB, 5 * TiB];

export async function paper() {
  const plan = constants("src/transfer/plan.rs");
  const { PART_SIZE: wished = 0 } = constants("backend/src/routes/multipart/mod.rs");
  const { CHUNK_SIZE: chunk = 0 } = constants("backend/src/routes/create.rs");
  const { LARGEST_CHUNK: largest = 0 } = constants("src/transfer/parts.rs");
  // Once for nothing: what is only there from the first time on is no file's.
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
 * The numbers that a Rust source has names for.
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
 * As `part_size` in `src/transfer/plan.rs`.
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
 * How many chunks where each is twice the one before, up to the largest.
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
 * What is kept of a file on its way: by the very code that keeps it.
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
  // Texts of their own for each, as they come out of an answer.
  for (const { part_number, etag, checksum } of parts) {
    record.keepPart(part_number, own(etag), own(checksum));
  }
  const heap = usedHeap() - before;
  kept.push(record, parts);
  // As `Record.keepLoaded` has it; the structured clone of V8 is what Chromium stores.
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

/** All that is measured stays: what went in the middle of the next would be missing there. */
const kept = /** @type {unknown[]} */ ([]);

/** In characters: what the demo's backend makes for this very file. It says all that it has to know. */
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
