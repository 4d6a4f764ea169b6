// A Chromium and the driver of the same version, for tests only.

import { ask } from "../run.mjs";
import * as debian from "./debian.mjs";
import { Missing, say } from "./say.mjs";

/**
 * @typedef {{ chromium: string, chromedriver: string }} Browser paths of the two programs
 */

const remedy =
  "Install Chromium (or Chrome) and the chromedriver of the same version, " +
  "or name them in the environment variables CHROMIUM and CHROMEDRIVER.";

/** @returns {Promise<Browser>} */
export async function browser() {
  let found = find();
  if (found === undefined && debian.canInstall()) {
    await debian.install("Chromium", ["chromium", "chromium-driver"]);
    found = find();
  }
  if (found === undefined) throw new Missing("Chromium", remedy);
  say("Chromium", `${found.version}, with its driver`);
  return { chromium: found.chromium, chromedriver: found.chromedriver };
}

function find() {
  const chromium = first(
    process.env.CHROMIUM,
    ...["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  );
  const chromedriver = first(process.env.CHROMEDRIVER, "chromedriver");
  if (chromium === undefined || chromedriver === undefined) return undefined;
  // A driver speaks to browsers of its own major version.
  if (major(chromium.version) !== major(chromedriver.version)) {
    throw new Missing(
      "a matching chromedriver",
      `Chromium is ${chromium.version}, chromedriver ${chromedriver.version}. ${remedy}`,
    );
  }
  return {
    chromium: chromium.path,
    chromedriver: chromedriver.path,
    version: chromium.version,
  };
}

/** @param {(string | undefined)[]} candidates */
function first(...candidates) {
  for (const path of candidates) {
    const words = path && ask(path, ["--version"]);
    const version = words && /\d+(\.\d+)+/.exec(words)?.[0];
    if (path && version) return { path: ask("which", [path]) ?? path, version };
  }
  return undefined;
}

/** @param {string} version */
const major = (version) => version.split(".")[0];
