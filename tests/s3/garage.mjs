// Compiles Garage, a distributed S3 store, from crates.io in an exact version.

import { join } from "node:path";

import { ask, run, targetDirectory } from "../../pkg-config/run.mjs";
import { say } from "../../pkg-config/setup/say.mjs";

const version = "2.5.0";
const folder = join(targetDirectory, "garage");
const program = join(folder, "bin/garage");

/**
 * @param {import("../../pkg-config/run.mjs").Program} cargo
 * @returns {Promise<string>} the path of the program
 */
export async function garage(cargo) {
  const isThere = () => ask(program, ["--version"])?.includes(version);
  if (!isThere()) {
    console.log("Garage has to be compiled once. That takes a quarter of an hour.");
    await run(`compiling Garage ${version}`, cargo, [
      ...["install", "garage", "--version", version, "--locked"],
      ...["--root", folder, "--target-dir", join(folder, "target")],
    ]);
  }
  say("Garage", `${version}, ${isThere() ? "is there" : "but it does not start"}`);
  return program;
}
