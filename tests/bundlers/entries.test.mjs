// Every entry of the tarball: found by Node and by TypeScript, imported without a consequence, and all of
// package.json as those expect it who look after packages.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";

import { root } from "../../pkg-config/run.mjs";
import { tarball, work } from "./prepare.mjs";
import { install } from "./support.mjs";

const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
/** Each by what is imported, with its file. @type {[string, string][]} */
const entries = Object.entries(exports).map(([name, entry]) => [
  join("ittybit-uploader", name),
  entry.default ?? entry,
]);
const scripts = entries.filter(([, file]) => file.endsWith(".js")).map(([name]) => name);

/** What each gives an app. @type {Record<string, string[]>} */
const exported = {
  "ittybit-uploader": ["UploadError", "Uploader", "upload"],
  "ittybit-uploader/inline": ["UploadError", "Uploader", "upload"],
  "ittybit-uploader/element": [],
  "ittybit-uploader/server": [
    ...["Refusal", "ServerUploadError", "createUpload", "createUploadHandler"],
    ...["storageFromEnv", "toNodeHandler", "uploadFromServer"],
  ],
  "ittybit-uploader/react": ["IttybitUploader", "useUploader"],
  // Classic scripts, which export nothing.
  "ittybit-uploader/ittybit-uploader.js": [],
  "ittybit-uploader/ittybit-uploader.inline.js": [],
};

let folder = "";

/** A script tag's file sets its global, wherever it runs. @param {string} name */
const globalsOf = (name) => (/uploader(\.inline)?\.js$/.test(name) ? ["IttybitUploader"] : []);

before(async () => {
  folder = await install("node");
});

/** @param {string[]} args */
function node(...args) {
  const said = execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  return JSON.parse(said);
}

for (const name of scripts) {
  test(`Node imports ${name}`, () => {
    const { exported: found, globals } = node("import.js", name);
    assert.deepEqual(found, exported[name]);
    assert.deepEqual(globals, globalsOf(name));
  });

  // Node 22.12 and 20.19 were the first to.
  const skip = !(/** @type {any} */ (process.features).require_module);
  test(`Node requires ${name}`, { skip }, () => {
    const { exported: found, globals } = node("require.cjs", name);
    assert.deepEqual(found.sort(), exported[name]);
    assert.deepEqual(globals, globalsOf(name));
  });
}

test("what is no script is found too", () => {
  const others = entries.filter(([, file]) => !file.endsWith(".js"));
  const code = `console.log(JSON.stringify(${JSON.stringify(others.map(([name]) => name))}
    .map((name) => import.meta.resolve(name))))`;
  const found = node("--input-type=module", "--eval", code);
  const expected = others.map(([, file]) => join("node_modules/ittybit-uploader", file));
  assert(
    found.every((/** @type {string} */ url, /** @type {number} */ at) =>
      url.endsWith(expected[at] ?? "/"),
    ),
  );
});

/**
 * @param {string} name
 * @param {string[]} args
 */
function tool(name, ...args) {
  const options = { cwd: work, encoding: /** @type {const} */ ("utf8"), env: process.env };
  try {
    return execFileSync(join(work, "node_modules/.bin", name), args, options);
  } catch (error) {
    throw new Error(/** @type {any} */ (error).stdout);
  }
}

test("publint finds nothing", () => {
  assert.match(tool("publint", "--strict", tarball), /All good!/);
});

test("attw finds nothing", () => {
  // There is nothing for CommonJS but what Node makes of a module; and a wasm has no types.
  const others = entries.filter(([, file]) => file.endsWith(".wasm"));
  const names = others.map(([, file]) => file.replace("./dist/", ""));
  const args = [
    "--no-definitely-typed",
    "--profile",
    "esm-only",
    "--exclude-entrypoints",
    ...names,
  ];
  tool("attw", tarball, ...args);
});
