// Compiles the crate to wasm, generates the glue, and optimises the wasm.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { wrapGlue } from "./glue.mjs";
import { nameByOrder } from "./order.mjs";
import { dist, run, targetDirectory } from "./run.mjs";

/** @typedef {import("./setup/index.mjs").Machine} Machine */

/**
 * A wasm: the crate's feature that it contains, and its file name.
 *
 * @typedef {{ feature: string, wasm: string, isFast?: boolean }} Wasm `isFast`: compiled for speed, not for size
 */

/**
 * Compiles the crate to wasm. If the standard library's source is available, as for what is published, compiles the
 * library for size, and turns panics into traps.
 *
 * @param {Machine} machine
 * @param {Wasm} product
 * @returns {Promise<{ wasm: string, messages: string }>} the path, and cargo's messages about the crates
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
  // Only applies to the crate itself, so that its dependencies are compiled once for all products.
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
      // The glue's own table of JavaScript values is smaller than one in the wasm.
      "-Ctarget-feature=-reference-types",
      // Inlines small functions, which rustc and LLVM don't do when optimising for size. Much of their
      // code then turns out to be unused. The threshold is that of `opt-level = "s"`.
      "-Zinline-mir=yes",
      "-Zinline-mir-threshold=100",
      "-Cllvm-args=-inline-threshold=10",
    ].join(" ");
  }
  const messages = await run(`compiling ${wasm}`, wasmCargo, args, { env });
  // Copies the file, because cargo uses the same path for every feature.
  const compiled = join(target, wasm);
  cpSync(join(target, "wasm32-unknown-unknown/wasm/ittybit_uploader.wasm"), compiled);
  return { wasm: compiled, messages };
}

/**
 * Generates the glue, and optimises the wasm for size.
 *
 * @param {Machine} machine
 * @param {Wasm} product
 * @param {string} compiled
 * @returns {Promise<{ staging: string, names: Record<string, string> }>} the folder of the glue, and the short names
 *   that wasm and glue share
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
    // Limits how large a function that is called once may be to be inlined, in nodes: brotli compresses several
    // similar functions better than one long function.
    "--one-caller-inline-max-function-size=20",
    ...["-Oz", "--gufa", "--flatten", "--rereloop", "-Oz", "-Oz", "--converge"],
    // Functions that differ in constants alone become one, which gets the constants.
    ...["--merge-similar-functions", "-Oz"],
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
 * Optimises a wasm for speed. Its functions only take numbers, so it needs no glue.
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
    // Every supported browser has `TextEncoder.encodeInto`.
    ...["--encode-into", "always"],
    "--no-typescript",
    compiled,
  ]);
  const named = join(staging, "glue_bg.wasm");
  return { staging, named, module: new WebAssembly.Module(readFileSync(named)) };
}

/** The features of rustc's wasm32 target. Browsers refuse modules that are built with `--all-features`. */
const features = [
  ...["bulk-memory", "nontrapping-float-to-int", "sign-ext", "mutable-globals"],
  ...["multivalue", "reference-types"],
].map((feature) => `--enable-${feature}`);

/** The options for every wasm. */
const optimising = [
  ...["--strip-debug", "--strip-producers", "--strip-target-features"],
  ...features,
  // A Rust program uses no memory below the end of its stack.
  "--low-memory-unused",
];
