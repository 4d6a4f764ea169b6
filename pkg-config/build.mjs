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
import { integrity, writeIntegrity } from "./integrity.mjs";
import { bundledPackages, licencesText, linkedCrates, standardLibrary } from "./licences.mjs";
import { fail, root, run, targetDirectory } from "./run.mjs";
import { setUp } from "./setup/index.mjs";

/** What is published. */
export const dist = join(root, "dist");
const entries = join(root, "pkg-config/entries");
const sources = join(root, "src");
const words = join(sources, "widget/words");
const version = JSON.stringify(
  JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version,
);
/** Says from what dist/ was made. */
export const stamp = join(targetDirectory, "package/fingerprint");

/**
 * A wasm, and what is bundled with its glue, from which entry. The script tags become classic scripts
 * that set a global.
 *
 * @typedef {object} Product
 * @property {"web" | "widget"} feature of the crate
 * @property {string} wasm
 * @property {{ entry: string, to?: string, format?: "esm" | "iife" }[]} bundles in their order: a
 *   later one may hold an earlier one's hash
 */

/** @type {Product[]} */
const products = [
  {
    feature: "web",
    wasm: "ittybit-uploader.wasm",
    bundles: [{ entry: "index.js" }, { entry: "inline.js" }],
  },
  {
    feature: "widget",
    wasm: "element.wasm",
    bundles: [
      { entry: "element.js" },
      { entry: "../../src/widget/thumbnails.js", to: "thumbnails.js" },
      { entry: "../../src/widget/film.js", to: "film.js" },
      { entry: "widget.js" },
      { entry: "script.js", to: "ittybit-uploader.js", format: "iife" },
      { entry: "script.inline.js", to: "ittybit-uploader.inline.js", format: "iife" },
    ],
  },
];

/**
 * Modules without a wasm of their own, each from its entry. What is external is another file of dist/, or
 * a package that the app has.
 *
 * @type {{ entry: string, to: string, external?: string[], platform?: "node" | "browser" }[]}
 */
const modules = [{ entry: "pkg-config/entries/debug.js", to: "debug.js" }];

const types = {
  "index.d.ts": "index.d.ts",
  "inline.d.ts": "inline.d.ts",
  "element.d.ts": "element.d.ts",
  "script.d.ts": "ittybit-uploader.d.ts",
};

/**
 * Builds dist/, or finds it up to date.
 *
 * @param {import("./setup/index.mjs").Machine} machine
 */
export async function build(machine) {
  /** @type {string[]} */
  const compiled = [];
  const works = machine.librarySource ? [] : [standardLibrary];
  for (const product of products) {
    const { wasm, messages } = await compile(machine, product);
    compiled.push(wasm);
    works.push(...linkedCrates(messages));
  }
  const fingerprint = fingerprintOf(compiled);
  if (existsSync(dist) && existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint) {
    console.log("package: dist/ is up to date");
  } else {
    rmSync(stamp, { force: true });
    rmSync(dist, { recursive: true, force: true });
    mkdirSync(join(dist, "words"), { recursive: true });
    /** @type {string[]} */
    const inputs = [];
    for (const [index, product] of products.entries()) {
      const { staging, names } = await generateGlue(machine, product, compiled[index] ?? "");
      for (const bundle of product.bundles) {
        inputs.push(...(await bundleEntry(bundle, product, staging, names)));
      }
    }
    await bundleWords();
    inputs.push(...(await bundleModules()));
    writeFileSync(join(dist, "LICENSES.txt"), licencesText([...works, ...bundledPackages(inputs)]));
    for (const [from, to] of Object.entries(types)) cpSync(join(entries, from), join(dist, to));
    writeFileSync(stamp, fingerprint);
  }
  writeIntegrity(dist);
  // What is published is compiled with a library made for size; without one it is only larger.
  checkBudget({ fails: machine.librarySource });
}

/**
 * The wasm as rustc makes it. With the standard library's source at hand the library is compiled
 * for size, and a panic becomes a trap: that is what is published.
 *
 * @param {import("./setup/index.mjs").Machine} machine
 * @param {Product} product
 * @returns {Promise<{ wasm: string, messages: string }>} its path, and what cargo says of its crates
 */
async function compile({ wasmCargo, librarySource }, { feature, wasm }) {
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
 * @param {import("./setup/index.mjs").Machine} machine
 * @param {Product} product
 * @param {string} compiled
 * @returns {Promise<{ staging: string, names: Record<string, string> }>} where the glue is, and the
 *   short names of what wasm and glue share
 */
async function generateGlue({ tools }, { feature, wasm }, compiled) {
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

/** Browsers that it is for. The element needs what the younger ones have (`ElementInternals`). */
const browsers = {
  web: ["chrome91", "firefox90", "safari15"],
  widget: ["chrome109", "firefox115", "safari16.4"],
};

/** For every bundle. @type {import("esbuild").BuildOptions} */
const bundling = {
  write: false,
  bundle: true,
  metafile: true,
  legalComments: "none",
  charset: "utf8",
};

/**
 * @param {Product["bundles"][number]} bundle
 * @param {Product} product
 * @param {string} staging
 * @param {Record<string, string>} names
 * @returns {Promise<string[]>} the files that are in it
 */
async function bundleEntry({ entry, to = entry, format = "esm" }, product, staging, names) {
  const { wasm } = product;
  const target = browsers[product.feature];
  const { build, transform } = await import("esbuild");
  /** @param {string} name */
  const hashOf = (name) => JSON.stringify(integrity(readFileSync(join(dist, name))));
  const { outputFiles, metafile } = await build({
    ...bundling,
    target,
    entryPoints: [join(entries, entry)],
    format,
    ...(format === "iife" && { globalName: "IttybitUploader" }),
    // Loaded when it is needed.
    external: [
      "./widget.js",
      "./debug.js",
      "./thumbnails.js",
      "./film.js",
      ...languages().map((name) => `./words/${name}`),
    ],
    // The glue's advice to its developer.
    drop: ["console"],
    alias: {
      "#glue": join(staging, "glue.js"),
      "#guard": join(entries, "guard.js"),
      "#take": join(sources, "browser/take.js"),
      "#objects": join(sources, "browser/objects.js"),
      "#options": join(sources, "browser/options.js"),
      "#record": join(sources, "browser/record.js"),
      "#storage": join(sources, "browser/storage.js"),
      "#wasm": join(dist, wasm),
    },
    loader: { ".wasm": "base64" },
    define: {
      VERSION: version,
      WASM_INTEGRITY: hashOf(wasm),
      ...(entry === "script.js" && { WIDGET_INTEGRITY: hashOf("widget.js") }),
    },
    // The names are long, have hashes in them, and stand in both files.
    // And those of ours that only the wasm uses.
    mangleProps: /^(__wb|wasm_bindgen_|keep[A-Z]|setOption|lookAfter|createView|schedule$)/,
    mangleQuoted: true,
    mangleCache: names,
    plugins: [
      {
        name: "ittybit-uploader",
        setup({ onLoad, onResolve }) {
          // The glue's copies of our own modules, of which there would be two.
          onResolve({ filter: /\/snippets\// }, ({ path }) => ({
            path: join(root, path.replace(/^.*\/snippets\/[^/]*\//, "")),
          }));
          onLoad({ filter: /\.css$/ }, async ({ path }) => {
            const { code } = await transform(readFileSync(path, "utf8"), {
              loader: "css",
              minify: true,
              target,
            });
            return { contents: code.trim(), loader: "text" };
          });
          onLoad({ filter: /\.html$/ }, ({ path }) => ({
            contents: JSON.stringify(treesOf(readFileSync(path, "utf8"))),
            loader: "json",
          }));
        },
      },
    ],
  });
  const [bundled] = outputFiles ?? [];
  writeFileSync(join(dist, to), await minify(bundled?.text ?? "", format));
  return Object.keys(metafile?.inputs ?? {});
}

/**
 * What HTML says, in a form from which it is quickly made. Of HTML it knows what the widget's is
 * written in: elements with quoted attributes, each one closed but `input`, and no text.
 *
 * @param {string} html
 */
function treesOf(html) {
  /** @typedef {[name: string, attributes: Record<string, string>, ...children: any[]]} Tree */
  /** @type {Tree[]} */
  const trees = [];
  /** @type {(Tree | Tree[])[]} */
  const open = [trees];
  for (const [, end, name = "", text = ""] of html.matchAll(/<(\/?)([a-z]+)([^>]*)>/g)) {
    if (end) {
      open.pop();
      continue;
    }
    const attributes = [...text.matchAll(/([\w-]+)="([^"]*)"/gi)];
    /** @type {Tree} */
    const tree = [name, Object.fromEntries(attributes.map(([, name, value]) => [name, value]))];
    open.at(-1)?.push(/** @type {any} */ (tree));
    if (name !== "input") open.push(tree);
  }
  if (open.length !== 1) throw new Error("the widget's HTML has an element that is not closed");
  return trees;
}

/**
 * They may be made alone, where dist/ has the rest.
 *
 * @returns {Promise<string[]>} the files that are in them
 */
export async function bundleModules() {
  const { build } = await import("esbuild");
  const inputs = [];
  for (const { entry, to, external = [], platform = "browser" } of modules) {
    const { metafile } = await build({
      bundle: true,
      metafile: true,
      format: "esm",
      charset: "utf8",
      legalComments: "none",
      target: platform === "node" ? "node20" : browsers.web,
      platform: "neutral",
      mainFields: ["module", "main"],
      external,
      entryPoints: [join(root, entry)],
      outfile: join(dist, to),
    });
    inputs.push(...Object.keys(metafile.inputs));
  }
  return inputs;
}

/** Modules of words that are loaded when they are needed. English always is. */
const languages = () => readdirSync(words).filter((name) => name !== "en.js");

async function bundleWords() {
  for (const name of languages()) {
    const text = readFileSync(join(words, name), "utf8");
    writeFileSync(join(dist, "words", name), await minify(text, "esm"));
  }
}

/**
 * Smaller than what esbuild makes of it, by 4 %.
 *
 * @param {string} text
 * @param {"esm" | "iife"} format
 */
async function minify(text, format) {
  const swc = await import("@swc/core");
  const { code } = await swc.minify(text, {
    module: format === "esm",
    ecma: 2020,
    // Unsafe for code that asks how a function was made, or changes what is the language's.
    compress: {
      passes: 4,
      toplevel: format === "esm",
      unsafe: true,
      unsafe_arrows: true,
      unsafe_methods: true,
      unsafe_undefined: true,
    },
    mangle: { toplevel: format === "esm" },
    // A script that is no module is read as its page is, whatever that is written in.
    format: { asciiOnly: format === "iife" },
  });
  return code;
}

/**
 * Of all that dist/ is made from.
 *
 * @param {string[]} compiled
 */
function fingerprintOf(compiled) {
  const hash = createHash("sha256");
  const scripts = ["build.mjs", "glue.mjs", "licences.mjs", "bindgen/src/shorten-names.rs"];
  const files = [entries, sources, join(root, "backend/js")]
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))),
    )
    .filter((file) => /\.(js|css|html|d\.ts)$/.test(file));
  const configuration = [...scripts.map((name) => join("pkg-config", name)), "package-lock.json"];
  for (const file of [...configuration.map((name) => join(root, name)), ...files.sort()]) {
    hash.update(file).update(readFileSync(file));
  }
  for (const file of compiled) hash.update(readFileSync(file));
  return hash.digest("hex");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await setUp({ tests: false }).then(build).catch(fail);
}
