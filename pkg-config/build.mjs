// Builds the published files in dist/. Compiles the crate to wasm, generates its glue, optimises both, bundles the
// entries, and checks the size budget. setup/ installs the tools that this module uses.

import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { checkBudget } from "./budget.mjs";
import { bundleEntry, bundleModules, bundleWords } from "./bundle.mjs";
import { writeIntegrity } from "./integrity.mjs";
import { bundledPackages, licencesText, linkedCrates, standardLibrary } from "./licences.mjs";
import { dist, fail, root, targetDirectory } from "./run.mjs";
import { setUp } from "./setup/index.mjs";
import { compile, generateGlue, optimise } from "./wasm.mjs";

const entries = join(root, "src/package");
const sources = join(root, "src");
/** The file with the fingerprint of the sources from which dist/ was built. */
export const stamp = join(targetDirectory, "package/fingerprint");

/** @type {import("./bundle.mjs").Product[]} */
const products = [
  {
    feature: "npm",
    wasm: "ittybit-uploader.wasm",
    bundles: [
      { entry: "index.js" },
      { entry: "index.js", to: "index.bundler.js", later: "bundled" },
      { entry: "inline.js", later: "inlined" },
    ],
  },
  {
    feature: "widget",
    wasm: "element.wasm",
    bundles: [
      { entry: "widget.js" },
      { entry: "widget.js", to: "widget.bundler.js", later: "bundled" },
      { entry: "element.js" },
      { entry: "element.js", to: "element.bundler.js", later: "bundled" },
      { entry: "script.js", to: "ittybit-uploader.js", format: "iife" },
      {
        entry: "script.inline.js",
        to: "ittybit-uploader.inline.js",
        format: "iife",
        later: "inlined",
      },
    ],
  },
];

/** Computes the checksums of parts. Both products load it. @type {import("./wasm.mjs").Wasm} */
const checksum = { feature: "checksum", wasm: "checksum.wasm", isFast: true };

const types = {
  "index.d.ts": "index.d.ts",
  "inline.d.ts": "inline.d.ts",
  "element.d.ts": "element.d.ts",
  "script.d.ts": "ittybit-uploader.d.ts",
  "../../backend/js/index.d.ts": "server.d.ts",
  "react.d.ts": "react.d.ts",
};

/**
 * Builds dist/, unless it is up to date.
 *
 * @param {import("./setup/index.mjs").Machine} machine
 */
export async function build(machine) {
  /** @type {string[]} */
  const compiled = [];
  const works = machine.librarySource ? [] : [standardLibrary];
  for (const product of [checksum, ...products]) {
    const { wasm, messages } = await compile(machine, product);
    compiled.push(wasm);
    works.push(...linkedCrates(messages));
  }
  const fingerprint = fingerprintOf(compiled);
  if (existsSync(dist) && existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint) {
    console.log("package: dist/ is up to date");
  } else {
    rmSync(stamp, { force: true });
    rmSync(dist, { recursive: true, force: true });
    mkdirSync(join(dist, "words"), { recursive: true });
    /** @type {string[]} */
    const inputs = [];
    // Comes first, because other files contain its hash.
    await optimise(machine, checksum, compiled.shift() ?? "");
    await bundleWords();
    inputs.push(...(await bundleModules()));
    for (const [index, product] of products.entries()) {
      const { staging, names } = await generateGlue(machine, product, compiled[index] ?? "");
      for (const bundle of product.bundles) {
        inputs.push(...(await bundleEntry(bundle, product, staging, names)));
      }
    }
    writeFileSync(join(dist, "LICENSES.txt"), licencesText([...works, ...bundledPackages(inputs)]));
    for (const [from, to] of Object.entries(types)) cpSync(join(entries, from), join(dist, to));
    writeFileSync(stamp, fingerprint);
  }
  writeIntegrity(dist);
  // Without the standard library's source, the wasm is larger than what is published, so the budget doesn't apply.
  checkBudget({ fails: machine.librarySource });
}

/**
 * Computes a fingerprint of everything from which dist/ is built.
 *
 * @param {string[]} compiled
 */
function fingerprintOf(compiled) {
  const hash = createHash("sha256");
  const configuration = join(root, "pkg-config");
  const files = [
    join(root, "package-lock.json"),
    ...filesIn(configuration, /\.mjs$/, false),
    ...filesIn(join(configuration, "bindgen/src"), /\.rs$/),
    ...[sources, join(root, "backend/js")].flatMap((folder) =>
      filesIn(folder, /\.(js|css|html|d\.ts)$/),
    ),
  ];
  for (const file of files) hash.update(file).update(readFileSync(file));
  for (const file of compiled) hash.update(readFileSync(file));
  return hash.digest("hex");
}

/**
 * Returns the files whose names match, sorted, because the order differs between systems.
 *
 * @param {string} folder
 * @param {RegExp} pattern
 * @param {boolean} [recursive]
 */
const filesIn = (folder, pattern, recursive = true) =>
  readdirSync(folder, { recursive })
    .map((name) => join(folder, String(name)))
    .filter((file) => pattern.test(file))
    .sort();

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await setUp({ tests: false }).then(build).catch(fail);
}
