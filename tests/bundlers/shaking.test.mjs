// Tests that an app's bundle contains only the parts of the package that it uses.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";

import { install, npmRun } from "./support.mjs";

/** The beginning of each line in the debug log, by which debug.js is recognised. */
const sign = "[ittybit-uploader]";

/** Code by which the files for checksums are recognised: the worker receives a module, the other has a wasm in base64. */
const signsOfChecksums = ["instanceof WebAssembly.Module", "AGFzbQ"];

/** A name in the code that resumes an earlier visit's uploads, by which extras.js is recognised. */
const signOfExtras = "requestPermission";

let folder = "";

before(async () => {
  folder = await install("shaking");
  await npmRun(folder, "build");
});

/**
 * Returns the files that a tool has created from a module.
 *
 * @param {string} tool
 * @param {string} module
 */
const filesOf = (tool, module) =>
  readdirSync(join(folder, "out", tool, module), { recursive: true })
    .map((name) => join(folder, "out", tool, module, String(name)))
    .filter((name) => statSync(name).isFile());

/**
 * Returns the size of a tool's own code for loading modules and naming files, in bytes.
 *
 * @param {string} tool
 */
function runtimeOf(tool) {
  const scripts = filesOf(tool, "loads").filter((name) => name.endsWith(".js"));
  return Math.max(...scripts.map((name) => statSync(name).size));
}

/**
 * Returns a tool's output for a module.
 *
 * @param {string} tool
 * @param {string} module
 */
function outputOf(tool, module) {
  const names = filesOf(tool, module);
  const texts = names
    .filter((name) => name.endsWith(".js"))
    .map((name) => readFileSync(name, "utf8"));
  // Pages only load these for debugging, large files or folders, so they don't count.
  const isLate = (/** @type {string} */ text) =>
    [sign, signOfExtras, ...signsOfChecksums].some((sign) => text.includes(sign));
  const debug = texts.filter((text) => text.includes(sign));
  assert(debug.length <= 1, `${debug.length} files contain the debug log`);
  const scripts = texts.filter((text) => !isLate(text));
  return {
    text: scripts.join("\n"),
    scripts: scripts.length,
    hasDebug: debug.length === 1,
    wasm: names.filter((name) => name.endsWith(".wasm")).map((name) => statSync(name).size),
  };
}

/** @param {string} name */
const sizeOf = (name) => statSync(join(folder, "node_modules/ittybit-uploader/dist", name)).size;

for (const tool of ["vite", "rollup", "webpack", "esbuild"]) {
  // With esbuild, the app must copy the wasm itself.
  const follows = tool !== "esbuild";

  test(`${tool}: an unused import is removed`, () => {
    // Vite and Rollup copy a wasm when they find its URL, but no page loads it.
    const { text, scripts } = outputOf(tool, "unused");
    assert.match(text, /a page/);
    assert(text.length < 1000, `${text.length} bytes`);
    assert.equal(scripts, 1);
  });

  test(`${tool}: importing upload() doesn't include the element`, () => {
    const { text, scripts, hasDebug, wasm } = outputOf(tool, "uploads");
    assert(hasDebug, "the debug log must be a separate file");
    assert.deepEqual([scripts, wasm], [1, follows ? [sizeOf("ittybit-uploader.wasm")] : []]);
    // A tool's code may be up to 1 % longer. The element would add a third.
    const most = Math.round(1.01 * sizeOf("index.bundler.js")) + runtimeOf(tool);
    assert(text.length <= most, `${text.length} of ${most} bytes`);
    assert.doesNotMatch(text, /customElements|attachShadow|react|createUploadHandler/i);
  });

  test(`${tool}: importing the element registers it`, () => {
    const { text, scripts, wasm } = outputOf(tool, "element");
    assert.match(text, /customElements/);
    assert(scripts > 1, "late modules must be separate files");
    assert.deepEqual(wasm, follows ? [sizeOf("element.wasm")] : []);
  });
}
