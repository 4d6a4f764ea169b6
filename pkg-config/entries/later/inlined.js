// What other builds load when it is needed, here inside: these load nothing from anywhere.

import * as filmModule from "../../../src/widget/film.js";
import * as thumbnailsModule from "../../../src/widget/thumbnails.js";
import ar from "../../../src/widget/words/ar.js";
import de from "../../../src/widget/words/de.js";
import es from "../../../src/widget/words/es.js";
import fr from "../../../src/widget/words/fr.js";
import it from "../../../src/widget/words/it.js";
import ja from "../../../src/widget/words/ja.js";
import ptBR from "../../../src/widget/words/pt-BR.js";
import zhHans from "../../../src/widget/words/zh-Hans.js";
import * as debugModule from "../debug.js";

/** @typedef {typeof import("./bundled.js")} Later */

/** @type {Later["debug"]} */
export const debug = async () => debugModule;

/** @type {Later["thumbnails"]} */
export const thumbnails = async () => thumbnailsModule;

/** @type {Later["film"]} */
export const film = async () => filmModule;

/** @type {Record<string, import("../../../src/widget/words.js").Strings>} */
const languages = { ar, de, es, fr, it, ja, "pt-BR": ptBR, "zh-Hans": zhHans };

/** @type {Later["words"]} */
export const words = async (key) => languages[key] && { default: languages[key] };
