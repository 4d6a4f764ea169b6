// From the crate to a wasm and its glue, both small.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { wrapGlue } from "./glue.mjs";
import { nameByOrder } from "./order.mjs";
import { dist, run, targetDirectory } from "./run.mjs";

/** @typedef {import("./setup/index.mjs").Machine} Machine */

/**
 * A wasm, by the feature of the crate that is in it, and the name of its file.
 *
 * @typedef {{ feature: string, wasm: string, isFast?: boolean }} Wasm `isFast`: compiled for speed, not for size
 */

/**
 * The wasm as rustc makes it. With the standard library's source at hand the library is compiled
 * for size, and a panic becomes a trap: that is what is published.
 *
 * @param {Machine} machine
 * @param {Wasm} product
 * @returns {Promise<{ wasm: string, messages: string }>} its path, and what cargo says of its crates
 */
export async function compile({ wasmCargo, librarySource }, { feature, wasm, isFast }) {
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
  // The crate alone: the library beneath it is compiled once for all.
  if (isFast) args.push("--config", "profile.wasm.package.ittybit-uploader.opt-level=3");
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
 * @param {Wasm} product
 * @param {string} compiled
 * @returns {Promise<{ staging: string, names: Record<string, string> }>} where the glue is, and the
 *   short names of what wasm and glue share
 */
export async function generateGlue({ tools }, { feature, wasm }, compiled) {
  const { staging, named, module } = await bindgen(tools, feature, compiled);
  const glue = readFileSync(join(staging, "glue_bg.js"), "utf8");
  writeFileSync(join(staging, "glue.js"), await wrapGlue(glue, WebAssembly.Module.imports(module)));
  const unused = WebAssembly.Module.exports(module)
    .map(({ name }) => name)
    .filter((name) => !glue.includes(`wasm.${name}`));
  const [short, small] = [join(staging, "short.wasm"), join(staging, "small.wasm")];
  const names = await run("shortening names", tools.shortenNames, [named, short, ...unused]);
  await run(`optimising ${wasm}`, tools.wasmOpt, [
    ...optimising,
    // What is called once grows its caller no further than this, in nodes: brotli finds less in
    // one long function than in several that are alike.
    "--one-caller-inline-max-function-size=20",
    ...["-Oz", "--gufa", "--flatten", "--rereloop", "-Oz", "-Oz", "--converge"],
    ...[short, "--output", small],
  ]);
  writeFileSync(small, nameByOrder(readFileSync(small)));
  await run(`ordering ${wasm}`, tools.wasmOpt, [
    ...[...features, "--reorder-functions-by-name", "--strip-debug"],
    ...[small, "--output", join(dist, wasm)],
  ]);
  return { staging, names: JSON.parse(names) };
}

/**
 * Makes a fast wasm of functions of numbers, which needs no glue.
 *
 * @param {Machine} machine
 * @param {Wasm} product
 * @param {string} compiled
 */
export async function optimise({ tools }, { feature, wasm }, compiled) {
  const { named, module } = await bindgen(tools, feature, compiled);
  const imports = WebAssembly.Module.imports(module);
  if (imports.length > 0) {
    const names = imports.map(({ name }) => name).join(", ");
    throw new Error(`${wasm} must import nothing, because it has no glue: ${names}`);
  }
  const args = [...optimising, "-O3", named, "--output", join(dist, wasm)];
  await run(`optimising ${wasm}`, tools.wasmOpt, args);
}

/**
 * @param {Machine["tools"]} tools
 * @param {string} feature
 * @param {string} compiled
 */
async function bindgen(tools, feature, compiled) {
  const staging = join(targetDirectory, "package", feature);
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  await run("generating the glue", tools.wasmBindgen, [
    ...["--target", "bundler"],
    ...["--out-dir", staging],
    ...["--out-name", "glue"],
    // Every browser that the package is for has it.
    ...["--encode-into", "always"],
    "--no-typescript",
    compiled,
  ]);
  const named = join(staging, "glue_bg.wasm");
  return { staging, named, module: new WebAssembly.Module(readFileSync(named)) };
}

/** What rustc's wasm32 target has; `--all-features` makes modules that browsers refuse. */
const features = [
  ...["bulk-memory", "nontrapping-float-to-int", "sign-ext", "mutable-globals"],
  ...["multivalue", "reference-types"],
].map((feature) => `--enable-${feature}`);

/** For every wasm. */
const optimising = [
  ...["--strip-debug", "--strip-producers", "--strip-target-features"],
  ...features,
  // Nothing of a Rust program lies below its stack's end.
  "--low-memory-unused",
];
