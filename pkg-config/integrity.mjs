// Computes the hashes of published files for `integrity` attributes and import maps. Writes them to
// dist/integrity.json, and prints a line for each script tag, to be copied into a page.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The files that pages load with script tags. */
const scriptTags = ["ittybit-uploader.js", "ittybit-uploader.inline.js"];

/** @param {Uint8Array} bytes */
export function integrity(bytes) {
  return `sha256-${createHash("sha256").update(bytes).digest("base64")}`;
}

/**
 * Returns the hashes of all files that a browser may load, by their paths below `dist`.
 *
 * @param {string} dist
 * @returns {Record<string, string>}
 */
export function hashesOf(dist) {
  const names = readdirSync(dist, { recursive: true })
    .map((name) => String(name).replaceAll("\\", "/"))
    // Pages never load server.js.
    .filter((name) => /\.(js|wasm)$/.test(name) && name !== "server.js")
    .sort();
  return Object.fromEntries(names.map((name) => [name, integrity(readFileSync(join(dist, name)))]));
}

/** @param {string} dist */
export function writeIntegrity(dist) {
  const hashes = hashesOf(dist);
  writeFileSync(join(dist, "integrity.json"), `${JSON.stringify(hashes, undefined, 2)}\n`);
  for (const name of scriptTags) console.log(`integrity: ${name} ${hashes[name]}`);
}
