// Tests webpack 5.

import { test } from "node:test";

import { appWith } from "./support.mjs";

const app = appWith("webpack", "public");

test("webpack: upload()", () => app.checkUpload("/index.html"));
test("webpack: in a worker", () => app.checkUpload("/worker.html"));
test("webpack: parts, with a worker", () => app.checkParts("/index.html"));
test("webpack: the element", () => app.checkElement("/element.html"));
