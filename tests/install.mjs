// The built package in an app's node_modules, as npm lays it there.

import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";

import { root } from "../pkg-config/run.mjs";

/**
 * @param {string} app its folder
 * @returns {() => void} takes it out again
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
