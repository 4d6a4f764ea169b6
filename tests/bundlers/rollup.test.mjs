// Tests Rollup with a plugin that supports `new URL(…, import.meta.url)`.

import { test } from "node:test";

import { appWith } from "./support.mjs";

const app = appWith("rollup", "public");

test("rollup: upload()", () => app.checkUpload("/index.html"));
test("rollup: parts, with a worker", () => app.checkParts("/index.html"));
test("rollup: the element", () => app.checkElement("/element.html"));
