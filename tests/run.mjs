// `npm test`: sets up and runs every suite, or those that are named: `npm test -- core e2e`.

import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { build, stamp } from "../pkg-config/build.mjs";
import { conformance, demo } from "../pkg-config/demo.mjs";
import { checkAdvisories } from "../pkg-config/release/advisories.mjs";
import { differences } from "../pkg-config/release/facts.mjs";
import { hashesOf } from "../pkg-config/release/pack.mjs";
import { dist, fail, root, run, show, targetDirectory } from "../pkg-config/run.mjs";
import { cargoDeny } from "../pkg-config/setup/deny.mjs";
import { setUp } from "../pkg-config/setup/index.mjs";
import { oneAtATime } from "./browser/one-at-a-time.mjs";
import { cleanUp, prepare } from "./bundlers/prepare.mjs";
import { installPackage } from "./install.mjs";

/** @typedef {import("../pkg-config/setup/index.mjs").Machine} Machine */

/** @type {Record<string, (machine: Machine) => Promise<void>>} */
const suites = {
  lint,
  types,
  core,
  browser,
  server,
  e2e,
  docs,
  engines,
  frameworks,
  bundlers,
  supply,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`There is no suite "${unknown[0]}". Suites: ${Object.keys(suites).join(", ")}.`);
  process.exitCode = 2;
} else {
  await runSuites(asked.length > 0 ? asked : Object.keys(suites)).catch(fail);
}

/** @param {string[]} names */
async function runSuites(names) {
  const machine = await setUp({
    tests: true,
    otherEngines: names.includes("engines"),
    otherLanguages: names.includes("server"),
  });
  for (const name of names) await suites[name]?.(machine);
  console.log(`\nAll is well: ${names.join(", ")}.`);
}

/**
 * Formatting, lints, types and the links in the documentation.
 *
 * @param {Machine} machine
 */
async function lint({ cargo }) {
  const node = process.execPath;
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  await show("rustfmt", cargo, ["fmt", "--all", "--check"]);
  await show("Biome", node, [biome, "check", "--error-on-warnings", "."]);
  await show("TypeScript", node, [tsc, "--project", root]);
  const workspace = ["--workspace", "--locked"];
  await show("clippy", cargo, [
    ...["clippy", ...workspace, "--all-targets", "--all-features"],
    ...["--", "--deny", "warnings"],
  ]);
  await show("rustdoc", cargo, ["doc", ...workspace, "--no-deps", "--document-private-items"], {
    env: { RUSTDOCFLAGS: "--deny warnings" },
  });
}

/**
 * What compiles in an app that has the built package, and what does not.
 *
 * @param {Machine} machine
 */
async function types(machine) {
  await build(machine);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  for (const name of ["tsconfig.json", "tsconfig.bundler.json"]) {
    const project = join(root, "tests/types", name);
    await show(`types: ${name}`, process.execPath, [tsc, "--project", project]);
  }
  // The last that resolves modules as Node 10 did.
  const older = join(root, "tests/types/older");
  await npmInstall("an older TypeScript", "tests/types/older");
  const remove = installPackage(older);
  const olderTsc = join(older, "node_modules/typescript/bin/tsc");
  await show("types: node10", process.execPath, [olderTsc, "--project", older]);
  remove();
}

/**
 * The pure core, the backend over real HTTP, the examples in the documentation, all languages, and what
 * reads files for their thumbnails.
 *
 * @param {Machine} machine
 */
async function core({ cargo }) {
  await show("core and backend", cargo, ["test", "--locked"]);
  await test("words", "words");
  await test("files", "files");
}

/**
 * The shell, in a real browser.
 *
 * @param {Machine} machine
 */
async function browser({ wasmCargo, tools, browser: installed }) {
  if (!installed) throw new Error("no browser is set up");
  const messages = await run("compiling the browser's tests", wasmCargo, [
    ...["test", "--no-run", "--locked", "--package", "ittybit-uploader", "--test", "browser"],
    ...["--target", "wasm32-unknown-unknown", "--target-dir", wasmCargo.targetDirectory],
    ...["--message-format", "json-render-diagnostics"],
  ]);
  const executable = messages
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .find(({ executable, target }) => executable && target.name === "browser")?.executable;
  const proxy = await oneAtATime();
  try {
    const capabilities = join(targetDirectory, "webdriver.json");
    const args = ["headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage"];
    const options = { binary: installed.chromium, args: [...args, ...proxy.flags] };
    writeFileSync(capabilities, JSON.stringify({ "goog:chromeOptions": options }));
    await show("browser", tools.testRunner, [executable], {
      env: {
        CHROMEDRIVER: installed.chromedriver,
        WASM_BINDGEN_TEST_WEBDRIVER_JSON: capabilities,
        // In seconds, for the whole suite: generous, because machines are slow and noisy.
        WASM_BINDGEN_TEST_TIMEOUT: "120",
        WASM_BINDGEN_TEST_DRIVER_TIMEOUT: "60",
      },
    });
  } finally {
    await proxy.close();
  }
}

/**
 * The app's half: what the JavaScript handler and the Rust routes have in common, and every recipe.
 *
 * @param {Machine} machine
 */
async function server(machine) {
  const { python, php, moto } = machine.languages ?? {};
  const env = {
    ...(await builtPackage(machine)),
    CONFORMANCE: await conformance(machine),
    ...(python && { PYTHON: python }),
    ...(php && { PHP: php }),
    ...(moto && { MOTO: moto }),
  };
  await npmInstall("what recipes run on", "tests/server/packages");
  await test("server", "server", { env });
}

/**
 * The built package and the demo, as a person meets them.
 *
 * @param {Machine} machine
 */
async function e2e(machine) {
  const env = await builtPackage(machine);
  await npmInstall("what wraps requests", "tests/e2e/wrappers");
  await test("end to end", "e2e", { env });
}

/**
 * The documentation: every sample, and the pages that are built of it.
 *
 * @param {Machine} machine
 */
async function docs(machine) {
  await test("documentation", "docs", { env: await builtPackage(machine) });
}

/**
 * What matters most of it, in every engine.
 *
 * @param {Machine} machine
 */
async function engines(machine) {
  if (!machine.engines) throw new Error("the other browsers are not set up");
  const { firefox, webkitDriver, xvfb } = machine.engines;
  const others = { FIREFOX: firefox, WEBKIT_DRIVER: webkitDriver, XVFB: xvfb };
  const env = { ...(await builtPackage(machine)), ...others };
  // One file after the other: each has three browsers.
  const options = ["--experimental-websocket", "--test-concurrency=1"];
  await test("engines", "engines", { options, env });
}

/**
 * The entry for React with each version of it and of its types, and the recipes for other frameworks.
 *
 * @param {Machine} machine
 */
async function frameworks(machine) {
  const env = await builtPackage(machine);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const folder = join(root, "tests/frameworks");
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (!existsSync(join(path, "package-lock.json"))) continue;
    await npmInstall(name, `tests/frameworks/${name}`);
    if (!existsSync(join(path, "tsconfig.json"))) continue;
    await show(`types: ${name}`, process.execPath, [tsc, "--project", path]);
  }
  await test("frameworks", "frameworks", { env });
}

/**
 * The packed package, in apps as people build them.
 *
 * @param {Machine} machine
 */
async function bundlers(machine) {
  const env = await builtPackage(machine);
  await prepare();
  // One app after the other: most tools use all cores by themselves.
  await test("bundlers", "bundlers", { options: ["--test-concurrency=1"], env });
  cleanUp();
}

/**
 * What comes in with dependencies, and what goes out with the package.
 *
 * @param {Machine} machine
 */
async function supply(machine) {
  const deny = await cargoDeny(machine.cargo);
  await show("crates", deny, ["--workspace", "--locked", "check", "bans", "licenses", "sources"]);
  await checkAdvisories(deny);
  await build(machine);
  const before = hashesOf(dist);
  rmSync(stamp);
  await build(machine);
  const different = differences(before, hashesOf(dist));
  if (different.length > 0) throw new Error(`built again, not the same: ${different.join(", ")}`);
  await test("supply chain", "supply");
}

/**
 * @param {string} what
 * @param {string} folder with a lock of its own
 */
async function npmInstall(what, folder) {
  const options = ["--ignore-scripts", "--no-audit", "--no-fund"];
  await run(`installing ${what}`, "npm", ["ci", ...options], { cwd: join(root, folder) });
}

/**
 * Builds the package, and names to its tests what they run it with.
 *
 * @param {Machine} machine
 * @returns {Promise<Record<string, string>>} of the environment
 */
async function builtPackage(machine) {
  if (!machine.browser) throw new Error("no browser is set up");
  await build(machine);
  return { DEMO: await demo(machine), CHROMIUM: machine.browser.chromium };
}

/**
 * @param {string} title
 * @param {string} folder of tests/
 * @param {{ options?: string[], env?: Record<string, string> }} [settings] `options` of Node
 */
async function test(title, folder, { options = [], env = {} } = {}) {
  const path = join(root, "tests", folder);
  const files = readdirSync(path).filter((name) => name.endsWith(".test.mjs"));
  const args = [...options, "--test", ...files.map((name) => join(path, name))];
  await show(title, process.execPath, args, { env });
}
