// What is loaded when it is needed, for apps that bundle: imports that each bundler finds, and gives names and
// bytes of its own. Those are the app's build; hashes of ours can't hold them.

/** @typedef {{ default: import("../../../src/widget/words.js").Strings }} Language */

export const debug = () => import("../debug.js");

export const thumbnails = () => import("../../../src/widget/thumbnails.js");

export const film = () => import("../../../src/widget/film.js");

/** @type {Record<string, () => Promise<Language>>} */
const languages = {
  ar: () => import("../../../src/widget/words/ar.js"),
  de: () => import("../../../src/widget/words/de.js"),
  es: () => import("../../../src/widget/words/es.js"),
  fr: () => import("../../../src/widget/words/fr.js"),
  it: () => import("../../../src/widget/words/it.js"),
  ja: () => import("../../../src/widget/words/ja.js"),
  "pt-BR": () => import("../../../src/widget/words/pt-BR.js"),
  "zh-Hans": () => import("../../../src/widget/words/zh-Hans.js"),
};

/** @param {string} key of a language, but English */
export const words = async (key) => languages[key]?.();
