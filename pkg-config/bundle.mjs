// What browsers, apps and servers load of dist/: each entry in one file with all that it needs, and small.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

import { element, headless, targets } from "./browsers.mjs";
import { integrity } from "./integrity.mjs";
import { dist, root } from "./run.mjs";
import { treesOf } from "./trees.mjs";

const entries = join(root, "src/package");
const sources = join(root, "src");
const words = join(sources, "widget/js/words");
const version = JSON.stringify(
  JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version,
);

/**
 * How a file of dist/ gets at those that are loaded when they are needed, by the module of that name in
 * src/package/load/later/: `served` holds them to the hashes that the build found, `bundled` leaves them to an app's
 * bundler, `inlined` has them inside.
 *
 * @typedef {"served" | "bundled" | "inlined"} Later
 */

/**
 * A wasm, and what is bundled with its glue, from which entry. The script tags become classic scripts
 * that set a global.
 *
 * @typedef {object} Product
 * @property {"npm" | "widget"} feature of the crate
 * @property {string} wasm
 * @property {{ entry: string, to?: string, format?: "esm" | "iife", later?: Later }[]} bundles in their
 *   order: a later one may hold an earlier one's hash. `served` is what they are unless it says otherwise
 */

/** What dist/widget.js is handed over by whoever has loaded it: the modules that src/package/load/shared.js takes it from. */
const shared =
  /\/(browser\/js\/(console|error|native|style|take)|package\/(at-rest|load\/(explain|load|locate)))\.js$/;

/** Browsers that it is for. */
const browsers = { npm: targets(headless), widget: targets(element) };

/** Stands above the worker's code, which is left as a person reads it, because browsers hold no worker to a hash. */
const preface = `/*
The worker of ittybit-uploader ${JSON.parse(version)}: computes checksums of a file's parts, so that the page's main thread doesn't.
It is not minified, so that you can read what runs here. It takes messages, answers them, and loads, sends and stores
nothing.

The page posts                       The worker posts
a WebAssembly.Module, first          {}            that it lives: at first, and then every second
{ id, file, start, end, isMd5 }      { id }        that bytes were read for it
                                     { id, sum }   the checksum in base64; empty, if that failed
{ id }, to stop

${readFileSync(join(root, "LICENSE"), "utf8")}*/`;

/** In bytes: Vite puts smaller files into `data:` URLs, and strict policies allow no worker from one. */
const smallestWorker = 4096;

/**
 * Modules without a wasm of their own, each from its entry, in their order: a later one may hold an earlier one's hash.
 * What is external is a package that the app has.
 *
 * @type {{
 *   entry: string,
 *   to: string,
 *   external?: string[],
 *   target?: string[],
 *   isSmall?: boolean,
 *   format?: "esm" | "iife",
 *   later?: Later,
 *   preface?: string,
 * }[]}
 */
const modules = [
  { entry: "src/package/checksum.worker.js", to: "checksum.worker.js", format: "iife", preface },
  { entry: "src/package/checksum.js", to: "checksum.js", isSmall: true },
  {
    entry: "src/package/checksum.bundled.js",
    to: "checksum.bundler.js",
    isSmall: true,
    later: "bundled",
  },
  { entry: "src/package/debug/index.js", to: "debug.js" },
  ...["thumbnails.js", "film.js"].map((name) => ({
    ...{
      entry: `src/widget/js/pictures/${name}`,
      to: name,
      target: browsers.widget,
      isSmall: true,
    },
  })),
  { entry: "backend/js/index.js", to: "server.js", target: ["node20"] },
  { entry: "src/package/react.js", to: "react.js", external: ["react", "ittybit-uploader"] },
];

/** For every bundle. @type {import("esbuild").BuildOptions} */
const bundling = {
  write: false,
  bundle: true,
  metafile: true,
  legalComments: "none",
  charset: "utf8",
  loader: { ".wasm": "base64" },
};

/** Puts in the hash of a file of dist/ that is there already. @type {import("esbuild").Plugin} */
const hashes = {
  name: "hashes",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^integrity:/ }, ({ path }) => ({ path, namespace: "integrity" }));
    onLoad({ filter: /./, namespace: "integrity" }, ({ path }) => ({
      contents: integrity(readFileSync(join(dist, path.replace("integrity:", "")))),
      loader: "text",
    }));
  },
};

/** @param {Later} later */
const definitions = (later) => ({ VERSION: version, IS_SERVED: `${later === "served"}` });

/** The wasm of checksums, for builds that have it inside. */
const checksumWasm = join(dist, "checksum.wasm");

/**
 * @param {Product["bundles"][number]} bundle
 * @param {Product} product
 * @param {string} staging
 * @param {Record<string, string>} names
 * @returns {Promise<string[]>} the files that are in it
 */
export async function bundleEntry(bundle, product, staging, names) {
  const { entry, to = entry, format = "esm", later = "served" } = bundle;
  const { wasm } = product;
  const target = browsers[product.feature];
  const { build, transform } = await import("esbuild");
  const { outputFiles, metafile } = await build({
    ...bundling,
    target,
    entryPoints: [join(entries, entry)],
    format,
    // The glue's advice to its developer.
    drop: ["console"],
    // Which of the modules in package.json's `imports`.
    conditions: [later, ...(format === "iife" ? ["script"] : [])],
    // What the build has made.
    alias: {
      "#glue": join(staging, "glue.js"),
      "#wasm": join(dist, wasm),
      "#checksum-wasm": checksumWasm,
    },
    define: definitions(later),
    // The names are long, have hashes in them, and stand in both files.
    // And those of ours that only the wasm uses, and no other bundle: it would know them by other names.
    mangleProps: /^(__wb|wasm_bindgen_|setOption|setLeaving|numberOf|schedule$)/,
    mangleQuoted: true,
    mangleCache: names,
    plugins: [
      hashes,
      {
        name: "ittybit-uploader",
        setup({ onLoad, onResolve }) {
          // The glue's copies of our own modules, of which there would be two.
          onResolve({ filter: /\/snippets\// }, ({ path }) => ({
            path: join(root, path.replace(/^.*\/snippets\/[^/]*\//, "")),
          }));
          if (to === "widget.js") {
            const contents = 'export * from "./load/received.js";';
            onLoad({ filter: shared }, () => ({ contents, resolveDir: entries }));
          }
          // Another file of dist/.
          onResolve({ filter: /^\./ }, ({ path, kind, resolveDir }) => {
            if (kind !== "dynamic-import") return undefined;
            return { path: `./${nameInDist(join(resolveDir, path))}`, external: true };
          });
          onLoad({ filter: /\.css$/ }, async ({ path }) => {
            const { code } = await transform(readFileSync(path, "utf8"), {
              loader: "css",
              minify: true,
              target,
            });
            return { contents: shortenProperties(code.trim()), loader: "text" };
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
 * Shortens the names of private custom properties, which begin with `--_`.
 *
 * @param {string} css
 */
function shortenProperties(css) {
  /** @type {Map<string, string>} */
  const short = new Map();
  return css.replace(/--_[\w-]+/g, (name) => {
    if (!short.has(name)) short.set(name, `--_${short.size.toString(36)}`);
    return /** @type {string} */ (short.get(name));
  });
}

/**
 * They may be made alone, where dist/ has the rest.
 *
 * @returns {Promise<string[]>} the files that are in them
 */
export async function bundleModules() {
  const { build } = await import("esbuild");
  const inputs = [];
  for (const module of modules) {
    const { entry, to, external = [], target = browsers.npm, isSmall } = module;
    const { format = "esm", later = "served", preface = "" } = module;
    const { outputFiles, metafile } = await build({
      ...bundling,
      format,
      target,
      alias: { "#wasm": checksumWasm },
      define: definitions(later),
      plugins: [hashes],
      banner: { js: preface },
      platform: "neutral",
      mainFields: ["module", "main"],
      external,
      entryPoints: [join(root, entry)],
    });
    const text = outputFiles?.[0]?.text ?? "";
    if (preface && text.length < smallestWorker) {
      throw new Error(`${to} must have at least ${smallestWorker} bytes, not ${text.length}`);
    }
    writeFileSync(join(dist, to), isSmall ? await minify(text, format) : text);
    inputs.push(...Object.keys(metafile?.inputs ?? {}));
  }
  return inputs;
}

/**
 * The file of dist/ that a bundler is to find for a source that is loaded when it is needed.
 *
 * @param {string} path of the source
 */
function nameInDist(path) {
  const source = relative(root, path).replaceAll("\\", "/");
  if (source === "src/package/widget.js") return "widget.bundler.js";
  if (dirname(path) === words) return `words/${basename(path)}`;
  const module = modules.find(({ entry }) => entry === source);
  if (!module) throw new Error(`${source} must be among the modules, because it is loaded late`);
  return module.to;
}

/** Modules of words that are loaded when they are needed. English always is. */
const languages = () => readdirSync(words).filter((name) => name !== "en.js");

export async function bundleWords() {
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
