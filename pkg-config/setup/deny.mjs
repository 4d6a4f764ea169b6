// Compiles cargo-deny once, in the version that deny.toml is written for.

import { join } from "node:path";

import { ask, run, targetDirectory } from "../run.mjs";
import { say } from "./say.mjs";

const version = "0.20.2";
const folder = join(targetDirectory, "tools/cargo-deny");

/**
 * @param {import("../run.mjs").Program} cargo
 * @returns {Promise<string>} the program's path
 */
export async function cargoDeny(cargo) {
  const program = join(folder, "bin/cargo-deny");
  const there = () => ask(program, ["--version"]) === `cargo-deny ${version}`;
  if (!there()) {
    await run("compiling cargo-deny", cargo, [
      ...["install", "cargo-deny", "--version", `=${version}`, "--locked"],
      ...["--root", folder, "--force", "--quiet"],
      // An optimised build takes minutes longer, and the program only runs for seconds.
      "--debug",
    ]);
  }
  say("cargo-deny", version);
  return program;
}
