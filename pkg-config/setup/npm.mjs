// Installs the npm packages in the exact versions of package-lock.json.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { root, run } from "../run.mjs";
import { say } from "./say.mjs";

const modules = join(root, "node_modules");

/** @type {import("../run.mjs").Program} */
export const wasmOpt = {
  command: process.execPath,
  args: [join(modules, "binaryen/bin/wasm-opt")],
};

export async function npmPackages() {
  const lock = createHash("sha256").update(readFileSync(join(root, "package-lock.json")));
  const wanted = lock.digest("hex");
  // `npm ci` first removes the folder, and with it this stamp.
  const stamp = join(modules, ".installed-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) {
    return say("npm packages", "are those of package-lock.json");
  }
  // No package needs its install script, and a script that doesn't run can do no harm.
  await run("installing the npm packages", "npm", ["ci", "--ignore-scripts"]);
  writeFileSync(stamp, wanted);
  say("npm packages", "installed");
}
