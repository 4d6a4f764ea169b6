// Finds or installs Python with Flask, and PHP, for tests only. They run the recipes for backends in these
// languages, and moto, an S3 store by others. If one can't be installed, its tests are skipped with a message.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ask, root, run, targetDirectory } from "../run.mjs";
import * as debian from "./debian.mjs";
import { say } from "./say.mjs";

/**
 * @typedef {{ python: string | undefined, php: string | undefined, moto: string | undefined }} Languages paths of
 *   the programs
 */

/** @returns {Promise<Languages>} */
export async function languages() {
  const python = await find("Flask", ["python3-flask"], {
    // Another Python may come before the one for Debian's packages on the path.
    candidates: [process.env.PYTHON, "python3", "/usr/bin/python3"],
    question: ["-c", "import importlib.metadata as all; print(all.version('flask'))"],
  });
  const php = await find("PHP", ["php-cli"], {
    candidates: [process.env.PHP, "php"],
    question: ["--version"],
  });
  return { python, php, moto: await moto() };
}

/**
 * Installs moto's server, which implements S3, into its own environment. Installs the versions in the tests'
 * list, from the index that pip is configured to use.
 */
async function moto() {
  const folder = join(targetDirectory, "tools/moto");
  const program = join(folder, "bin/moto_server");
  const list = join(root, "tests/server/packages/requirements.txt");
  const pip = ["-m", "pip", "--disable-pip-version-check", "--quiet"];
  const inside = join(folder, "bin/python");
  const installed = () => {
    const all =
      ask(inside, ["-m", "pip", "--disable-pip-version-check", "freeze"])?.split("\n") ?? [];
    return all
      .find((line) => line.startsWith("moto=="))
      ?.slice("moto==".length)
      .trim();
  };
  const wanted = /^moto\S*==(\S+)/m.exec(readFileSync(list, "utf8"))?.[1];
  if (installed() !== wanted) {
    try {
      await environment(folder);
      await run("installing moto", inside, [...pip, "install", "--requirement", list]);
    } catch (error) {
      say("moto", "is not there: no store of others is tested");
      console.log(String(error));
      return undefined;
    }
  }
  say("moto", wanted ?? "");
  return program;
}

/** Creates a Python environment. On Debian, this needs a package of its own. @param {string} folder */
async function environment(folder) {
  const make = () =>
    run("making an environment for moto", "python3", ["-m", "venv", "--clear", folder]);
  await make().catch(async (error) => {
    if (!debian.canInstall()) throw error;
    await debian.install("Python's environments", ["python3-venv"]);
    await make();
  });
}

/**
 * @param {string} thing
 * @param {string[]} packages Debian's
 * @param {object} how
 * @param {(string | undefined)[]} how.candidates paths, or names to be found on the PATH
 * @param {string[]} how.question arguments with which the program prints a version and ends
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
