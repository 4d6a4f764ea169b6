// `npm run release`: checks, builds twice and compares, packs, and prints the next steps. Publishes nothing,
// so that it can't publish by accident, and because npm attests the origin of a package only if a CI
// publishes it.
//
//     npm run release -- version 0.2.0    writes the version into all manifests
//     npm run release -- --dry-run        shows the result on any day; runs no tests
//     npm run release                     prepares a release; --tested: npm run test:all has passed for this commit

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { integrity } from "../integrity.mjs";
import { ask, fail, root, run, show, targetDirectory } from "../run.mjs";
import { cargoDeny } from "../setup/deny.mjs";
import { npmPackages } from "../setup/npm.mjs";
import { hostRust } from "../setup/rust.mjs";
import { checkAdvisories } from "./advisories.mjs";
import {
  checkVersion,
  differences,
  problemsOf,
  withCargoVersion,
  withNpmVersion,
  withSection,
} from "./facts.mjs";
import { namedByUrl, packTwice } from "./pack.mjs";

const words = process.argv.slice(2);
if (words[0] === "version" && words[1] !== undefined && words.length === 2) {
  await moveVersion(words[1]).catch(fail);
} else if (words.every((word) => word === "--dry-run" || word === "--tested")) {
  const options = { dryRun: words.includes("--dry-run"), tested: words.includes("--tested") };
  await release(options).catch(fail);
} else {
  console.error("npm run release [-- --dry-run | --tested | version 1.2.3]");
  process.exitCode = 2;
}

/** Returns the date in UTC, as ISO 8601. */
function today() {
  return new Date().toISOString().slice(0, 10);
}

/** @param {string} name */
function read(name) {
  return readFileSync(join(root, name), "utf8");
}

/** @param {string} version */
async function moveVersion(version) {
  checkVersion(version);
  const changelog = withSection(read("CHANGELOG.md"), version, today());
  const manifest = withCargoVersion(read("Cargo.toml"), version);
  writeFileSync(join(root, "CHANGELOG.md"), changelog);
  writeFileSync(join(root, "Cargo.toml"), manifest);
  for (const name of ["package.json", "package-lock.json"]) {
    writeFileSync(join(root, name), withNpmVersion(read(name), version));
  }
  await run("moving Cargo.lock", "cargo", ["update", "--workspace", "--offline"]);
  console.log(
    `Everything has version ${version} now. Read CHANGELOG.md, commit, and: npm run release`,
  );
}

/** @returns {import("./facts.mjs").Facts} */
function gatherFacts() {
  const metadata = JSON.parse(
    ask("cargo", ["metadata", "--no-deps", "--offline", "--format-version", "1"]) ?? "{}",
  );
  /** @type {Record<string, string>} */
  const versions = {
    "package.json": JSON.parse(read("package.json")).version,
    "package-lock.json": JSON.parse(read("package-lock.json")).packages[""].version,
  };
  for (const { name, version } of metadata.packages ?? []) {
    // bindgen is a tool of the build that is never published.
    if (name !== "bindgen") versions[`the crate ${name}`] = version;
  }
  return {
    versions,
    branch: ask("git", ["branch", "--show-current"]) ?? "",
    clean: ask("git", ["status", "--porcelain"]) === "",
    tags: (ask("git", ["tag", "--list"]) ?? "").split("\n"),
    today: today(),
    changelog: read("CHANGELOG.md"),
  };
}

/** @param {{ dryRun: boolean, tested: boolean }} options */
async function release({ dryRun, tested }) {
  const facts = gatherFacts();
  const version = facts.versions["package.json"] ?? "";
  const problems = problemsOf(facts);
  for (const problem of problems) console.log(`release: ${problem}`);
  if (problems.length > 0 && !dryRun) throw new Error("not released");

  await npmPackages();
  const cargo = await hostRust({ tests: false });
  const deny = await cargoDeny(cargo);
  await show("crates", deny, ["--workspace", "--locked", "check", "bans", "licenses", "sources"]);
  await checkAdvisories(deny);
  if (dryRun || tested) console.log("release: tests were NOT run now");
  else await show("tests", "npm", ["run", "test:all"]);

  await packTwice((one, other) => {
    const different = differences(one.hashes, other.hashes);
    if (different.length > 0) {
      throw new Error(`two builds of one commit differ: ${different.join(", ")}`);
    }
    console.log("\nTwo builds from scratch, in different folders, have the same bytes.");
    const folder = join(targetDirectory, "release-package");
    mkdirSync(folder, { recursive: true });
    const tarball = join(folder, basename(one.tarball));
    copyFileSync(one.tarball, tarball);
    describe(one, tarball, version);
  });
  if (problems.length > 0) {
    console.log(`\nThis was a dry run. A release stops at:\n${problems.join("\n")}`);
  } else {
    console.log(`\nNothing is published yet. What a person, and then the CI, does:
    git tag --annotate v${version} --message ${version}
    git push origin v${version}
    npm publish ${tarballName(version)} --provenance`);
  }
}

/** @param {string} version */
function tarballName(version) {
  return `target/release-package/ittybit-uploader-${version}.tgz`;
}

/**
 * @param {import("./pack.mjs").Packed} packed
 * @param {string} tarball
 * @param {string} version
 */
function describe({ files, dist, hashes }, tarball, version) {
  console.log(`\nittybit-uploader ${version}, built by ${ask("rustc", ["--version"])}:`);
  for (const { path, size } of files) console.log(`${String(size).padStart(9)}  ${path}`);
  console.log(`\n${tarball}\nsha256 ${hashes.get(basename(tarball))}`);
  console.log(integrity(readFileSync(tarball)));
  console.log("\nFor `integrity` attributes:");
  for (const name of namedByUrl(dist)) {
    console.log(`${name}\n    ${integrity(readFileSync(join(dist, name)))}`);
  }
}
