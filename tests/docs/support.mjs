// The documentation's samples, each with its place.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../pkg-config/run.mjs";
import { readPages, samplesOf } from "../../www/docs/build/sources.mjs";

/** @typedef {import("../../www/docs/build/sources.mjs").Sample & { name: string }} Sample */

/** The texts with samples. Includes README, because people also copy samples from there. */
export const texts = [
  ...readPages().map(({ name, text }) => ({ name, text })),
  { name: "README", text: readFileSync(join(root, "README.md"), "utf8") },
];

/** @type {Sample[]} */
export const samples = texts.flatMap(({ name, text }) =>
  samplesOf(text).map((sample, index) => ({ ...sample, name: `${name}, sample ${index + 1}` })),
);

/**
 * Returns the samples in these languages, except for those that are marked as untested.
 *
 * @param {string[]} languages
 */
export const samplesIn = (...languages) =>
  samples.filter(({ language, untested }) => languages.includes(language) && !untested);
