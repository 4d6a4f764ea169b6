// Tests the conditions for a release, and how the version is changed.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

import {
  checkVersion,
  differences,
  problemsOf,
  withCargoVersion,
  withNpmVersion,
  withSection,
} from "../../pkg-config/release/facts.mjs";
import { root } from "../../pkg-config/run.mjs";

const read = (/** @type {string} */ name) => readFileSync(join(root, name), "utf8");

/** @type {import("../../pkg-config/release/facts.mjs").Facts} */
const ready = {
  branch: "main",
  clean: true,
  tags: ["v0.1.0"],
  today: "2026-11-26",
  versions: { "package.json": "0.2.0", crate: "0.2.0" },
  changelog: "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-11-26\n\n- x\n",
};

test("a release that is ready has no problems", () => {
  assert.deepEqual(problemsOf(ready), []);
});

/** @type {[what: string, change: Partial<typeof ready>, problem: RegExp][]} */
const stops = [
  ["another branch", { branch: "wip" }, /must be main, not wip/],
  ["a detached head", { branch: "" }, /must be main, not a detached head/],
  ["uncommitted changes", { clean: false }, /must be committed/],
  ["an existing tag", { tags: ["v0.2.0"] }, /v0\.2\.0 must not exist yet/],
  ["another day", { today: "2026-11-27" }, /must date 0\.2\.0 2026-11-27, not 2026-11-26/],
  ["different versions", { versions: { a: "0.2.0", b: "0.3.0" } }, /a has 0\.2\.0, b has 0\.3\.0/],
  ["no section", { versions: { a: "0.3.0" } }, /must have a section \[0\.3\.0\]/],
  ["a malformed version", { versions: { a: "next" } }, /"next" must be a version/],
];

for (const [what, change, problem] of stops) {
  test(`${what} stops a release`, () => {
    assert.match(problemsOf({ ...ready, ...change }).join("\n"), problem);
  });
}

test("a new version gets a section with the unreleased changes", () => {
  const before = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- x\n\n## [0.1.0] - 2026-01-01\n";
  const after = withSection(before, "0.2.0", "2026-11-26");
  assert.match(after, /## \[Unreleased\]\n\n## \[0\.2\.0\] - 2026-11-26\n\n### Added\n\n- x\n/);
  const versions = { crate: "0.2.0" };
  assert.deepEqual(problemsOf({ ...ready, versions, changelog: after }), []);
});

test("a version without changes is refused", () => {
  const nothing = "# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-01-01\n\n- x\n";
  assert.throws(() => withSection(nothing, "0.2.0", "2026-11-26"), /must describe the changes/);
  assert.throws(() => withSection("# Changelog\n", "0.2.0", "2026-11-26"), /must have a section/);
});

test("all manifests get the new version, and nothing else changes", () => {
  const version = JSON.parse(read("package.json")).version;
  for (const name of ["package.json", "package-lock.json"]) {
    const moved = withNpmVersion(read(name), "9.8.7");
    assert.match(moved, /"version": "9\.8\.7"/);
    assert.equal(withNpmVersion(moved, version), read(name));
  }
  const moved = withCargoVersion(read("Cargo.toml"), "9.8.7");
  assert.match(moved, /^version = "9\.8\.7"$/m);
  assert.equal(withCargoVersion(moved, version), read("Cargo.toml"));
  assert.throws(
    () => withCargoVersion('[package]\nversion = "1.0.0"\n', "9.8.7"),
    /must have a version/,
  );
});

test("a malformed version is refused", () => {
  for (const good of ["1.2.3", "1.2.3-rc.1"]) checkVersion(good);
  for (const bad of ["1.2", "v1.2.3", "1.2.3 ", ""]) assert.throws(() => checkVersion(bad));
});

test("the crates and the package have the same version", () => {
  const args = ["metadata", "--no-deps", "--offline", "--locked", "--format-version", "1"];
  const { packages } = JSON.parse(
    execFileSync("cargo", args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 26 }),
  );
  const { version } = JSON.parse(read("package.json"));
  // The library, the backend and its stand-in. The build's tools have no such version.
  const versioned = packages.filter((/** @type {any} */ { name }) => name !== "bindgen");
  assert.equal(versioned.length, 3);
  for (const crate of versioned) assert.equal(crate.version, version, crate.name);
  assert.equal(JSON.parse(read("package-lock.json")).packages[""].version, version);
});

test("CHANGELOG.md begins with unreleased changes, and dates each version", () => {
  const headings = read("CHANGELOG.md").match(/^## .*$/gm) ?? [];
  assert.equal(headings[0], "## [Unreleased]");
  for (const heading of headings.slice(1)) {
    assert.match(heading, /^## \[\d+\.\d+\.\d+(-[\w.]+)?\] - \d{4}-\d\d-\d\d$/);
  }
  const kinds = read("CHANGELOG.md").match(/^### .*$/gm) ?? [];
  for (const kind of kinds) {
    assert.match(kind, /^### (Added|Changed|Deprecated|Removed|Fixed|Security)$/);
  }
});

test("two builds differ if a hash differs, or a file is missing in one", () => {
  const one = new Map(Object.entries({ a: "1", b: "2", c: "3" }));
  const other = new Map(Object.entries({ a: "1", b: "x", d: "4" }));
  assert.deepEqual(differences(one, other), ["b", "c", "d"]);
  assert.deepEqual(differences(one, one), []);
});
