// From Rust to what is published: dist/. Compiles the core, generates its glue, makes both small,
// bundles the entries, and holds the result against the size budget.
//
// Knows nothing of how the tools got here: that is set-up's.

import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { checkBudget } from "./budget.mjs";
import { tailorGlue } from "./glue.mjs";
import { fail, root, run, targetDirectory } from "./run.mjs";
import { setUp } from "./setup/index.mjs";

const dist = join(root, "dist");
const staging = join(targetDirectory, "package");
const entries = join(root, "pkg-config/entries");
const wasmName = "ittybit-uploader.wasm";

/** What is bundled from which entry. The script tags become classic scripts that set a global. */
const bundles = [
  { entry: "index.js", to: "index.js", format: "esm" },
  { entry: "inline.js", to: "inline.js", format: "esm" },
  { entry: "script.js", to: "ittybit-uploader.js", format: "iife" },
  { entry: "script.inline.js", to: "ittybit-uploader.inline.js", format: "iife" },
];

const types = {
  "index.d.ts": "index.d.ts",
  "inline.d.ts": "inline.d.ts",
  "script.d.ts": "ittybit-uploader.d.ts",
};

/**
 * Builds dist/, or finds it up to date.
 *
 * @param {import("./setup/index.mjs").Machine} machine
 */
export async function build(machine) {
  const compiled = await compile(machine);
  const fingerprint = fingerprintOf(compiled);
  const stamp = join(staging, "fingerprint");
  if (existsSync(dist) && existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint) {
    console.log("package: dist/ is up to date");
  } else {
    rmSync(staging, { recursive: true, force: true });
    rmSync(dist, { recursive: true, force: true });
    mkdirSync(staging, { recursive: true });
    mkdirSync(dist);
    const names = await generateGlue(machine, compiled);
    await bundleEntries(names);
    for (const [from, to] of Object.entries(types)) cpSync(join(entries, from), join(dist, to));
    writeFileSync(stamp, fingerprint);
  }
  // What is published is compiled with a library made for size; without one it is only larger.
  checkBudget({ fails: machine.librarySource });
}

/**
 * The wasm as rustc makes it. With the standard library's source at hand the library is compiled
 * for size, and a panic becomes a trap: that is what is published.
 *
 * @param {import("./setup/index.mjs").Machine} machine
 * @returns {Promise<string>} its path
 */
async function compile({ wasmCargo, librarySource }) {
  const target = join(wasmCargo.targetDirectory, librarySource ? "small" : "ordinary");
  const args = [
    "build",
    "--lib",
    ...["--package", "ittybit-uploader"],
    ...["--profile", "wasm"],
    ...["--target", "wasm32-unknown-unknown"],
    ...["--target-dir", target],
    "--locked",
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
  await run("compiling the core to wasm", wasmCargo, args, { env });
  return join(target, "wasm32-unknown-unknown/wasm/ittybit_uploader.wasm");
}

/**
 * Generates the glue beside the wasm, and makes the wasm small.
 *
 * @param {import("./setup/index.mjs").Machine} machine
 * @param {string} compiled
 * @returns {Promise<Record<string, string>>} the short names of what wasm and glue share
 */
async function generateGlue({ tools }, compiled) {
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
  await run("optimising the wasm", tools.wasmOpt, [
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
    ...[short, "--output", join(dist, wasmName)],
  ]);
  return JSON.parse(names);
}

/** @param {string} feature */
const enable = (feature) => `--enable-${feature}`;

/** @param {Record<string, string>} names */
async function bundleEntries(names) {
  const [esbuild, swc] = await Promise.all([import("esbuild"), import("@swc/core")]);
  const wasm = readFileSync(join(dist, wasmName));
  const [snippets] = readdirSync(join(staging, "snippets"));
  for (const { entry, to, format } of bundles) {
    const { outputFiles } = await esbuild.build({
      entryPoints: [join(entries, entry)],
      write: false,
      bundle: true,
      format: /** @type {"esm" | "iife"} */ (format),
      ...(format === "iife" && { globalName: "IttybitUploader" }),
      target: ["chrome91", "firefox90", "safari15"],
      legalComments: "none",
      // The glue's advice to its developer.
      drop: ["console"],
      alias: {
        "#glue": join(staging, "glue.js"),
        "#guard": join(entries, "guard.js"),
        "#objects": join(staging, "snippets", snippets, "src/browser/objects.js"),
        "#options": join(staging, "snippets", snippets, "src/browser/options.js"),
        "#record": join(staging, "snippets", snippets, "src/browser/record.js"),
        "#storage": join(staging, "snippets", snippets, "src/browser/storage.js"),
        "#wasm": join(dist, wasmName),
      },
      loader: { ".wasm": "base64" },
      define: { WASM_INTEGRITY: JSON.stringify(integrity(wasm)) },
      // The names are long, have hashes in them, and stand in both files.
      mangleProps: /^(__wb|wasm_bindgen_)/,
      mangleQuoted: true,
      mangleCache: names,
    });
    const [bundled] = outputFiles;
    // Smaller than what esbuild makes of it, by 4 %.
    const { code } = await swc.minify(bundled.text, {
      module: format === "esm",
      ecma: 2020,
      compress: { passes: 3 },
      mangle: { toplevel: format === "esm" },
    });
    writeFileSync(join(dist, to), code);
  }
}

/**
 * A hash as `integrity` attributes have it.
 *
 * @param {Uint8Array} bytes
 */
export function integrity(bytes) {
  return `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
}

/**
 * Of all that dist/ is made from.
 *
 * @param {string} compiled
 */
function fingerprintOf(compiled) {
  const hash = createHash("sha256");
  const scripts = ["build.mjs", "glue.mjs", "bindgen/src/shorten-names.rs"];
  const sources = readdirSync(entries).map((name) => join("pkg-config/entries", name));
  const configuration = scripts.map((name) => join("pkg-config", name));
  for (const file of [...configuration, "package-lock.json", "Cargo.lock", ...sources.sort()]) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.update(readFileSync(compiled)).digest("hex");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await setUp({ tests: false }).then(build).catch(fail);
}
