// The size budget: what a page loads, in bytes after brotli at its highest level. A build that is
// over it fails. Only bytes are asserted anywhere; speed and memory are the bench's.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { root } from "./run.mjs";

/** In bytes, as 64 MB are 67,108,864 of them. */
const KB = 1024;

/** Ceilings. */
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

/** Each line of the budget with what it measures now. */
export function measureBudget() {
  return budget.map((line) => ({ ...line, ...sizesOf(line.files) }));
}

/**
 * Says how large the package is, and fails where it is too large and is meant to.
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
