// Tests that the comparison page agrees with the measured results, the measured versions, and our current build.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { sizesOf } from "../../pkg-config/budget.mjs";
import { root } from "../../pkg-config/run.mjs";
import { readResults } from "../../www/docs/build/compared.mjs";
import { readPages } from "../../www/docs/build/sources.mjs";

const results = readResults();
const contenders = Object.values(results.contenders);
const page = readPages().find(({ name }) => name === "comparison")?.text ?? "";
const readJson = (/** @type {string} */ path) => JSON.parse(readFileSync(join(root, path), "utf8"));

/** @param {string} first the beginning of a row @returns {string[]} its other cells */
function row(first) {
  const line = page.split("\n").find((line) => line.startsWith(`| ${first} |`));
  assert(line, first);
  return line.split(" | ").slice(1, contenders.length + 1);
}

test("our own size is that of the build, within a KB", () => {
  const { brotli, raw } = sizesOf(["element.js", "widget.js", "element.wasm"]);
  const found = results.contenders.ours?.size;
  assert(found);
  assert(Math.abs(found.brotli - brotli) <= 1024, `${brotli}: npm run bench -- compare`);
  assert(Math.abs(found.raw - raw) <= 1024, `${raw}: npm run bench -- compare`);
});

test("the versions are those of the lock file", () => {
  const { name } = readJson("package.json");
  const { [name]: ours, ...others } = results.versions;
  assert(ours);
  assert.deepEqual(others, readJson("tests/bench/compare/package.json").dependencies);
  const { packages } = readJson("tests/bench/compare/package-lock.json");
  for (const [name, version] of Object.entries(others)) {
    assert.equal(packages[`node_modules/${name}`].version, version);
    assert(page.includes(`\`${name}\` ${version}`), name);
  }
});

test("the migration guides are for the measured versions", () => {
  for (const { name, text } of readPages()) {
    if (!name.startsWith("migrating-from-")) continue;
    const [, said = ""] = /^Written for (.*?)\. /ms.exec(text) ?? [];
    const named = [...said.matchAll(/`([^`]+)` ([\d.]+)/g)];
    assert(named.length > 0, name);
    for (const [, other = "", version] of named) assert.equal(results.versions[other], version);
  }
});

test("every contender was measured in every situation", () => {
  const pages = readdirSync(join(root, "tests/bench/compare/pages"));
  assert.deepEqual(
    Object.keys(results.contenders).sort(),
    pages
      .map((name) => name.replace(/\.js$/, ""))
      .filter((name) => name !== "tell")
      .sort(),
  );
  const situations = Object.keys(contenders[0]?.found ?? {});
  assert(situations.length > 5);
  for (const { title, found, retries, size, memory } of contenders) {
    assert.deepEqual(Object.keys(found), situations, title);
    if (retries) assert.deepEqual(Object.keys(retries.found), situations, title);
    assert(size.brotli > 0 && memory.renderer > 0, title);
    // A contender that can't upload without a fault was not set up correctly.
    for (const { outcome, stored } of [found.fine, retries?.found.fine].filter((one) => !!one)) {
      assert.deepEqual({ outcome, stored }, { outcome: "success", stored: true }, title);
    }
  }
});

describe("the page", () => {
  test("has the sizes and memory of the results", () => {
    for (const { title, what, size, memory } of contenders) {
      assert.deepEqual(row(`${title}: ${what}`).slice(0, 3), [
        (size.brotli / 1024).toFixed(1),
        (size.raw / 1024).toFixed(1),
        `${memory.renderer} |`,
      ]);
    }
  });

  test("reports a success only if the file is stored", () => {
    for (const [first, name] of [
      ["a 200 that is a login page", "loginPage"],
      ["a 200 whose JSON has an error in it", "errorInSuccess"],
    ]) {
      for (const [index, cell] of row(String(first)).entries()) {
        const { outcome } = contenders[index]?.found[String(name)] ?? {};
        assert.equal(/^success, with nothing stored/.test(cell), outcome === "success", cell);
      }
    }
  });

  test("has the policy that was sent", () => {
    const [, told = ""] = /^Content-Security-Policy: (.*?)\n```/ms.exec(page) ?? [];
    assert.equal(told.replace(/\s+/g, " "), results.policy);
  });

  test("has the installed version of axe", () => {
    const { version } = readJson("node_modules/axe-core/package.json");
    assert(page.includes(`axe ${version}`), version);
  });

  test("its statements about single contenders are true", () => {
    const { outcome, stored } = results.contenders["mux-uploader"]?.found.offline ?? {};
    assert.deepEqual({ outcome, stored }, { outcome: "success", stored: false });
    const refused = contenders.filter(({ policy }) => policy.outcome !== "success");
    assert.deepEqual(
      refused.map(({ title }) => title),
      ["FilePond", "Dropzone", "mux-uploader"],
    );
    const smallest = contenders.toSorted((one, other) => one.size.brotli - other.size.brotli)[0];
    assert.equal(smallest?.title, "Dropzone");
  });
});
