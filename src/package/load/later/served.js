// Loads code on demand, if the files of dist/ are served as they are. Checks each file against the hash from the
// build.

import checksumHash from "integrity:checksum.js";
import checksumWasmHash from "integrity:checksum.wasm";
import debugHash from "integrity:debug.js";
import extrasHash from "integrity:extras.js";
import filmHash from "integrity:film.js";
import thumbnailsHash from "integrity:thumbnails.js";
import ar from "integrity:words/ar.js";
import de from "integrity:words/de.js";
import es from "integrity:words/es.js";
import fr from "integrity:words/fr.js";
import it from "integrity:words/it.js";
import ja from "integrity:words/ja.js";
import ptBR from "integrity:words/pt-BR.js";
import zhHans from "integrity:words/zh-Hans.js";
import { beside } from "#base";
import { compile } from "../compile.js";
import { load } from "../load.js";
import { locate } from "../locate.js";

/** @typedef {typeof import("./bundled.js")} Later */

/** @type {Later["extras"]} */
export const extras = (base) => load("extras.js", extrasHash, beside, base);

/** @type {Later["debug"]} */
export const debug = () => load("debug.js", debugHash, beside);

/** @type {Later["checksumWasm"]} */
export const checksumWasm = async (base) =>
  compile(
    locate("checksum.wasm", base, () => new URL("checksum.wasm", beside)),
    checksumWasmHash,
  );

/** @type {Later["checksumWorker"]} */
export const checksumWorker = (base) => load("checksum.js", checksumHash, beside, base);

/** @type {Later["thumbnails"]} */
export const thumbnails = () => load("thumbnails.js", thumbnailsHash, beside);

/** @type {Later["film"]} */
export const film = () => load("film.js", filmHash, beside);

/** @type {Record<string, string>} */
const languages = { ar, de, es, fr, it, ja, "pt-BR": ptBR, "zh-Hans": zhHans };

/** @type {Later["words"]} */
export const words = async (key) =>
  languages[key] && load(`words/${key}.js`, languages[key], beside);
