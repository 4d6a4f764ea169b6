// wasm-bindgen's tools, compiled from the workspace in exactly the version that Cargo.lock has.

import { join } from "node:path";

import { ask, run, targetDirectory } from "../run.mjs";
import { say } from "./say.mjs";

const toolsDirectory = join(targetDirectory, "tools");
const folder = join(toolsDirectory, "release");

/**
 * @param {import("../run.mjs").Program} cargo
 */
export async function bindgenTools(cargo) {
  // Cargo is the judge of what is up to date; where all is, this takes a moment.
  await run("looking after the wasm-bindgen tools", cargo, [
    ...["build", "--release", "--locked", "--package", "bindgen"],
    ...["--target-dir", toolsDirectory],
  ]);
  const wasmBindgen = join(folder, "bindgen");
  say("wasm-bindgen", ask(wasmBindgen, ["--version"]) ?? "built");
  return {
    wasmBindgen,
    testRunner: join(folder, "wasm-bindgen-test-runner"),
    shortenNames: join(folder, "shorten-names"),
  };
}
