// Builds each module separately with four tools.

import { promisify } from "node:util";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { importMetaAssets } from "@web/rollup-plugin-import-meta-assets";
import * as esbuild from "esbuild";
import { rollup } from "rollup";
import * as vite from "vite";
import webpack from "webpack";

/** The tools. Each function builds the module `input` into the folder `out`. */
const tools = {
  vite: (input, out) =>
    vite.build({
      configFile: false,
      logLevel: "warn",
      build: { outDir: out, rolldownOptions: { input }, modulePreload: { polyfill: false } },
    }),

  async rollup(input, out) {
    const bundle = await rollup({ input, plugins: [nodeResolve(), importMetaAssets()] });
    await bundle.write({ dir: out, format: "es" });
  },

  async webpack(input, out) {
    const output = { path: `${import.meta.dirname}/${out}` };
    const stats = await promisify(webpack)({ mode: "production", entry: `./${input}`, output });
    if (stats.hasErrors()) throw new Error(stats.toString());
  },

  esbuild: (input, out) =>
    esbuild.build({
      entryPoints: [input],
      outdir: out,
      bundle: true,
      minify: true,
      splitting: true,
      format: "esm",
    }),
};

for (const [name, build] of Object.entries(tools)) {
  for (const module of ["unused", "uploads", "element", "loads"]) {
    await build(`${module}.js`, `out/${name}/${module}`);
  }
}
