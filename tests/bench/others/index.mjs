// Installs other uploaders for comparison when they are first needed, and bundles them for a page.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { root, run } from "../../../pkg-config/run.mjs";

const folder = join(root, "tests/bench/others");

/** Returns a script that sets the global `others`. */
export async function bundleOthers() {
  const installed = join(folder, "node_modules/.package-lock.json");
  if (!existsSync(installed)) {
    const args = ["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"];
    await run("installing the other uploaders", "npm", args, { cwd: folder });
  }
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    stdin: {
      contents: `export { UpChunk } from "@mux/upchunk"; export { Upload } from "tus-js-client";`,
      resolveDir: folder,
    },
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    globalName: "others",
    legalComments: "none",
  });
  const [bundle] = outputFiles;
  return bundle.text;
}

/** Returns the versions by name. @returns {Record<string, string>} */
export function versions() {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).dependencies;
}
