// Tests the lock files: every package has a hash and is from the registry, and none runs an install script.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

import { root } from "../../pkg-config/run.mjs";

const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).split("\n");
const read = (/** @type {string} */ name) => readFileSync(join(root, name), "utf8");

/**
 * Packages that work without their install scripts, which are never run. The scripts look for a program, or compile
 * what another package provides already; that of core-js prints a message. The last three are Parcel's.
 */
const scriptsNotNeeded = [
  ...["esbuild", "@swc/core", "core-js-bundle"],
  ...["@parcel/watcher", "lmdb", "msgpackr-extract"],
];

/**
 * @param {{ lockfileVersion: number, packages: Record<string, any> }} lock
 * @returns {string[]} the problems
 */
function faultsOf({ lockfileVersion, packages }) {
  const faults = lockfileVersion === 3 ? [] : [`lockfileVersion ${lockfileVersion}`];
  for (const [path, entry] of Object.entries(packages)) {
    const own = !path.includes("node_modules/");
    const name = path.replace(/^.*node_modules\//, "");
    if (entry.link && !own) continue;
    if (entry.resolved) faults.push(`${path} names where it is from: ${entry.resolved}`);
    if (!own && !entry.integrity?.startsWith("sha512-")) faults.push(`${path} has no hash`);
    if (entry.hasInstallScript && !scriptsNotNeeded.includes(name)) {
      faults.push(`${path} has an install script`);
    }
    for (const [dependency, range] of Object.entries({
      ...entry.dependencies,
      ...entry.optionalDependencies,
      ...(own && entry.devDependencies),
    })) {
      if (own ? /^(git|https?)[+:]|github:/.test(range) : /[:/]/.test(range.replace(/^npm:/, ""))) {
        if (!range.startsWith("npm:")) faults.push(`${path} wants ${dependency} from ${range}`);
      }
    }
  }
  return faults;
}

const locks = tracked.filter((name) => name.endsWith("package-lock.json"));

test("finds the lock files", () => {
  assert.ok(locks.includes("package-lock.json"));
});

for (const name of locks) {
  test(`${name}: hashes, one registry, no install scripts`, () => {
    assert.deepEqual(faultsOf(JSON.parse(read(name))), []);
  });
}

test("finds every problem in a lock file", () => {
  const packages = {
    "": { devDependencies: { a: "git+ssh://host/a.git" } },
    "node_modules/a": { resolved: "http://host/a.tgz", hasInstallScript: true },
    "node_modules/b": { integrity: "sha512-x", dependencies: { c: "file:../c" } },
  };
  assert.deepEqual(faultsOf({ lockfileVersion: 3, packages }), [
    " wants a from git+ssh://host/a.git",
    "node_modules/a names where it is from: http://host/a.tgz",
    "node_modules/a has no hash",
    "node_modules/a has an install script",
    "node_modules/b wants c from file:../c",
  ]);
});

test("npm packages are installed without their scripts", () => {
  const scripts = tracked.filter((name) => /^(pkg-config|tests)\/.*\.mjs$/.test(name));
  const installs = scripts.filter((name) => /\[\s*(\.\.\.\[)?"(ci|install)"/.test(read(name)));
  const npm = installs.filter((name) => /"npm"/.test(read(name)));
  assert.ok(npm.includes("pkg-config/setup/npm.mjs"));
  for (const name of npm) assert.match(read(name), /"--ignore-scripts"/, name);
});

test("Cargo.lock: every foreign crate is from crates.io and has a hash", () => {
  const crates = read("Cargo.lock").split("[[package]]\n").slice(1);
  const ours = [
    "bindgen",
    "ittybit-uploader",
    "ittybit-uploader-backend",
    "ittybit-uploader-stand-in",
  ];
  const named = (/** @type {string} */ crate) => /^name = "(.*)"$/m.exec(crate)?.[1] ?? "";
  assert.ok(crates.length > 100);
  assert.deepEqual(
    crates
      .filter((crate) => !/^checksum = "[0-9a-f]{64}"$/m.test(crate))
      .map(named)
      .sort(),
    ours,
  );
});
