// Every regular expression of the JavaScript backend, those of what is bundled with it too: twice the text is
// no more than twice the work, whatever the text is.

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

test("one that goes back and forth is found", () => {
  for (const expression of [
    /\/([^/]*\.[^/]*\.[^/]*)(?:\/(parts|complete))?\/?$/,
    /\/+$/,
    /^"+|"+$/g,
  ]) {
    assert(growsFasterThanItsText(expression), String(expression));
  }
});
