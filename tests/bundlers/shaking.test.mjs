// What a page carries of the package: what it uses, and nothing else.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";

import { install, npmRun } from "./support.mjs";

/** In bytes: what a tool adds of its own. */
const runtime = 2500;

let folder = "";

before(async () => {
  folder = await install("shaking");
  await npmRun(folder, "build");
});

/**
 * What a tool has made of a module.
 *
 * @param {string} tool
 * @param {string} module
 */
function outputOf(tool, module) {
  const out = join(folder, "out", tool, module);
  const names = readdirSync(out, { recursive: true })
    .map((name) => join(out, String(name)))
    .filter((name) => statSync(name).isFile());
  const scripts = names.filter((name) => name.endsWith(".js"));
  return {
    text: scripts.map((name) => readFileSync(name, "utf8")).join("\n"),
    scripts: scripts.length,
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
    const { text, scripts, wasm } = outputOf(tool, "uploads");
    assert.deepEqual([scripts, wasm], [1, follows ? [sizeOf("ittybit-uploader.wasm")] : []]);
    const most = sizeOf("index.js") + runtime;
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
