// The contenders: what each needs for a complete interface, how to enable its retries, and how to add a
// file.

import { join } from "node:path";

import { sizesOf, sizesOfBytes } from "../../../pkg-config/budget.mjs";
import { root } from "../../../pkg-config/run.mjs";

export const folder = join(root, "tests/bench/compare");

/**
 * @typedef {object} Contender
 * @property {string} name the name of its page and of its results
 * @property {string} title
 * @property {string[]} packages
 * @property {string} what describes what is measured
 * @property {string} [smallest] a module with the least code that uploads with an interface
 * @property {string} input the selector of the file input
 * @property {string} [retries] the option that enables retries, if that is not the default
 * @property {string} how describes how it sends a file
 */

/** @type {Contender[]} */
export const contenders = [
  {
    name: "ours",
    title: "ittybit-uploader",
    packages: [],
    what: "element.js, widget.js and element.wasm; style inside",
    input: "ittybit-uploader input[type=file]",
    how: "a form POST to an upload URL",
  },
  {
    name: "uppy",
    title: "Uppy",
    packages: ["@uppy/core", "@uppy/dashboard", "@uppy/xhr-upload"],
    what: "Core, Dashboard and XHRUpload with the CSS of the first two",
    smallest: `
      import Uppy from "@uppy/core";
      import Dashboard from "@uppy/dashboard";
      import XHRUpload from "@uppy/xhr-upload";
      import "@uppy/core/css/style.min.css";
      import "@uppy/dashboard/css/style.min.css";
      new Uppy().use(Dashboard, { inline: true, target: "#place" }).use(XHRUpload, { endpoint: "/" });`,
    input: ".uppy-Dashboard-input",
    how: "a form POST",
  },
  {
    name: "filepond",
    title: "FilePond",
    packages: ["filepond"],
    what: "FilePond with its CSS, no plugin",
    smallest: `
      import { create } from "filepond";
      import "filepond/dist/filepond.min.css";
      create(document.querySelector("input"), { server: "/" });`,
    input: ".filepond--browser",
    retries: "chunkUploads and chunkForce",
    how: "a form POST",
  },
  {
    name: "dropzone",
    title: "Dropzone",
    packages: ["dropzone"],
    what: "Dropzone with its CSS",
    smallest: `
      import Dropzone from "dropzone";
      import "dropzone/dist/dropzone.css";
      new Dropzone("#place", { url: "/" });`,
    input: ".dz-hidden-input",
    retries: "chunking, forceChunking and retryChunks",
    how: "a form POST",
  },
  {
    name: "mux-uploader",
    title: "mux-uploader",
    packages: ["@mux/mux-uploader"],
    what: "mux-uploader with UpChunk; style inside",
    smallest: `import "@mux/mux-uploader";`,
    input: "mux-uploader input[type=file]",
    how: "PUTs of chunks to an upload URL",
  },
];

/**
 * Returns the transferred bytes: script and style, each compressed, as a server sends them.
 *
 * @param {Contender} contender
 * @returns {Promise<{ raw: number, brotli: number }>}
 */
export async function weigh({ smallest }) {
  if (!smallest) {
    const { raw, brotli } = sizesOf(["element.js", "widget.js", "element.wasm"]);
    return { raw, brotli };
  }
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    stdin: { contents: smallest, resolveDir: folder },
    outdir: folder,
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    legalComments: "none",
  });
  return sizesOfBytes(outputFiles.map(({ contents }) => contents));
}

/**
 * Returns the script and the style of a contender's page.
 *
 * @param {Contender} contender
 * @returns {Promise<{ script: Uint8Array, style: Uint8Array }>}
 */
export async function pageOf({ name }) {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [join(folder, "pages", `${name}.js`)],
    outdir: folder,
    bundle: true,
    write: false,
    format: "esm",
  });
  const found = (/** @type {string} */ end) =>
    outputFiles.find(({ path }) => path.endsWith(end))?.contents ?? new Uint8Array();
  return { script: found(".js"), style: found(".css") };
}
