// Loads code on demand, for apps that bundle: by imports that every bundler finds. The files are then the app's, with
// other names and bytes, so they can't be checked against our hashes.

/** @typedef {{ default: import("../../../widget/js/words.js").Strings }} Language */

/** @type {(base?: string | null) => Promise<typeof import("../../extras.js")>} */
export const extras = () => import("../../extras.js");

export const debug = () => import("../../debug/index.js");

const checksum = () => import("../../checksum.bundled.js");

/** @type {(base?: string | null) => Promise<WebAssembly.Module>} */
export const checksumWasm = async () => (await checksum()).wasm();

/** @type {(base?: string | null) => Promise<import("../../../browser/js/checksum.js").Elsewhere | undefined>} */
export const checksumWorker = checksum;

export const thumbnails = () => import("../../../widget/js/pictures/thumbnails.js");

export const film = () => import("../../../widget/js/pictures/film.js");

/** @type {Record<string, () => Promise<Language>>} */
const languages = {
  ar: () => import("../../../widget/js/words/ar.js"),
  de: () => import("../../../widget/js/words/de.js"),
  es: () => import("../../../widget/js/words/es.js"),
  fr: () => import("../../../widget/js/words/fr.js"),
  it: () => import("../../../widget/js/words/it.js"),
  ja: () => import("../../../widget/js/words/ja.js"),
  "pt-BR": () => import("../../../widget/js/words/pt-BR.js"),
  "zh-Hans": () => import("../../../widget/js/words/zh-Hans.js"),
};

/** @param {string} key of a language other than English */
export const words = async (key) => languages[key]?.();
