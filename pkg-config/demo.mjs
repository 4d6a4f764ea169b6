// The programs of tests/stand-in: the demo's server (pages, the app's backend and the stand-in for Ittybit,
// in one), and the Rust routes alone, as tests configure them.

import { join } from "node:path";

import { run, targetDirectory } from "./run.mjs";

/** @typedef {Pick<import("./setup/index.mjs").Machine, "cargo">} Machine */

/**
 * Compiles the demo's server.
 *
 * @param {Machine} machine
 * @returns {Promise<string>} the program's path
 */
export const demo = (machine) => compiled(machine, "demo", "the demo's server");

/**
 * Compiles the server with the Rust routes, whose answers tests compare with the JavaScript handler's.
 *
 * @param {Machine} machine
 * @returns {Promise<string>} the program's path
 */
export const conformance = (machine) => compiled(machine, "conformance", "the Rust routes");

/**
 * @param {Machine} machine
 * @param {string} name
 * @param {string} what names the program for a person
 */
async function compiled({ cargo }, name, what) {
  await run(`compiling ${what}`, cargo, [
    ...["build", "--locked", "--package", "ittybit-uploader-stand-in", "--bin", name],
  ]);
  return join(targetDirectory, "debug", name);
}
