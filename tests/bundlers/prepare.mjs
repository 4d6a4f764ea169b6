// What the apps need: their tools, which are many and kept, and the package, packed anew. Node's
// built-ins alone, because before set-up nothing else is there.

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { root, run, targetDirectory } from "../../pkg-config/run.mjs";

export const sources = join(root, "tests/bundlers");
/** Tools and apps, as they are used: outside the sources. */
export const work = join(targetDirectory, "bundlers");
export const tarball = join(work, "ittybit-uploader.tgz");

const apps = join(work, "apps");

export async function prepare() {
  cleanUp();
  mkdirSync(work, { recursive: true });
  await installTools();
  // Without `prepack`, which builds: that has been done.
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", work];
  const [{ filename }] = JSON.parse(await run("packing the package", "npm", args));
  cpSync(join(work, filename), tarball);
  rmSync(join(work, filename));
}

/** Exactly as package-lock.json has them. */
async function installTools() {
  const lock = readFileSync(join(sources, "package-lock.json"));
  const wanted = createHash("sha256").update(lock).digest("hex");
  // `npm ci` begins by removing the folder, and so this stamp with it.
  const stamp = join(work, "node_modules/.installed-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  for (const name of ["package.json", "package-lock.json"]) {
    cpSync(join(sources, name), join(work, name));
  }
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  await run("installing the bundlers", "npm", args, { cwd: work });
  writeFileSync(stamp, wanted);
}

/** Takes away the apps. */
export function cleanUp() {
  rmSync(apps, { recursive: true, force: true });
}
