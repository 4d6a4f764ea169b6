// Reads the rules of backend/WIRE.md, and the numbers of rules with which the names of tests begin.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../../pkg-config/run.mjs";

/** Matches a rule: its number, and the mark of a rule that no request can test. */
const bullet = /^- \*\*(W\d+\.\d+)\*\*( \*\(not over HTTP\)\*)?/gm;

const found = [...readFileSync(join(root, "backend/WIRE.md"), "utf8").matchAll(bullet)];

/** The number of every rule, in order. */
export const rules = found.map(([, rule = ""]) => rule);

/** The rules that a request can test. */
export const asked = found.filter(([, , not]) => not === undefined).map(([, rule = ""]) => rule);

/**
 * Returns the numbers of the rules that a test checks. Its name begins with them: `W3.1, W3.2 a path …`.
 *
 * @param {string} title
 */
export function rulesOf(title) {
  const [numbers = ""] = /^W\d+\.\d+(, W\d+\.\d+)*(?= )/.exec(title) ?? [];
  return numbers.split(", ").filter((rule) => rule !== "");
}

/**
 * Returns the name of a test. Throws unless it begins with rules that backend/WIRE.md has.
 *
 * @param {string} title
 */
export function ruled(title) {
  const named = rulesOf(title);
  assert(named.length > 0, `"${title}" must begin with the number of a rule of backend/WIRE.md`);
  for (const rule of named) {
    assert(rules.includes(rule), `"${title}" names ${rule}, which backend/WIRE.md does not have`);
  }
  return title;
}
