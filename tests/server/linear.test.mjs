// Checks every regular expression of the JavaScript backend, including its bundled packages: its time must
// grow at most linearly with its input.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { root } from "../../pkg-config/run.mjs";
import { expressionsIn, growsFasterThanItsText } from "./linear.mjs";

test("no regular expression of the backend takes more than linear time", async () => {
  const source = readFileSync(join(root, "dist/server.js"), "utf8");
  const { found, unknown } = await expressionsIn(source);
  assert(found.length > 20, `${found.length} were found`);
  assert.deepEqual(unknown, [], "an expression is made of a text");
  assert.deepEqual(found.filter(growsFasterThanItsText), []);
});

test("finds expressions that backtrack", () => {
  for (const expression of [
    /\/([^/]*\.[^/]*\.[^/]*)(?:\/(parts|complete))?\/?$/,
    /\/+$/,
    /^"+|"+$/g,
  ]) {
    assert(growsFasterThanItsText(expression), String(expression));
  }
});
