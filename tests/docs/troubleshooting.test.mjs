// Tests that the troubleshooting page quotes our error messages exactly, so that people find it by them.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../../pkg-config/run.mjs";
import { readPages } from "../../www/docs/build/sources.mjs";

const page = readPages().find(({ name }) => name === "troubleshooting")?.text ?? "";

/** The quoted messages. */
const quoted = [...page.matchAll(/“([^”]+)”/g)].map(([, words = ""]) => words);

/**
 * Returns the texts in the sources, with lines and pieces joined as a compiler does.
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

test("every quoted message is in the package's sources", () => {
  assert(quoted.length > 40, `${quoted.length}`);
  // Ignores the text after a refusal's colon, which is the store's.
  const missing = quoted.filter((words) => {
    const [sentence, status] = words.split(/ \(403\): /);
    return !all.includes(status ? (sentence ?? words) : words);
  });
  assert.deepEqual(missing, []);
});

test("every symptom has a cause and a remedy", () => {
  for (const line of page.split("\n").filter((line) => line.startsWith("| “"))) {
    const cells = line.split(" | ");
    assert.equal(cells.length, 3, line);
    for (const cell of cells) assert(cell.trim().length > 3, line);
  }
});
