// `npm test`: sets up and runs the suites that every change must pass, or the named ones: `npm test -- core e2e`.
// `npm run test:all` runs every suite, those of `npm test` first.

import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { build, stamp } from "../pkg-config/build.mjs";
import { conformance, demo } from "../pkg-config/demo.mjs";
import { checkAdvisories } from "../pkg-config/release/advisories.mjs";
import { differences } from "../pkg-config/release/facts.mjs";
import { hashesOf } from "../pkg-config/release/pack.mjs";
import { dist, fail, root, run, show, targetDirectory } from "../pkg-config/run.mjs";
import { toolsArgs } from "../pkg-config/setup/bindgen.mjs";
import { cargoDeny } from "../pkg-config/setup/deny.mjs";
import { setUp } from "../pkg-config/setup/index.mjs";
import { oneAtATime } from "./browser/one-at-a-time.mjs";
import { cleanUp, prepare } from "./bundlers/prepare.mjs";
import { installPackage } from "./install.mjs";

/** @typedef {import("../pkg-config/setup/index.mjs").Machine} Machine */

/** @typedef {Record<string, (machine: Machine) => Promise<void>>} Suites */

/** The suites of `npm test`. @type {Suites} */
const usual = { lint, types, core, browser, server, docs, e2e };

/** Suites that take long and rarely fail. They run only if named, and in `npm run test:all`. @type {Suites} */
const others = { large, older, engines, frameworks, bundlers, supply };

const suites = { ...usual, ...others };

/** The files of tests/e2e that belong to the suite `large`. */
const atLength = new Set(["demo-large.test.mjs", "large.test.mjs", "leaks.test.mjs"]);

/** How long each suite took, in ms, without the builds that it needed. @type {Map<string, number>} */
const times = new Map();

/**
 * Records how long something takes. Time that is recorded by a nested call only counts there.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 */
async function timed(name, work) {
  const total = () => [...times.values()].reduce((sum, time) => sum + time, 0);
  const begun = Date.now();
  const before = total();
  try {
    return await work();
  } finally {
    const inside = total() - before;
    times.set(name, (times.get(name) ?? 0) + Date.now() - begun - inside);
  }
}

/** @param {number} time in ms */
function minutes(time) {
  const seconds = Math.round(time / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => name !== "all" && !(name in suites));
if (unknown.length > 0) {
  console.error(
    `There is no suite "${unknown[0]}". Suites: ${Object.keys(suites).join(", ")}, or all.`,
  );
  process.exitCode = 2;
} else {
  const everything = asked.includes("all");
  const chosen = asked.length > 0 ? asked : Object.keys(usual);
  await runSuites(everything ? Object.keys(suites) : chosen).catch(fail);
}

/** @param {string[]} names */
async function runSuites(names) {
  const begun = Date.now();
  let outcome = "Failed";
  try {
    const machine = await timed("set-up", () =>
      setUp({
        tests: true,
        testRunner: names.includes("browser"),
        otherEngines: names.includes("engines"),
        otherLanguages: names.includes("server"),
      }),
    );
    for (const name of names) await timed(name, async () => suites[name]?.(machine));
    outcome = "All is well";
  } finally {
    const parts = [...times].map(([name, time]) => `${name} ${minutes(time)}`);
    console.log(`\n${outcome}, after ${minutes(Date.now() - begun)}: ${parts.join(", ")}.`);
  }
}

/**
 * Checks formatting, lints, types and the links in the documentation.
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
  // The suite `supply` lints the build's tools, because linting them here would compile their dependencies again.
  const workspace = ["--workspace", "--exclude", "bindgen", "--locked"];
  await show("clippy", cargo, [
    ...["clippy", ...workspace, "--all-targets", "--all-features"],
    ...["--", "--deny", "warnings"],
  ]);
  await show("rustdoc", cargo, ["doc", ...workspace, "--no-deps", "--document-private-items"], {
    env: { RUSTDOCFLAGS: "--deny warnings" },
  });
}

/**
 * Checks what compiles in an app with the built package, and what must not.
 *
 * @param {Machine} machine
 */
async function types(machine) {
  await timedBuild(machine);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  for (const name of ["tsconfig.json", "tsconfig.bundler.json"]) {
    const project = join(root, "tests/types", name);
    await show(`types: ${name}`, process.execPath, [tsc, "--project", project]);
  }
}

/**
 * Checks the built package's types with the last TypeScript that can resolve modules like Node 10.
 *
 * @param {Machine} machine
 */
async function older(machine) {
  await timedBuild(machine);
  const folder = join(root, "tests/types/older");
  await npmInstall("an older TypeScript", "tests/types/older");
  const remove = installPackage(folder);
  const tsc = join(folder, "node_modules/typescript/bin/tsc");
  await show("types: node10", process.execPath, [tsc, "--project", folder]);
  remove();
}

/**
 * Tests the pure core, the backend over real HTTP, the examples in the documentation, all languages, and the
 * parsers of files for thumbnails.
 *
 * @param {Machine} machine
 */
async function core({ cargo }) {
  await show("core and backend", cargo, ["test", "--locked"]);
  await test("words", "words");
  await test("files", "files");
}

/**
 * Tests the shell in a real browser.
 *
 * @param {Machine} machine
 */
async function browser({ wasmCargo, tools, browser: installed }) {
  if (!installed) throw new Error("no browser is set up");
  const messages = await run("compiling the browser's tests", wasmCargo, [
    ...["test", "--no-run", "--locked", "--package", "ittybit-uploader", "--test", "browser"],
    ...["--features", "npm"],
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
        // In seconds, for the whole suite. Generous, because some machines are slow.
        WASM_BINDGEN_TEST_TIMEOUT: "120",
        WASM_BINDGEN_TEST_DRIVER_TIMEOUT: "60",
      },
    });
  } finally {
    await proxy.close();
  }
}

/**
 * Tests the app's backend: the rules of the JavaScript handler and the Rust routes, and every recipe.
 *
 * @param {Machine} machine
 */
async function server(machine) {
  const { python, php, moto } = machine.languages ?? {};
  const env = {
    ...(await builtPackage(machine)),
    CONFORMANCE: await timed("build", () => conformance(machine)),
    ...(python && { PYTHON: python }),
    ...(php && { PHP: php }),
    ...(moto && { MOTO: moto }),
  };
  await npmInstall("what recipes run on", "tests/server/packages");
  await test("server", "server", { env });
}

/**
 * Tests the built package and the demo, as a person uses them.
 *
 * @param {Machine} machine
 */
async function e2e(machine) {
  const env = await builtPackage(machine);
  await npmInstall("what wraps requests", "tests/e2e/wrappers");
  await test("end to end", "e2e", { env, only: (name) => !atLength.has(name) });
}

/**
 * Tests files of hundreds of megabytes, and actions that are repeated hundreds of times.
 *
 * @param {Machine} machine
 */
async function large(machine) {
  const env = await builtPackage(machine);
  await test("end to end, at length", "e2e", { env, only: (name) => atLength.has(name) });
}

/**
 * Tests the documentation: every sample, and the built pages.
 *
 * @param {Machine} machine
 */
async function docs(machine) {
  await test("documentation", "docs", { env: await builtPackage(machine) });
}

/**
 * Tests the most important features in every engine.
 *
 * @param {Machine} machine
 */
async function engines(machine) {
  if (!machine.engines) throw new Error("the other browsers are not set up");
  const { firefox, webkitDriver, xvfb } = machine.engines;
  const others = { FIREFOX: firefox, WEBKIT_DRIVER: webkitDriver, XVFB: xvfb };
  const env = { ...(await builtPackage(machine)), ...others };
  // Runs one file at a time, because each starts three browsers.
  const options = ["--experimental-websocket", "--test-concurrency=1"];
  await test("engines", "engines", { options, env });
}

/**
 * Tests the React entry with each version of React and its types, and the recipes for other frameworks.
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
 * Tests the packed package in apps with different tools.
 *
 * @param {Machine} machine
 */
async function bundlers(machine) {
  const env = await builtPackage(machine);
  await prepare();
  // Tests one app at a time, because most tools use all cores.
  await test("bundlers", "bundlers", { options: ["--test-concurrency=1"], env });
  cleanUp();
}

/**
 * Checks the dependencies, and the contents of the package.
 *
 * @param {Machine} machine
 */
async function supply(machine) {
  const deny = await cargoDeny(machine.cargo);
  await show("crates", deny, ["--workspace", "--locked", "check", "bans", "licenses", "sources"]);
  await checkAdvisories(deny);
  await show("the build's tools", machine.cargo, [
    ...["clippy", ...toolsArgs, "--all-targets", "--all-features", "--", "--deny", "warnings"],
  ]);
  await timedBuild(machine);
  const before = hashesOf(dist);
  rmSync(stamp);
  await build(machine);
  const different = differences(before, hashesOf(dist));
  if (different.length > 0)
    throw new Error(`two builds must be equal, but differ in: ${different.join(", ")}`);
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
 * Builds the package, and returns the environment variables for its tests.
 *
 * @param {Machine} machine
 * @returns {Promise<Record<string, string>>}
 */
async function builtPackage(machine) {
  if (!machine.browser) throw new Error("no browser is set up");
  const { chromium, headlessShell } = machine.browser;
  await timedBuild(machine);
  return {
    DEMO: await timed("build", () => demo(machine)),
    CHROMIUM: chromium,
    ...(headlessShell && { HEADLESS_SHELL: headlessShell }),
  };
}

/** @param {Machine} machine */
function timedBuild(machine) {
  return timed("build", () => build(machine));
}

/**
 * @param {string} title
 * @param {string} folder of tests/
 * @param {object} [settings]
 * @param {string[]} [settings.options] Node's
 * @param {Record<string, string>} [settings.env]
 * @param {(name: string) => boolean} [settings.only] which of the files are run
 */
async function test(title, folder, { options = [], env = {}, only = () => true } = {}) {
  const path = join(root, "tests", folder);
  const files = readdirSync(path).filter((name) => name.endsWith(".test.mjs") && only(name));
  // This reporter lists failures at the end, where people look in a log of thousands of lines.
  const reporter = "--test-reporter=spec";
  const args = [...options, "--test", reporter, ...files.map((name) => join(path, name))];
  await show(title, process.execPath, args, { env });
}
