// Tests the dependencies of the crates, so that an app only gets what it uses, and the versions that must be equal.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

import { root } from "../../pkg-config/run.mjs";
import { checkVersions } from "../../pkg-config/setup/bindgen.mjs";

/**
 * Returns the dependencies of a crate, as in an app that enables no features.
 *
 * @param {string[]} args
 */
function crates(...args) {
  const usual = ["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"];
  const printed = execFileSync("cargo", [...usual, ...args], { cwd: root, encoding: "utf8" });
  return [...printed.matchAll(/^(\S+) v/gm)].map(([, name]) => name);
}

test("the backend doesn't depend on its stand-in", () => {
  const brought = crates("--package", "ittybit-uploader-backend");
  assert.ok(brought.includes("axum"));
  const own = ["async-trait", "imagesize", "infer", "multer", "rusqlite", "s3s", "s3s-fs"];
  const others = ["ittybit-uploader-stand-in", "tempfile"];
  for (const name of [...own, ...others, "tracing-subscriber", "wasm-bindgen"]) {
    assert(!brought.includes(name), name);
  }
});

test("an app's wasm gets no allocator, and accepts any wasm-bindgen 0.2", () => {
  const target = ["--package", "ittybit-uploader", "--target", "wasm32-unknown-unknown"];
  assert.ok(crates(...target).includes("wasm-bindgen"));
  assert.ok(!crates(...target).includes("rlsf"));
  assert.ok(crates(...target, "--features", "npm").includes("rlsf"));
  const manifest = readFileSync(join(root, "Cargo.toml"), "utf8");
  assert.match(manifest, /^wasm-bindgen = \{ version = "0\.2",/m);
  for (const [, feature] of manifest.matchAll(/^default = \[(.*)\]$/gm)) {
    assert.equal(feature, '"web"');
  }
});

test("set-up refuses tools of another version than the crate, and says what to do", () => {
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  checkVersions(lock);
  const [, tools = ""] = /^name = "wasm-bindgen-cli-support"\nversion = "(.*)"$/m.exec(lock) ?? [];
  const other = lock.replace(/^(name = "wasm-bindgen"\nversion = ").*"$/m, '$10.2.1"');
  assert.throws(
    () => checkVersions(other),
    (/** @type {Error} */ { name, message }) => {
      assert.equal(name, "Missing");
      assert.match(message, /0\.2\.1 of the crate/);
      assert(message.includes(`cargo update --package wasm-bindgen --precise ${tools}`), message);
      return true;
    },
  );
});
