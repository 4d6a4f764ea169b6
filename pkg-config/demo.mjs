// The demo's server: pages, the app's backend and the stand-in for Ittybit, in one program.

import { join } from "node:path";

import { run, targetDirectory } from "./run.mjs";

/**
 * Compiles the server.
 *
 * @param {Pick<import("./setup/index.mjs").Machine, "cargo">} machine
 * @returns {Promise<string>} the program's path
 */
export async function demo({ cargo }) {
  await run("compiling the demo's server", cargo, [
    ...["build", "--locked", "--package", "ittybit-uploader-backend", "--bin", "demo"],
  ]);
  return join(targetDirectory, "debug/demo");
}
