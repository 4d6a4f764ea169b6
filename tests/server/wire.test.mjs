// Checks that each rule of backend/WIRE.md has a test, and that tests only name rules that exist.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { asked, ruled, rules, rulesOf } from "./wire.mjs";

const folder = import.meta.dirname;

/** Every text in the tests' source that begins like a test's name. */
const named = readdirSync(folder)
  .filter((name) => name.endsWith(".test.mjs") && name !== "wire.test.mjs")
  .flatMap((name) => [...readFileSync(join(folder, name), "utf8").matchAll(/["`](W\d[^"`]*)/g)])
  .map(([, title = ""]) => title);

test("rules are numbered in order, each once", () => {
  const order = rules.map((rule) => rule.slice(1).split(".").map(Number));
  assert.ok(rules.length > 50);
  assert.equal(new Set(rules).size, rules.length);
  for (const [at, [section = 0, number = 0]] of order.entries()) {
    const [before = 0, last = 0] = order[at - 1] ?? [];
    assert(section === before ? number > last : section === before + 1, rules[at]);
  }
});

test("each rule that can be tested over HTTP has a test", () => {
  const checked = new Set(named.flatMap(rulesOf));
  assert.deepEqual(
    asked.filter((rule) => !checked.has(rule)),
    [],
  );
});

test("no test names a rule that doesn't exist", () => {
  for (const title of named) ruled(title);
});

test("a test without a rule can't be defined", () => {
  for (const title of ["refuses a key", "W99.1 refuses a key", "W4.1refuses"]) {
    assert.throws(() => ruled(title), /backend\/WIRE\.md/, title);
  }
  assert.equal(ruled("W4.1, W1.3 refuses a key"), "W4.1, W1.3 refuses a key");
});
