// Bundles the files of dist/ that browsers, apps and servers load: each entry becomes one minified file.

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
 * How a file of dist/ loads others on demand, by the module of that name in src/package/load/later/: `served` checks
 * them with the hashes from the build, `bundled` leaves them to an app's bundler, and `inlined` includes them.
 *
 * @typedef {"served" | "bundled" | "inlined"} Later
 */

/**
 * A wasm, and the bundles with its glue, each from an entry. The bundles for script tags become classic scripts that
 * set a global.
 *
 * @typedef {object} Product
 * @property {"npm" | "widget"} feature of the crate
 * @property {string} wasm
 * @property {{ entry: string, to?: string, format?: "esm" | "iife", later?: Later }[]} bundles in the order in which
 *   they are built, because one may contain the hash of an earlier one. `later` is `served` by default
 */

/** Matches the modules that dist/widget.js gets from the file that has loaded it: see src/package/load/shared.js. */
const shared =
  /\/(browser\/js\/(console|error|native|style|take)|package\/(at-rest|load\/(explain|load|locate)))\.js$/;

/** The oldest supported browsers of each product, as targets for esbuild. */
const browsers = { npm: targets(headless), widget: targets(element) };

/** The comment above the worker's code, which is not minified: browsers can't check a worker's hash, so people must be able to read it. */
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

/** In bytes. Vite puts smaller files into `data:` URLs, from which strict policies allow no worker. */
const smallestWorker = 4096;

/**
 * The bundles without their own wasm, in the order in which they are built, because one may contain the hash of an
 * earlier one. External packages are the app's.
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
  { entry: "src/package/extras.js", to: "extras.js", isSmall: true },
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

/** The options for every bundle. @type {import("esbuild").BuildOptions} */
const bundling = {
  write: false,
  bundle: true,
  metafile: true,
  legalComments: "none",
  charset: "utf8",
  loader: { ".wasm": "base64" },
};

/** Inserts the hashes of files that are in dist/ already. @type {import("esbuild").Plugin} */
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

/** The wasm for checksums, which inlined builds include. */
const checksumWasm = join(dist, "checksum.wasm");

/**
 * @param {Product["bundles"][number]} bundle
 * @param {Product} product
 * @param {string} staging
 * @param {Record<string, string>} names
 * @returns {Promise<string[]>} the files that it includes
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
    // Removes the glue's messages for its developers.
    drop: ["console"],
    // Selects among the modules in package.json's `imports`.
    conditions: [later, ...(format === "iife" ? ["script"] : [])],
    // Resolves to files that the build has created.
    alias: {
      "#glue": join(staging, "glue.js"),
      "#wasm": join(dist, wasm),
      "#checksum-wasm": checksumWasm,
    },
    define: definitions(later),
    // Shortens the long names that the wasm and its glue share, and names of ours that only the wasm uses. Names
    // that other bundles use too must stay, because those would have other short names.
    mangleProps:
      /^(__wb|wasm_bindgen_|setOption|setLeaving|numberOf|callEndpoint|propsJson|remembersFrom|isPlainHttp|schedule$)/,
    mangleQuoted: true,
    mangleCache: names,
    plugins: [
      hashes,
      {
        name: "ittybit-uploader",
        setup({ onLoad, onResolve }) {
          // The glue imports copies of our own modules. Uses the originals, so that each module exists once.
          onResolve({ filter: /\/snippets\// }, ({ path }) => ({
            path: join(root, path.replace(/^.*\/snippets\/[^/]*\//, "")),
          }));
          if (to === "widget.js") {
            const contents = 'export * from "./load/received.js";';
            onLoad({ filter: shared }, () => ({ contents, resolveDir: entries }));
          }
          // Modules that are loaded on demand are other files of dist/.
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
 * Bundles the modules without their own wasm. Can be called alone if dist/ has the other files.
 *
 * @returns {Promise<string[]>} the files that they include
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
 * Returns the file of dist/ that a bundler finds for a source that is loaded on demand.
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

/** Returns the languages' modules, which are loaded on demand. English is always included. */
const languages = () => readdirSync(words).filter((name) => name !== "en.js");

export async function bundleWords() {
  for (const name of languages()) {
    const text = readFileSync(join(words, name), "utf8");
    writeFileSync(join(dist, "words", name), await minify(text, "esm"));
  }
}

/**
 * Minifies a script. The result is 4 % smaller than esbuild's.
 *
 * @param {string} text
 * @param {"esm" | "iife"} format
 */
async function minify(text, format) {
  const swc = await import("@swc/core");
  const { code } = await swc.minify(text, {
    module: format === "esm",
    ecma: 2020,
    // These are unsafe for code that inspects functions or modifies built-ins, which this code doesn't do.
    compress: {
      passes: 4,
      toplevel: format === "esm",
      unsafe: true,
      unsafe_arrows: true,
      unsafe_methods: true,
      unsafe_undefined: true,
    },
    mangle: { toplevel: format === "esm" },
    // A classic script is decoded with its page's encoding, so it must be ASCII.
    format: { asciiOnly: format === "iife" },
  });
  return code;
}
