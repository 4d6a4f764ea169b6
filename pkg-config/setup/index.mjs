// Sets up what the commands need: checks each thing, prints a line about it, and installs only what is
// missing. Uses Node's built-in modules only, because nothing else is installed before this runs.

import { bindgenTools } from "./bindgen.mjs";
import { browser } from "./browser.mjs";
import { engines } from "./engines.mjs";
import { languages } from "./languages.mjs";
import { npmPackages, wasmOpt } from "./npm.mjs";
import { hostRust, wasmRust } from "./rust.mjs";

/**
 * The programs that the build and the tests use on this machine.
 *
 * @typedef {object} Machine
 * @property {import("../run.mjs").Program} cargo compiles programs for this machine
 * @property {import("./rust.mjs").WasmCargo} wasmCargo compiles to wasm
 * @property {boolean} librarySource whether wasmCargo can compile the standard library
 * @property {Tools} tools
 * @property {import("./browser.mjs").Browser} [browser]
 * @property {import("./engines.mjs").Engines} [engines] other browsers
 * @property {import("./languages.mjs").Languages} [languages] other languages
 *
 * @typedef {object} Tools
 * @property {string} wasmBindgen
 * @property {string} testRunner wasm-bindgen's; there only if it was asked for
 * @property {string} shortenNames
 * @property {import("../run.mjs").Program} wasmOpt
 */

/**
 * @param {object} needs
 * @param {boolean} needs.tests
 * @param {boolean} [needs.testRunner] what runs wasm tests in a browser
 * @param {boolean} [needs.otherEngines]
 * @param {boolean} [needs.otherLanguages]
 * @returns {Promise<Machine>}
 */
export async function setUp({
  tests,
  testRunner = false,
  otherEngines = false,
  otherLanguages = false,
}) {
  await npmPackages();
  const cargo = await hostRust({ tests });
  const { wasmCargo, librarySource } = await wasmRust();
  const tools = { ...(await bindgenTools(cargo, { testRunner })), wasmOpt };
  const found = { cargo, wasmCargo, librarySource, tools };
  return {
    ...found,
    ...(tests && { browser: await browser() }),
    ...(otherEngines && { engines: await engines() }),
    ...(otherLanguages && { languages: await languages() }),
  };
}
