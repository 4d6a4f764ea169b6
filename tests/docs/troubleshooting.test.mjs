// The page on troubleshooting is found by the words of our own errors: it quotes them as they are.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../../pkg-config/run.mjs";
import { readPages } from "../../www/docs/build/sources.mjs";

const page = readPages().find(({ name }) => name === "troubleshooting")?.text ?? "";

/** The words that a symptom is found by. */
const quoted = [...page.matchAll(/“([^”]+)”/g)].map(([, words = ""]) => words);

/**
 * What is said in a source, with lines and pieces joined as a compiler joins them.
 *
 * @param {string} folder @param {RegExp} kind of files
 */
const said = (folder, kind) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => kind.test(name))
    .map((name) => readFileSync(join(root, folder, name), "utf8").replace(/\\\n\s*/g, ""))
    .join("\n");

const all = [said("src", /\.(rs|js)$/), said("backend", /^(js|src)\/.*\.(rs|js)$/)]
  .join("\n")
  .replaceAll("\\`", "`")
  .replaceAll('\\"', '"');

test("every symptom is in words that the package says", () => {
  assert(quoted.length > 40, `${quoted.length}`);
  // What follows the colon of a refusal is the store's own.
  const missing = quoted.filter((words) => {
    const [sentence, status] = words.split(/ \(403\): /);
    return !all.includes(status ? (sentence ?? words) : words);
  });
  assert.deepEqual(missing, []);
});

test("every symptom has a cause and a cure", () => {
  for (const line of page.split("\n").filter((line) => line.startsWith("| “"))) {
    const cells = line.split(" | ");
    assert.equal(cells.length, 3, line);
    for (const cell of cells) assert(cell.trim().length > 3, line);
  }
});
