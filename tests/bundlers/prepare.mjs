// Prepares what the apps need: installs their tools, which are kept, and packs the package anew. Uses
// Node's built-in modules only, because nothing else is installed before set-up.

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { root, run, targetDirectory } from "../../pkg-config/run.mjs";

export const sources = join(root, "tests/bundlers");
/** The folder for tools and apps, outside the sources. */
export const work = join(targetDirectory, "bundlers");
export const tarball = join(work, "ittybit-uploader.tgz");

const apps = join(work, "apps");

export async function prepare() {
  cleanUp();
  mkdirSync(work, { recursive: true });
  await installTools();
  // Skips `prepack`, because the package is built already.
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", work];
  const [{ filename }] = JSON.parse(await run("packing the package", "npm", args));
  cpSync(join(work, filename), tarball);
  rmSync(join(work, filename));
}

/** Installs the exact versions of package-lock.json. */
async function installTools() {
  const lock = readFileSync(join(sources, "package-lock.json"));
  const wanted = createHash("sha256").update(lock).digest("hex");
  // `npm ci` first removes the folder, and with it this stamp.
  const stamp = join(work, "node_modules/.installed-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  for (const name of ["package.json", "package-lock.json"]) {
    cpSync(join(sources, name), join(work, name));
  }
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  await run("installing the bundlers", "npm", args, { cwd: work });
  writeFileSync(stamp, wanted);
}

/** Removes the apps. */
export function cleanUp() {
  rmSync(apps, { recursive: true, force: true });
}
