// Tests that dist/ uses no feature that a supported browser lacks, unless younger.mjs says what happens without it,
// and a test removes it.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

import { element, headless } from "../../pkg-config/browsers.mjs";
import { dist, root, run } from "../../pkg-config/run.mjs";
import { wasmOpt } from "../../pkg-config/setup/npm.mjs";
import { stylesIn, versions, youngerIn } from "./features.mjs";
import { guarded, harmless, meant, ours } from "./younger.mjs";

const headlessFiles = /^(index|inline|checksum|debug|react)[.\w]*\.js$/;
const known = new Set([
  ...guarded.map(({ name }) => name),
  ...[...Object.keys(harmless), ...Object.keys(meant), ...ours],
]);
const bundles = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".js") && name !== "server.js",
);
/** @type {Set<string>} */
const used = new Set();

for (const name of bundles) {
  test(`${name} uses no feature that a supported browser lacks`, async () => {
    const promise = headlessFiles.test(name) ? headless : element;
    const code = readFileSync(join(dist, name), "utf8");
    const isModule = !name.startsWith("ittybit-uploader");
    const found = await youngerIn(code, promise, { isModule });
    for (const feature of found.keys()) used.add(feature);
    const unknown = [...found].filter(([feature]) => !known.has(feature));
    const told = unknown.map(
      ([feature, all]) =>
        `${feature}: ${all.map((one) => `${one.path} (Chrome, Firefox, Safari: ${versions(one).join(", ")})`).join("; ")}`,
    );
    assert.deepEqual(
      told,
      [],
      "each must be guarded and listed in tests/supply/younger.mjs, or listed there as a name of ours",
    );
  });
}

test("younger.mjs lists only features that are used", () => {
  assert.deepEqual(
    [...known].filter((name) => !used.has(name)),
    [],
  );
});

test("a test removes each guarded feature", () => {
  const tests = readFileSync(join(root, "tests/e2e/older-browsers.test.mjs"), "utf8");
  for (const { name, test } of guarded) assert.ok(tests.includes(`test("${test}"`), name);
});

test("newer features are found in all kinds of code", async () => {
  /** @type {Record<string, string>} */
  const planted = {
    "Promise.withResolvers()": ".withResolvers",
    "const { promise } = Promise.try(f)": ".try",
    "list.toSorted()": ".toSorted",
    "list.findLast(f).toReversed()": ".toReversed",
    "map.values().map(f)": "()map",
    "for (const { hidden } of map.entries().filter(f)) g(hidden)": "()filter",
    "signal.addEventListener('abort', AbortSignal.any([a, b]))": ".any",
    "const { any } = AbortSignal": ".any",
    "URL.canParse(url)": ".canParse",
    "if ('CloseWatcher' in globalThis) f()": "=CloseWatcher",
    "new CloseWatcher()": "=CloseWatcher",
    "dialog.showPopover()": ".showPopover",
    "element.checkVisibility?.()": ".checkVisibility",
    "new Set().union(other)": ".union",
    "let text = /(?<a>.)|(?<a>,)/v": "syntax",
    "import x from './x.json' with { type: 'json' }": "syntax",
    "const css = ':host{color:oklch(from red l c h)}:host{field-sizing:content}'": "field-sizing:",
    "const css = ':host{height:100px}@starting-style{:host{height:0}}'": "@starting-style",
    "const css = ':host(:state(done)){color:light-dark(red,blue)}'": ":state",
    "const css = `:host{color:light-dark(red,blue)}`": "light-dark()",
    "const css = '@media (scripting:none){:host{display:none}}'": "@media (scripting)",
  };
  for (const [code, expected] of Object.entries(planted)) {
    const found = await youngerIn(code, element);
    assert.ok(found.has(expected), `${code}: ${[...found.keys()]}`);
  }
  // Features that older browsers have are not reported.
  for (const code of [
    "a?.b ?? fetch(c); list.flatMap(f)",
    // Minifiers give private members names that the platform also uses.
    "class A { #union() { return this.#union(); } }",
  ]) {
    assert.deepEqual([...(await youngerIn(code, headless)).keys()], []);
  }
  assert.ok(stylesIn(":host{color:red}").has("color:"));
});

test("the wasm has no newer instructions", async () => {
  // According to MDN, these need Chrome 74 to 96, Firefox 61 to 79, and Safari 13.1 to 15.
  const old = ["bulk-memory", "nontrapping-float-to-int", "sign-ext", "mutable-globals"];
  const features = [...old, "multivalue", "reference-types"].map((name) => `--enable-${name}`);
  for (const name of ["ittybit-uploader.wasm", "element.wasm", "checksum.wasm"]) {
    await run(`validating ${name}`, wasmOpt, ["--mvp-features", ...features, join(dist, name)]);
  }
});

test("the documentation lists the supported browsers, and what happens without a feature", () => {
  const reference = readFileSync(join(root, "REFERENCE.md"), "utf8");
  for (const { name, instead } of guarded) assert.ok(reference.includes(`| ${instead} |`), name);
  const page = readFileSync(join(root, "www/docs/browsers.md"), "utf8");
  const row = (/** @type {import("../../pkg-config/browsers.mjs").Browsers} */ browsers) =>
    `| ${Object.values(browsers).join(" | ")} |`;
  assert.ok(page.includes(`| \`upload\` and \`Uploader\` ${row(headless)}`));
  assert.ok(page.includes(`| the element ${row(element)}`));
});
