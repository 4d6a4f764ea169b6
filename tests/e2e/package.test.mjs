// What is published: the files, the entries, and that importing them does nothing by itself.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { integrity } from "../../pkg-config/build.mjs";
import { root } from "../../pkg-config/run.mjs";

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

test("the tarball holds the package and nothing else", () => {
  // Without `prepack`, which builds: that has been done.
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const [{ files }] = JSON.parse(execFileSync("npm", args, { cwd: root, encoding: "utf8" }));
  assert.deepEqual(files.map((/** @type {{ path: string }} */ file) => file.path).sort(), [
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "dist/index.d.ts",
    "dist/index.js",
    "dist/inline.d.ts",
    "dist/inline.js",
    "dist/ittybit-uploader.d.ts",
    "dist/ittybit-uploader.inline.js",
    "dist/ittybit-uploader.js",
    "dist/ittybit-uploader.wasm",
    "package.json",
  ]);
});

test("every entry point is there, its types first", () => {
  for (const [name, entry] of Object.entries(manifest.exports)) {
    const paths = typeof entry === "string" ? [entry] : Object.values(entry);
    for (const path of paths) assert(existsSync(join(root, path)), `${name}: ${path}`);
    if (typeof entry !== "string") assert.equal(Object.keys(entry)[0], "types", name);
  }
  for (const field of ["types", "unpkg", "jsdelivr"]) {
    assert(existsSync(join(root, manifest[field])), field);
  }
});

for (const entry of ["index.js", "inline.js"]) {
  test(`on a server, importing ${entry} does nothing and breaks nothing`, async () => {
    const before = Object.getOwnPropertyNames(globalThis);
    const { upload, UploadError } = await import(join(root, "dist", entry));
    assert.deepEqual(Object.getOwnPropertyNames(globalThis), before);
    assert(new UploadError("network", "gone", undefined, 1, true) instanceof Error);
    await assert.rejects(upload(new Blob(["x"]), { endpoint: "/api/uploads" }), /needs a browser/);
  });
}

test("the script tag knows the hash of the wasm that it loads", () => {
  const script = readFileSync(join(root, "dist/ittybit-uploader.js"), "utf8");
  const wasm = readFileSync(join(root, "dist/ittybit-uploader.wasm"));
  assert(script.includes(integrity(wasm)));
});
