// Checks the size budget: the bytes that a page loads, compressed with brotli at its highest level. A build over the
// budget fails. Speed and memory are only measured by the bench, and never asserted.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { root } from "./run.mjs";

/** In bytes. As in 64 MB, which are 67,108,864 bytes. */
const KB = 1024;

/** The files that a page loads in each case, and their limit in bytes. */
const budget = [
  {
    what: "upload() and Uploader, glue and wasm",
    files: ["index.js", "ittybit-uploader.wasm"],
    limit: 42 * KB,
  },
  { what: "the element, before a person acts", files: ["element.js"], limit: 4 * KB },
  { what: "the script tag, before a person acts", files: ["ittybit-uploader.js"], limit: 4 * KB },
  {
    what: "the element, with all that it uploads by",
    files: ["element.js", "widget.js", "element.wasm"],
    limit: 58 * KB,
  },
  {
    what: "what remembers files, looks into folders, and explains a failed start",
    files: ["extras.js"],
    limit: 3.5 * KB,
  },
  {
    what: "checksums of files in parts",
    files: ["checksum.wasm", "checksum.js", "checksum.worker.js"],
    limit: 5 * KB,
  },
  {
    what: "the script tag as one file, with all languages, pictures and debugging",
    files: ["ittybit-uploader.inline.js"],
    limit: 89 * KB,
  },
];

/**
 * @typedef {{ raw: number, gzip: number, brotli: number }} Sizes in bytes
 *
 * @param {string[]} files in dist/
 * @returns {Sizes}
 */
export const sizesOf = (files) =>
  sizesOfBytes(files.map((file) => readFileSync(join(root, "dist", file))));

/**
 * @param {Uint8Array[]} files each compressed by itself, as a server sends them
 * @returns {Sizes}
 */
export function sizesOfBytes(files) {
  const sizes = { raw: 0, gzip: 0, brotli: 0 };
  for (const bytes of files) {
    sizes.raw += bytes.length;
    sizes.gzip += gzipSync(bytes, { level: 9 }).length;
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    };
    sizes.brotli += brotliCompressSync(bytes, { params }).length;
  }
  return sizes;
}

/** Returns each line of the budget with its current size. */
export function measureBudget() {
  return budget.map((line) => ({ ...line, ...sizesOf(line.files) }));
}

/**
 * Prints the sizes of the package. Throws if one is over the budget and `fails` is set.
 *
 * @param {{ fails: boolean }} options
 */
export function checkBudget({ fails }) {
  const over = [];
  for (const { what, brotli, limit } of measureBudget()) {
    console.log(`package: ${what}: ${brotli} of ${limit} bytes`);
    if (brotli > limit) over.push(what);
  }
  if (fails && over.length > 0) throw new Error(`over the size budget: ${over.join("; ")}`);
}
