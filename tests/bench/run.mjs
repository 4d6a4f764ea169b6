// `npm run bench`: measures sizes, and speed and memory against a baseline in the same run. Only
// asserts that all bytes have arrived, because machines are noisy. `npm run bench -- checksum` runs a
// single step. Two steps run only if they are named: `large`, which needs much disk space, and
// `compare`, which takes 15 minutes and writes the results for the documentation's comparison.

import { build } from "../../pkg-config/build.mjs";
import { demo } from "../../pkg-config/demo.mjs";
import { fail } from "../../pkg-config/run.mjs";
import { setUp } from "../../pkg-config/setup/index.mjs";
import { checksum } from "./checksum.mjs";
import { compare } from "./compare/index.mjs";
import { gigabyte } from "./gigabyte.mjs";
import { large } from "./large.mjs";
import { paper } from "./paper.mjs";
import { parallel } from "./parallel.mjs";
import { sizes } from "./sizes.mjs";
import { start, throughput } from "./speed.mjs";

/** @type {Record<string, () => Promise<void>>} */
const steps = { sizes, throughput, start, gigabyte, parallel, checksum, paper };

/** @type {typeof steps} */
const allSteps = { ...steps, large, compare };

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !(name in allSteps));
if (unknown === undefined) {
  await measure(asked.length > 0 ? asked : Object.keys(steps)).catch(fail);
} else {
  console.error(`There is no step "${unknown}". Steps: ${Object.keys(allSteps).join(", ")}.`);
  process.exitCode = 2;
}

/** @param {string[]} names */
async function measure(names) {
  const machine = await setUp({ tests: true });
  await build(machine);
  process.env.DEMO = await demo(machine);
  process.env.CHROMIUM = machine.browser?.chromium;
  for (const name of names) await allSteps[name]?.();
}
