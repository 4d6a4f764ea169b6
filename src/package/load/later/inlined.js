// Has everything inside that other builds load on demand, so that inline builds load nothing.

import base64 from "#checksum-wasm";
import * as filmModule from "../../../widget/js/pictures/film.js";
import * as thumbnailsModule from "../../../widget/js/pictures/thumbnails.js";
import ar from "../../../widget/js/words/ar.js";
import de from "../../../widget/js/words/de.js";
import es from "../../../widget/js/words/es.js";
import fr from "../../../widget/js/words/fr.js";
import it from "../../../widget/js/words/it.js";
import ja from "../../../widget/js/words/ja.js";
import ptBR from "../../../widget/js/words/pt-BR.js";
import zhHans from "../../../widget/js/words/zh-Hans.js";
import * as debugModule from "../../debug/index.js";
import * as extrasModule from "../../extras.js";
import { decode } from "../decode.js";

/** @typedef {typeof import("./bundled.js")} Later */

/** @type {Later["extras"]} */
export const extras = async () => extrasModule;

/** @type {Later["debug"]} */
export const debug = async () => debugModule;

/** @type {Later["checksumWasm"]} */
export const checksumWasm = async () => WebAssembly.compile(decode(base64));

/** There is no worker: in a build of one file its URL would be a `blob:`, which few policies allow. @type {Later["checksumWorker"]} */
export const checksumWorker = async () => undefined;

/** @type {Later["thumbnails"]} */
export const thumbnails = async () => thumbnailsModule;

/** @type {Later["film"]} */
export const film = async () => filmModule;

/** @type {Record<string, import("../../../widget/js/words.js").Strings>} */
const languages = { ar, de, es, fr, it, ja, "pt-BR": ptBR, "zh-Hans": zhHans };

/** @type {Later["words"]} */
export const words = async (key) => languages[key] && { default: languages[key] };
