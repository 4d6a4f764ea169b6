// From the crate to a wasm and its glue, both small.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { tailorGlue } from "./glue.mjs";
import { dist, run, targetDirectory } from "./run.mjs";

/** @typedef {import("./setup/index.mjs").Machine} Machine */

/**
 * The wasm as rustc makes it. With the standard library's source at hand the library is compiled
 * for size, and a panic becomes a trap: that is what is published.
 *
 * @param {Machine} machine
 * @param {{ feature: string, wasm: string }} product the feature of the crate, and the name of the file
 * @returns {Promise<{ wasm: string, messages: string }>} its path, and what cargo says of its crates
 */
export async function compile({ wasmCargo, librarySource }, { feature, wasm }) {
  const target = join(wasmCargo.targetDirectory, librarySource ? "small" : "ordinary");
  const args = [
    "build",
    "--lib",
    ...["--package", "ittybit-uploader"],
    ...["--no-default-features", "--features", feature],
    ...["--profile", "wasm"],
    ...["--target", "wasm32-unknown-unknown"],
    ...["--target-dir", target],
    "--locked",
    ...["--message-format", "json-render-diagnostics"],
  ];
  /** @type {Record<string, string>} */
  const env = {};
  if (librarySource) {
    args.push("-Zpanic-immediate-abort", "-Zbuild-std=std,panic_abort");
    args.push("-Zbuild-std-features=optimize_for_size");
    env.RUSTC_BOOTSTRAP = "1";
    env.CARGO_PROFILE_WASM_PANIC = "immediate-abort";
    env.RUSTFLAGS = [
      "-Zunstable-options",
      "-Cpanic=immediate-abort",
      "-Zlocation-detail=none",
      "-Zfmt-debug=none",
      // A table of JavaScript values kept by the glue is smaller than one kept by the wasm.
      "-Ctarget-feature=-reference-types",
      // What rustc and LLVM would not do for size: inlined, much of the small functions turns out to
      // be needless. The threshold is that of `opt-level = "s"`.
      "-Zinline-mir=yes",
      "-Zinline-mir-threshold=100",
      "-Cllvm-args=-inline-threshold=10",
    ].join(" ");
  }
  const messages = await run(`compiling ${wasm}`, wasmCargo, args, { env });
  // Cargo puts what has other features in the same place.
  const compiled = join(target, wasm);
  cpSync(join(target, "wasm32-unknown-unknown/wasm/ittybit_uploader.wasm"), compiled);
  return { wasm: compiled, messages };
}

/**
 * Generates the glue beside the wasm, and makes the wasm small.
 *
 * @param {Machine} machine
 * @param {{ feature: string, wasm: string }} product the feature of the crate, and the name of the file
 * @param {string} compiled
 * @returns {Promise<{ staging: string, names: Record<string, string> }>} where the glue is, and the
 *   short names of what wasm and glue share
 */
export async function generateGlue({ tools }, { feature, wasm }, compiled) {
  const staging = join(targetDirectory, "package", feature);
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  await run("generating the glue", tools.wasmBindgen, [
    ...["--target", "web"],
    ...["--out-dir", staging],
    ...["--out-name", "glue"],
    "--omit-default-module-path",
    "--experimental-reset-state-function",
    "--no-typescript",
    compiled,
  ]);
  const glue = join(staging, "glue.js");
  const named = join(staging, "glue_bg.wasm");
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(named)));
  writeFileSync(glue, tailorGlue(readFileSync(glue, "utf8"), imports));
  const short = join(staging, "short.wasm");
  const names = await run("shortening names", tools.shortenNames, [named, short]);
  await run(`optimising ${wasm}`, tools.wasmOpt, [
    ...["--strip-debug", "--strip-producers", "--strip-target-features"],
    // What rustc's wasm32 target has; `--all-features` makes modules that browsers refuse.
    ...["bulk-memory", "nontrapping-float-to-int", "sign-ext", "mutable-globals"].map(enable),
    ...["multivalue", "reference-types"].map(enable),
    // Nothing of a Rust program lies below its stack's end.
    "--low-memory-unused",
    // What is called once grows its caller no further than this, in nodes: brotli finds less in
    // one long function than in several that are alike.
    "--one-caller-inline-max-function-size=20",
    ...["-Oz", "--gufa", "--flatten", "--rereloop", "-Oz", "-Oz", "--converge"],
    // Relatives beside each other, for brotli too.
    "--reorder-functions-by-name",
    ...[short, "--output", join(dist, wasm)],
  ]);
  return { staging, names: JSON.parse(names) };
}

/** @param {string} feature */
const enable = (feature) => `--enable-${feature}`;
