// Sets up what the commands need: looks at each thing first, says one line about it, and gets only
// what is missing. Node's built-ins alone, because before this nothing else is there.

import { bindgenTools } from "./bindgen.mjs";
import { browser } from "./browser.mjs";
import { engines } from "./engines.mjs";
import { languages } from "./languages.mjs";
import { npmPackages, wasmOpt } from "./npm.mjs";
import { hostRust, wasmRust } from "./rust.mjs";

/**
 * What the build and the tests find on this machine.
 *
 * @typedef {object} Machine
 * @property {import("../run.mjs").Program} cargo for this machine's own programs
 * @property {import("./rust.mjs").WasmCargo} wasmCargo for wasm
 * @property {boolean} librarySource whether wasmCargo can compile the standard library itself
 * @property {Tools} tools
 * @property {import("./browser.mjs").Browser} [browser]
 * @property {import("./engines.mjs").Engines} [engines] other browsers
 * @property {import("./languages.mjs").Languages} [languages] other languages
 *
 * @typedef {object} Tools
 * @property {string} wasmBindgen
 * @property {string} testRunner wasm-bindgen's
 * @property {string} shortenNames
 * @property {import("../run.mjs").Program} wasmOpt
 */

/**
 * @param {{ tests: boolean, otherEngines?: boolean, otherLanguages?: boolean }} needs
 * @returns {Promise<Machine>}
 */
export async function setUp({ tests, otherEngines = false, otherLanguages = false }) {
  await npmPackages();
  const cargo = await hostRust({ tests });
  const { wasmCargo, librarySource } = await wasmRust();
  const tools = { ...(await bindgenTools(cargo)), wasmOpt };
  const found = { cargo, wasmCargo, librarySource, tools };
  return {
    ...found,
    ...(tests && { browser: await browser() }),
    ...(otherEngines && { engines: await engines() }),
    ...(otherLanguages && { languages: await languages() }),
  };
}
