// Tests esbuild, which ignores `new URL(…, import.meta.url)`: with the wasm inlined, or copied beside the bundle.

import { test } from "node:test";

import { appWith } from "./support.mjs";

const app = appWith("esbuild", "public");

test("esbuild: upload() of the inline entry", () => app.checkUpload("/index.html", 0));
test("esbuild: upload() with the wasm copied", () => app.checkUpload("/copied.html"));
test("esbuild: the element with the wasm copied", () => app.checkElement("/element.html"));
