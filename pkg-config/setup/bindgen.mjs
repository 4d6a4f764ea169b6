// wasm-bindgen's tools, compiled from the workspace in the version that Cargo.lock has. The crate asks for
// any 0.2 of wasm-bindgen; pkg-config/bindgen asks for one version of its tools, and so decides.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root, run, targetDirectory } from "../run.mjs";
import { Missing, say } from "./say.mjs";

const toolsDirectory = join(targetDirectory, "tools");
const profile = "tools";
const folder = join(toolsDirectory, profile);

/** What `cargo` needs to know to compile the tools, or to lint them without compiling all they use anew. */
export const toolsArgs = [
  ...["--profile", profile, "--locked", "--package", "bindgen"],
  ...["--target-dir", toolsDirectory],
];

/**
 * @param {import("../run.mjs").Program} cargo
 * @param {{ testRunner: boolean }} needs the test runner takes as long to compile as all the others
 */
export async function bindgenTools(cargo, { testRunner }) {
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  checkVersions(lock);
  // Cargo is the judge of what is up to date; where all is, this takes a moment.
  await run("looking after the wasm-bindgen tools", cargo, [
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
 * Throws unless the crate and its tools have one version: they speak a protocol of their own, which
 * changes with each.
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
      "For another version, name it in pkg-config/bindgen/Cargo.toml, then: cargo update --package wasm-bindgen-cli-support",
  );
}

/** @param {string} name @param {string} lock */
const versionOf = (name, lock) =>
  new RegExp(`^name = "${name}"\nversion = "(.*)"$`, "m").exec(lock)?.[1] ?? "none";
