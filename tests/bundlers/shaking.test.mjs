// What a page carries of the package: what it uses, and nothing else.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";

import { install, npmRun } from "./support.mjs";

/** With what each line of `debug.js` begins. */
const sign = "[ittybit-uploader]";

/** What only the files have that compute checksums: the worker takes a module, the other has a wasm in base64. */
const signsOfChecksums = ["instanceof WebAssembly.Module", "AGFzbQ"];

let folder = "";

before(async () => {
  folder = await install("shaking");
  await npmRun(folder, "build");
});

/**
 * The files that a tool has made of a module.
 *
 * @param {string} tool
 * @param {string} module
 */
const filesOf = (tool, module) =>
  readdirSync(join(folder, "out", tool, module), { recursive: true })
    .map((name) => join(folder, "out", tool, module, String(name)))
    .filter((name) => statSync(name).isFile());

/**
 * In bytes: what a tool adds of its own, for loading modules later and naming files.
 *
 * @param {string} tool
 */
function runtimeOf(tool) {
  const scripts = filesOf(tool, "loads").filter((name) => name.endsWith(".js"));
  return Math.max(...scripts.map((name) => statSync(name).size));
}

/**
 * What a tool has made of a module.
 *
 * @param {string} tool
 * @param {string} module
 */
function outputOf(tool, module) {
  const names = filesOf(tool, module);
  const texts = names
    .filter((name) => name.endsWith(".js"))
    .map((name) => readFileSync(name, "utf8"));
  // No page loads these unless debugging is switched on or a file goes in parts; what a page carries is the rest.
  const isLate = (/** @type {string} */ text) =>
    [sign, ...signsOfChecksums].some((sign) => text.includes(sign));
  const debug = texts.filter((text) => text.includes(sign));
  assert(debug.length <= 1, `${debug.length} files tell the story of an upload`);
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
  // esbuild leaves the wasm to whoever builds.
  const follows = tool !== "esbuild";

  test(`${tool}: an import that nothing uses is dropped`, () => {
    // Vite and Rollup copy a wasm as soon as they see its address; no page asks for it.
    const { text, scripts } = outputOf(tool, "unused");
    assert.match(text, /a page/);
    assert(text.length < 1000, `${text.length} bytes`);
    assert.equal(scripts, 1);
  });

  test(`${tool}: who imports upload() gets no element`, () => {
    const { text, scripts, hasDebug, wasm } = outputOf(tool, "uploads");
    assert(hasDebug, "what tells the story of an upload is a file of its own");
    assert.deepEqual([scripts, wasm], [1, follows ? [sizeOf("ittybit-uploader.wasm")] : []]);
    // Each tool writes some of it a little longer, 1 % at most. The element would be a third more.
    const most = Math.round(1.01 * sizeOf("index.bundler.js")) + runtimeOf(tool);
    assert(text.length <= most, `${text.length} of ${most} bytes`);
    assert.doesNotMatch(text, /customElements|attachShadow|react|createUploadHandler/i);
  });

  test(`${tool}: the element is registered by importing it`, () => {
    const { text, scripts, wasm } = outputOf(tool, "element");
    assert.match(text, /customElements/);
    assert(scripts > 1, "what it needs later is apart");
    assert.deepEqual(wasm, follows ? [sizeOf("element.wasm")] : []);
  });
}
