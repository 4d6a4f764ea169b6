// What browsers, apps and servers load of dist/: each entry in one file with all that it needs, and small.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { element, headless, targets } from "./browsers.mjs";
import { integrity } from "./integrity.mjs";
import { dist, root } from "./run.mjs";
import { treesOf } from "./trees.mjs";

const entries = join(root, "pkg-config/entries");
const sources = join(root, "src");
const words = join(sources, "widget/words");
const version = JSON.stringify(
  JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version,
);

/**
 * How a file of dist/ gets at those that are loaded when they are needed, by the module of that name in
 * entries/later/: `served` holds them to the hashes that the build found, `bundled` leaves them to an app's
 * bundler, `inlined` has them inside.
 *
 * @typedef {"served" | "bundled" | "inlined"} Later
 */

/**
 * A wasm, and what is bundled with its glue, from which entry. The script tags become classic scripts
 * that set a global.
 *
 * @typedef {object} Product
 * @property {"web" | "widget"} feature of the crate
 * @property {string} wasm
 * @property {{ entry: string, to?: string, format?: "esm" | "iife", later?: Later }[]} bundles in their
 *   order: a later one may hold an earlier one's hash. `served` is what they are unless it says otherwise
 */

/** What a bundler is to find where a source names the left. */
const forBundlers = new Map([["widget.js", "widget.bundler.js"]]);

/** What dist/widget.js is handed over by whoever has loaded it: the modules that entries/shared.js takes it from. */
const shared =
  /\/(browser\/(console|error|native|style|take)|entries\/(at-rest|explain|load|locate))\.js$/;

/** Browsers that it is for. */
const browsers = { web: targets(headless), widget: targets(element) };

/**
 * Modules without a wasm of their own, each from its entry. What is external is a package that the app has.
 *
 * @type {{ entry: string, to: string, external?: string[], target?: string[], isSmall?: boolean }[]}
 */
const modules = [
  { entry: "pkg-config/entries/debug.js", to: "debug.js" },
  ...["thumbnails.js", "film.js"].map((name) => ({
    ...{ entry: `src/widget/${name}`, to: name, target: browsers.widget, isSmall: true },
  })),
  { entry: "backend/js/index.js", to: "server.js", target: ["node20"] },
  { entry: "pkg-config/entries/react.js", to: "react.js", external: ["react", "ittybit-uploader"] },
];

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
    alias: {
      "#base": join(entries, format === "iife" ? "base.script.js" : "base.module.js"),
      "#later": join(entries, `later/${later}.js`),
      "#widget": join(entries, `later/widget.${later}.js`),
      "#glue": join(staging, "glue.js"),
      "#guard": join(entries, "guard.js"),
      "#take": join(sources, "browser/take.js"),
      "#error": join(sources, "browser/error.js"),
      "#objects": join(sources, "browser/objects.js"),
      "#options": join(sources, "browser/options.js"),
      "#record": join(sources, "browser/record.js"),
      "#storage": join(sources, "browser/storage.js"),
      "#wasm": join(dist, wasm),
    },
    loader: { ".wasm": "base64" },
    define: { VERSION: version, IS_SERVED: `${later === "served"}` },
    // The names are long, have hashes in them, and stand in both files.
    // And those of ours that only the wasm uses, and no other bundle: it would know them by other names.
    mangleProps: /^(__wb|wasm_bindgen_|setOption|lookAfter|createView|schedule$)/,
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
          onResolve({ filter: /^integrity:/ }, ({ path }) => ({ path, namespace: "integrity" }));
          onLoad({ filter: /./, namespace: "integrity" }, ({ path }) => ({
            contents: integrity(readFileSync(join(dist, path.replace("integrity:", "")))),
            loader: "text",
          }));
          if (to === "widget.js") {
            const contents = 'export * from "./received.js";';
            onLoad({ filter: shared }, () => ({ contents, resolveDir: entries }));
          }
          // Another file of dist/.
          onResolve({ filter: /^\./ }, ({ path, kind }) => {
            if (kind !== "dynamic-import") return undefined;
            const [, name = ""] = /((?:words\/)?[^/]+)$/.exec(path) ?? [];
            return { path: `./${forBundlers.get(name) ?? name}`, external: true };
          });
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
 * They may be made alone, where dist/ has the rest.
 *
 * @returns {Promise<string[]>} the files that are in them
 */
export async function bundleModules() {
  const { build } = await import("esbuild");
  const inputs = [];
  for (const { entry, to, external = [], target = browsers.web, isSmall } of modules) {
    const { outputFiles, metafile } = await build({
      ...bundling,
      format: "esm",
      target,
      platform: "neutral",
      mainFields: ["module", "main"],
      external,
      entryPoints: [join(root, entry)],
    });
    const text = outputFiles?.[0]?.text ?? "";
    writeFileSync(join(dist, to), isSmall ? await minify(text, "esm") : text);
    inputs.push(...Object.keys(metafile?.inputs ?? {}));
  }
  return inputs;
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
