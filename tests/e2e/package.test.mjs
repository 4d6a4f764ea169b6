// Tests the published package: its files and entries, and that importing them has no effect.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { integrity } from "../../pkg-config/integrity.mjs";
import { root } from "../../pkg-config/run.mjs";

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

test("the tarball contains the package and nothing else", () => {
  // Skips `prepack`, because the package is built already.
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const [{ files }] = JSON.parse(execFileSync("npm", args, { cwd: root, encoding: "utf8" }));
  const named = Object.values(manifest.exports).flatMap((entry) =>
    typeof entry === "string" ? entry : Object.values(entry),
  );
  const expected = new Set([
    ...["CHANGELOG.md", "LICENSE", "README.md", "REFERENCE.md"],
    ...named.map((path) => path.replace("./", "")),
    // Pages without a bundler load these by name.
    ...["index", "element"].map((name) => `dist/${name}.js`),
    // Entries load these on demand.
    ...["widget", "widget.bundler", "extras", "thumbnails", "film", "debug"].map(
      (name) => `dist/${name}.js`,
    ),
    ...["js", "bundler.js", "worker.js", "wasm"].map((name) => `dist/checksum.${name}`),
    ...["ar", "de", "es", "fr", "it", "ja", "pt-BR", "zh-Hans"].map(
      (key) => `dist/words/${key}.js`,
    ),
    "dist/LICENSES.txt",
  ]);
  const paths = files.map((/** @type {{ path: string }} */ file) => file.path);
  assert.deepEqual(paths.sort(), [...expected].sort());
});

test("every entry point exists, and lists its types first", () => {
  for (const [name, entry] of Object.entries(manifest.exports)) {
    const paths = typeof entry === "string" ? [entry] : Object.values(entry);
    for (const path of paths) assert(existsSync(join(root, path)), `${name}: ${path}`);
    if (typeof entry !== "string") assert.equal(Object.keys(entry)[0], "types", name);
  }
  for (const field of ["types", "unpkg", "jsdelivr"]) {
    assert(existsSync(join(root, manifest[field])), field);
  }
});

for (const entry of ["index.js", "index.bundler.js", "inline.js"]) {
  test(`on a server, importing ${entry} has no effect and works`, async () => {
    const before = Object.getOwnPropertyNames(globalThis);
    const { upload, UploadError } = await import(join(root, "dist", entry));
    assert.deepEqual(Object.getOwnPropertyNames(globalThis), before);
    assert(new UploadError("network", "gone", undefined, 1, true) instanceof Error);
    await assert.rejects(upload(new Blob(["x"]), { endpoint: "/api/uploads" }), /needs a browser/);
  });
}

test("on a server, importing element.js has no effect", async () => {
  const before = Object.getOwnPropertyNames(globalThis);
  assert.deepEqual(Object.keys(await import(join(root, "dist/element.js"))), []);
  assert.deepEqual(Object.getOwnPropertyNames(globalThis), before);
});

test("dist/integrity.json has the hash of every file that a browser may load", () => {
  const hashes = JSON.parse(readFileSync(join(root, "dist/integrity.json"), "utf8"));
  assert(["element.js", "element.wasm", "words/de.js"].every((name) => name in hashes));
  for (const [name, hash] of Object.entries(hashes)) {
    assert.equal(hash, integrity(readFileSync(join(root, "dist", name))), name);
  }
});

/** @param {string} name */
const textOf = (name) => readFileSync(join(root, "dist", name), "utf8");

const words = readdirSync(join(root, "dist/words")).map((name) => `words/${name}`);
const sums = ["checksum.wasm", "checksum.js"];
for (const [loader, loaded] of /** @type {const} */ ([
  ["ittybit-uploader.js", ["widget.js"]],
  ["element.js", ["widget.js"]],
  [
    "widget.js",
    [
      ...["element.wasm", "extras.js", "debug.js", "thumbnails.js", "film.js"],
      ...[...sums, ...words],
    ],
  ],
  ["index.js", ["ittybit-uploader.wasm", "extras.js", "debug.js", ...sums]],
  ["checksum.js", ["checksum.worker.js"]],
])) {
  test(`${loader} contains the hashes of all files that it loads`, () => {
    const text = textOf(loader);
    for (const name of loaded) {
      assert(text.includes(integrity(readFileSync(join(root, "dist", name)))), name);
    }
    // It loads nothing in another way.
    const imports = text.match(/\bimport\(.*?\)/g) ?? [];
    // widget.js gets the loader as an argument, and the worker is loaded without `import()`.
    assert.equal(imports.length, /^(widget|checksum)/.test(loader) ? 0 : 1);
    for (const one of imports) assert.match(one, /^import\(\w+\.href\)$/);
  });
}

for (const [loader, loaded] of /** @type {const} */ ([
  ["element.bundler.js", ["widget.bundler.js"]],
  [
    "widget.bundler.js",
    [...["checksum.bundler.js", "debug.js", "extras.js", "thumbnails.js", "film.js"], ...words],
  ],
  ["index.bundler.js", ["checksum.bundler.js", "debug.js", "extras.js"]],
])) {
  test(`a bundler finds every file that ${loader} loads`, () => {
    const imports = [...textOf(loader).matchAll(/\bimport\("\.\/(.*?)"\)/g)].map(
      ([, name]) => name,
    );
    assert.deepEqual(imports.sort(), [...loaded].sort());
    for (const name of imports) assert(existsSync(join(root, `dist/${name}`)), name);
  });
}

test("the checksum worker loads, sends and stores nothing, and is too large for Vite's data: URLs", () => {
  const text = textOf("checksum.worker.js");
  assert(text.length >= 4096);
  const code = text.replace(/^\/\*.*?\*\//s, "");
  assert.doesNotMatch(
    code,
    /\b(import|importScripts|fetch|XMLHttpRequest|WebSocket|indexedDB|eval)\b/,
  );
});

for (const name of ["inline.js", "ittybit-uploader.inline.js"]) {
  test(`${name} loads nothing`, () => {
    assert.doesNotMatch(textOf(name), /\bimport\b|modulepreload|\.wasm\b/);
  });
}
