// Computes the numbers for the largest file, 5 TiB, from the constants in the code. Sends nothing.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serialize } from "node:v8";

import { root } from "../../pkg-config/run.mjs";
import { GiB, MiB, printTable, round } from "./table.mjs";

const TiB = 1024 * GiB;

/** The sizes of files, in bytes. */
const sizes = [GiB, 6_000_000_000, 100 * GiB, TiB, 5 * TiB];

export async function paper() {
  const plan = constants("src/transfer/plan.rs");
  const { PART_SIZE: wished = 0 } = constants("backend/src/routes/multipart/mod.rs");
  const { CHUNK_SIZE: chunk = 0 } = constants("backend/src/routes/create.rs");
  const { LARGEST_CHUNK: largest = 0 } = constants("src/transfer/parts.rs");
  printTable(
    "Multipart, on paper: a request to sign and one to send for each part, one each to create and complete",
    [
      ...["file", "part size, MiB", "parts", "requests", "KB of the request to complete"],
      ...["bytes in IndexedDB"],
    ],
    sizes.map((size) => {
      const partSize = partSizeOf(plan, size, wished);
      const count = Math.ceil(size / partSize);
      const { completion, entry } = remembered(size, partSize, count);
      return [
        ...[nameOf(size), partSize / MiB, count, 2 * count + 2],
        ...[round(completion / 1000), entry],
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
 * Measures what is kept and sent for an unfinished file.
 *
 * @param {number} size
 * @param {number} partSize
 * @param {number} count
 */
function remembered(size, partSize, count) {
  const parts = Array.from({ length: count }, (_, index) => ({
    part_number: index + 1,
    etag: `"${index.toString(16).padStart(32, "0")}"`,
    checksum: "AAAAAA==",
  }));
  const completion = JSON.stringify({ parts }).length;
  // The entry of an unfinished upload. Chromium stores V8's structured clone of it.
  const entry = serialize({
    id: "01234567-89ab-4cde-8f01-23456789abcd",
    file: ["a film with a long name.mp4", size, 1_764_000_000_000, "video/mp4"],
    sample: 0xffff_ffff,
    via: "https://app.example/api/uploads",
    endpoint: undefined,
    uploadId: partSize > 0 ? "u".repeat(uploadIdLength) : undefined,
    partSize,
    loaded: size - partSize,
    touched: 1_764_000_000_000,
    handle: undefined,
  });
  return { completion, entry: entry.length };
}

/** The length of the upload id that the demo's backend creates for this file, in characters. */
const uploadIdLength = 344;

/** @param {number} size */
const nameOf = (size) =>
  size % TiB === 0
    ? `${size / TiB} TiB`
    : size % GiB === 0
      ? `${size / GiB} GiB`
      : `${size / 1e9} GB`;
