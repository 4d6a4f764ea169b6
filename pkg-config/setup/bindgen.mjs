// Compiles wasm-bindgen's tools in the version of Cargo.lock. The crate accepts any 0.2 of wasm-bindgen, but
// pkg-config/bindgen requires an exact version of its tools, which decides.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root, run, targetDirectory } from "../run.mjs";
import { Missing, say } from "./say.mjs";

const toolsDirectory = join(targetDirectory, "tools");
const profile = "tools";
const folder = join(toolsDirectory, profile);

/** Cargo's arguments to compile the tools. Linting uses them too, so that dependencies are not compiled twice. */
export const toolsArgs = [
  ...["--profile", profile, "--locked", "--package", "bindgen"],
  ...["--target-dir", toolsDirectory],
];

/**
 * @param {import("../run.mjs").Program} cargo
 * @param {{ testRunner: boolean }} needs `testRunner` takes as long to compile as all other tools
 */
export async function bindgenTools(cargo, { testRunner }) {
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  checkVersions(lock);
  // Always calls cargo, which decides what must be compiled. If nothing must be, this takes a moment.
  await run("compiling the wasm-bindgen tools", cargo, [
    ...["build", ...toolsArgs],
    ...(testRunner ? ["--features", "test-runner"] : []),
  ]);
  say("wasm-bindgen", versionOf("wasm-bindgen", lock));
  return {
    wasmBindgen: join(folder, "bindgen"),
    testRunner: join(folder, "wasm-bindgen-test-runner"),
    shortenNames: join(folder, "shorten-names"),
  };
}

/**
 * Throws unless the crate and its tools have the same version, because their protocol changes with each version.
 *
 * @param {string} lock the text of Cargo.lock
 */
export function checkVersions(lock) {
  const crate = versionOf("wasm-bindgen", lock);
  const tools = versionOf("wasm-bindgen-cli-support", lock);
  if (crate === tools) return;
  throw new Missing(
    `wasm-bindgen ${tools}`,
    `Cargo.lock has version ${crate} of the crate and ${tools} of its tools; both must be the same. ` +
      `For ${tools}: cargo update --package wasm-bindgen --precise ${tools}. ` +
      "For another version, set it in pkg-config/bindgen/Cargo.toml, then: cargo update --package wasm-bindgen-cli-support",
  );
}

/** @param {string} name @param {string} lock */
const versionOf = (name, lock) =>
  new RegExp(`^name = "${name}"\nversion = "(.*)"$`, "m").exec(lock)?.[1] ?? "none";
