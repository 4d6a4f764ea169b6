// Builds the documentation from www/docs/ into site/, as pages for any static host. Needs dist/, for
// the live samples and the sizes.

import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../../../pkg-config/run.mjs";
import { pageOf } from "./page.mjs";
import { render } from "./render.mjs";
import { readPages } from "./sources.mjs";

const site = join(root, "site");

/** The files that live samples load. */
const parts = [
  "ittybit-uploader.js",
  "widget.js",
  "element.wasm",
  "thumbnails.js",
  "film.js",
  "extras.js",
  ...["js", "wasm", "worker.js"].map((name) => `checksum.${name}`),
  "words",
];

/** The page for a URL that doesn't exist. */
const missing = {
  name: "404",
  title: "There is no such page",
  description: "It may have another name now. All pages are in the list.",
  section: "",
  order: 0,
  text: "[To the start](index.md)",
};

/**
 * Writes all pages.
 *
 * @param {{ demo?: string }} [options] `demo` is the relative URL of the demo, to which the header then links
 */
export function buildDocs(options = {}) {
  const pages = readPages();
  rmSync(site, { recursive: true, force: true });
  mkdirSync(join(site, "dist"), { recursive: true });
  for (const page of [...pages, missing]) {
    const html = pageOf(page, render(page.text), pages, options);
    writeFileSync(join(site, `${page.name}.html`), html);
  }
  const assets = join(root, "www/docs/assets");
  for (const name of readdirSync(assets)) cpSync(join(assets, name), join(site, name));
  for (const name of ["theme.css", "icon.svg"]) cpSync(join(root, "www", name), join(site, name));
  for (const name of parts) {
    cpSync(join(root, "dist", name), join(site, "dist", name), { recursive: true });
  }
  console.log(`docs: ${pages.length} pages in site/`);
}
