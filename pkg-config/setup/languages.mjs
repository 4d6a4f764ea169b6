// Python with Flask, and PHP, for tests only: they run the recipes for backends in those languages. Where
// there is no way to have them, those tests are skipped, and say so.

import { ask } from "../run.mjs";
import * as debian from "./debian.mjs";
import { say } from "./say.mjs";

/**
 * @typedef {{ python: string | undefined, php: string | undefined }} Languages paths of the programs
 */

/** @returns {Promise<Languages>} */
export async function languages() {
  const python = await find("Flask", ["python3-flask"], {
    // Another Python may stand before the one that Debian's packages are for.
    candidates: [process.env.PYTHON, "python3", "/usr/bin/python3"],
    question: ["-c", "import importlib.metadata as all; print(all.version('flask'))"],
  });
  const php = await find("PHP", ["php-cli"], {
    candidates: [process.env.PHP, "php"],
    question: ["--version"],
  });
  return { python, php };
}

/**
 * @param {string} thing
 * @param {string[]} packages Debian's
 * @param {object} how
 * @param {(string | undefined)[]} how.candidates paths, or names to be found on the PATH
 * @param {string[]} how.question arguments with which the program says a version and ends
 */
async function find(thing, packages, { candidates, question }) {
  const look = () => {
    for (const path of candidates) {
      const version = path && /\d+(\.\d+)+/.exec(ask(path, question) ?? "")?.[0];
      if (path && version) return { path: ask("which", [path]) ?? path, version };
    }
    return undefined;
  };
  let found = look();
  if (found === undefined && debian.canInstall()) {
    await debian.install(thing, packages);
    found = look();
  }
  say(thing, found?.version ?? "is not there: its recipe is not tested");
  return found?.path;
}
