// The documentation's samples, each with where it stands.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { readPages, samplesOf } from "../../pkg-config/docs/sources.mjs";
import { root } from "../../pkg-config/run.mjs";

/** @typedef {import("../../pkg-config/docs/sources.mjs").Sample & { name: string }} Sample */

/** Of README too: who reads it only there copies from it all the same. */
export const texts = [
  ...readPages().map(({ name, text }) => ({ name, text })),
  { name: "README", text: readFileSync(join(root, "README.md"), "utf8") },
];

/** @type {Sample[]} */
export const samples = texts.flatMap(({ name, text }) =>
  samplesOf(text).map((sample, index) => ({ ...sample, name: `${name}, sample ${index + 1}` })),
);

/**
 * Those in one of these languages, where nothing says that they can't be tested.
 *
 * @param {string[]} languages
 */
export const samplesIn = (...languages) =>
  samples.filter(({ language, untested }) => languages.includes(language) && !untested);
