// Tests that dist/LICENSES.txt names all works in dist/, with their licences.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

import { bundledPackages, licencesText } from "../../pkg-config/licences.mjs";
import { root } from "../../pkg-config/run.mjs";

const text = readFileSync(join(root, "dist/LICENSES.txt"), "utf8");

test("it names every crate that cargo would link", () => {
  const args = [
    ...["tree", "--package", "ittybit-uploader", "--locked", "--edges", "normal,no-proc-macro"],
    ...["--target", "wasm32-unknown-unknown", "--no-default-features", "--features", "widget"],
    ...["--prefix", "none", "--format", "{p}"],
  ];
  const printed = execFileSync("cargo", args, { cwd: root, encoding: "utf8" });
  const crates = [...printed.matchAll(/^(\S+) v(\S+)$/gm)].map(([, ...crate]) => crate.join(" "));
  assert.ok(crates.some((crate) => crate.startsWith("wasm-bindgen ")));
  for (const crate of crates) assert.ok(text.includes(`\n${crate}: `), crate);
});

test("it names Rust's standard library", () => {
  assert.match(text, /^std \(Rust's standard library\): MIT OR Apache-2\.0$/m);
});

test("it contains no path of the machine that built it", () => {
  assert.ok(!text.includes(root));
  assert.doesNotMatch(text, /\/(home|root|Users)\/|registry\/src/);
});

/** @typedef {import("../../pkg-config/licences.mjs").Work} Work */

/**
 * @param {Partial<Work>} work
 * @param {Record<string, string>} files
 * @returns {string}
 */
function written(work, files) {
  const folder = mkdtempSync(join(tmpdir(), "licence-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const whole = { name: "it", version: "1.0.0", licence: "MIT", holders: [], folder, ...work };
    return licencesText([whole]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("it has MIT's text if MIT can be chosen, otherwise all texts", () => {
  const files = { "LICENSE-APACHE": "Apache's", "LICENSE-MIT": "MIT's", "LICENSE-UNICODE": "U's" };
  const chosen = written({ licence: "MIT OR Apache-2.0" }, files);
  assert.match(chosen, /MIT's/);
  assert.doesNotMatch(chosen, /Apache's/);
  const all = written({ licence: "(MIT OR Apache-2.0) AND Unicode-3.0" }, files);
  for (const own of Object.values(files)) assert.ok(all.includes(own));
});

test("without a text, MIT's is written for the copyright holders, and another licence fails the build", () => {
  assert.match(
    written({ holders: ["A. Person"] }, {}),
    /Copyright \(c\) A\. Person\n\nPermission /,
  );
  assert.throws(() => written({ licence: "Apache-2.0" }, {}), /must include its licence text/);
});

test("it finds the npm packages in a bundle by their files", () => {
  const folder = join(root, "node_modules/.supply-test/node_modules/@of/it");
  mkdirSync(folder, { recursive: true });
  try {
    const manifest = { name: "@of/it", version: "3.2.1", license: "MIT", author: "B <b@c> (d)" };
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    const path = "node_modules/.supply-test/node_modules/@of/it";
    const [found, ...others] = bundledPackages([`${path}/a.js`, `${path}/lib/b.js`, "src/c.js"]);
    assert.deepEqual(others, []);
    assert.equal(found?.name, "@of/it");
    assert.match(licencesText([/** @type {Work} */ (found)]), /^@of\/it 3\.2\.1: MIT$/m);
  } finally {
    rmSync(join(root, "node_modules/.supply-test"), { recursive: true });
  }
});
