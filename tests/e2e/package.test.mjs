// What is published: the files, the entries, and that importing them does nothing by itself.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { integrity } from "../../pkg-config/integrity.mjs";
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
    "REFERENCE.md",
    "custom-elements.json",
    "dist/element.d.ts",
    "dist/element.js",
    "dist/element.wasm",
    "dist/film.js",
    "dist/index.d.ts",
    "dist/index.js",
    "dist/inline.d.ts",
    "dist/inline.js",
    "dist/ittybit-uploader.d.ts",
    "dist/ittybit-uploader.inline.js",
    "dist/ittybit-uploader.js",
    "dist/ittybit-uploader.wasm",
    "dist/thumbnails.js",
    "dist/widget.js",
    ...["ar", "de", "es", "fr", "it", "ja", "pt-BR", "zh-Hans"].map(
      (key) => `dist/words/${key}.js`,
    ),
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

test("on a server, importing element.js does nothing", async () => {
  const before = Object.getOwnPropertyNames(globalThis);
  assert.deepEqual(Object.keys(await import(join(root, "dist/element.js"))), []);
  assert.deepEqual(Object.getOwnPropertyNames(globalThis), before);
});

for (const [loader, loaded] of /** @type {const} */ ([
  ["ittybit-uploader.js", "widget.js"],
  ["widget.js", "element.wasm"],
])) {
  test(`${loader} knows the hash of ${loaded}, which it loads`, () => {
    const text = readFileSync(join(root, "dist", loader), "utf8");
    assert(text.includes(integrity(readFileSync(join(root, "dist", loaded)))));
  });
}
