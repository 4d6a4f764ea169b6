// Every regular expression of the JavaScript backend, those of what is bundled with it too: twice the text is
// no more than twice the work, whatever the text is.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { root } from "../../pkg-config/run.mjs";
import { expressionsIn, worstOf } from "./linear.mjs";

test("no regular expression of the backend takes more than linear time", async () => {
  const source = readFileSync(join(root, "dist/server.js"), "utf8");
  const { found, unknown } = await expressionsIn(source);
  assert(found.length > 20, `${found.length} were found`);
  assert.deepEqual(unknown, [], "an expression is made of a text");
  const slow = [];
  for (const expression of found) {
    const text = worstOf(expression);
    if (text) slow.push(`${expression} with ${text.length} characters: ${text.slice(0, 40)}…`);
  }
  assert.deepEqual(slow, []);
});

test("one that goes back and forth is found", () => {
  for (const expression of [
    /\/([^/]*\.[^/]*\.[^/]*)(?:\/(parts|complete))?\/?$/,
    /\/+$/,
    /^"+|"+$/g,
  ]) {
    assert(worstOf(expression, 16_384), String(expression));
  }
});
