// Tests every entry of the tarball: Node and TypeScript find it, importing it has no effect, and package.json is
// correct according to publint and attw.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";

import { root } from "../../pkg-config/run.mjs";
import { tarball, work } from "./prepare.mjs";
import { install } from "./support.mjs";

const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
/** The import name and the file of each entry. @type {[string, string][]} */
const entries = Object.entries(exports).map(([name, entry]) => [
  join("ittybit-uploader", name),
  entry.default ?? entry,
]);
const scripts = entries.filter(([, file]) => file.endsWith(".js")).map(([name]) => name);

/** The exports of each entry. @type {Record<string, string[]>} */
const exported = {
  "ittybit-uploader": ["UploadError", "Uploader", "upload"],
  "ittybit-uploader/inline": ["UploadError", "Uploader", "upload"],
  "ittybit-uploader/element": [],
  "ittybit-uploader/server": [
    ...["Refusal", "ServerUploadError", "createUpload", "createUploadHandler"],
    ...["storageFromEnv", "toNodeHandler", "uploadFromServer"],
  ],
  "ittybit-uploader/react": ["IttybitUploader", "useUploader"],
  // Classic scripts export nothing.
  "ittybit-uploader/ittybit-uploader.js": [],
  "ittybit-uploader/ittybit-uploader.inline.js": [],
};

let folder = "";

/** Returns the globals that an entry sets: the files for script tags set one. @param {string} name */
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

  // Node supports this since 20.19 and 22.12.
  const skip = !(/** @type {any} */ (process.features).require_module);
  test(`Node requires ${name}`, { skip }, () => {
    const { exported: found, globals } = node("require.cjs", name);
    assert.deepEqual(found.sort(), exported[name]);
    assert.deepEqual(globals, globalsOf(name));
  });
}

test("files that are not scripts are found too", () => {
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
  // The package has no CommonJS builds, and a wasm has no types.
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
