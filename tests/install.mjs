// Installs the built package into an app's node_modules, like npm.

import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";

import { root } from "../pkg-config/run.mjs";

/**
 * @param {string} app its folder
 * @returns {() => void} removes it again
 */
export function installPackage(app) {
  const installed = join(app, "node_modules/ittybit-uploader");
  const remove = () => rmSync(installed, { recursive: true, force: true });
  remove();
  for (const name of ["dist", "package.json"]) {
    cpSync(join(root, name), join(installed, name), { recursive: true });
  }
  return remove;
}
