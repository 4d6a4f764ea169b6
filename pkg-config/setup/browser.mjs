// Finds or installs Chromium, its driver, and its headless shell in the same version, for tests only.

import { ask } from "../run.mjs";
import * as debian from "./debian.mjs";
import { Missing, say } from "./say.mjs";

/**
 * @typedef {{ chromium: string, chromedriver: string, headlessShell?: string }} Browser paths of the programs
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
  const { version, chromium, chromedriver } = found;
  const headlessShell = findShell(version) ?? (await installShell(version));
  const without = "; without its headless shell, tests take three times as long";
  say("Chromium", `${version}, with its driver${headlessShell ? " and headless shell" : without}`);
  return { chromium, chromedriver, ...(headlessShell && { headlessShell }) };
}

/**
 * Finds the headless shell in the browser's version. With another version, tests would use another engine.
 *
 * @param {string} version
 */
function findShell(version) {
  const { HEADLESS_SHELL } = process.env;
  if (HEADLESS_SHELL) return HEADLESS_SHELL;
  const shell = first("chromium-headless-shell", "chrome-headless-shell");
  return shell?.version === version ? shell.path : undefined;
}

/** @param {string} version */
async function installShell(version) {
  const name = "chromium-headless-shell";
  // If a person has chosen a browser, Debian's shell is probably of another version.
  if (process.env.CHROMIUM || !debian.canInstall() || !debian.offers(name)) return undefined;
  try {
    await debian.install("Chromium's headless shell", [name]);
  } catch {
    // The shell is optional: without it, tests only take longer.
  }
  return findShell(version);
}

function find() {
  const chromium = first(
    process.env.CHROMIUM,
    ...["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  );
  const chromedriver = first(process.env.CHROMEDRIVER, "chromedriver");
  if (chromium === undefined || chromedriver === undefined) return undefined;
  // A driver only works with browsers of its own major version.
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
