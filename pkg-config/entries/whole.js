// The public API with the element's inside: what is loaded when it is first needed.

import { View } from "#glue";
import { events, Shell } from "../../src/widget/shell.js";
import css from "../../src/widget/style.css";
import en from "../../src/widget/words/en.js";
import { language, loadLanguage, Words } from "../../src/widget/words.js";
import { createApi } from "./api.js";

/** @param {() => Promise<WebAssembly.Module>} load */
export function createWhole(load) {
  const { core, ...api } = createApi(load);
  /** @type {CSSStyleSheet} */
  let sheet;

  /**
   * An element's inside.
   *
   * @param {HTMLElement} host
   * @param {ElementInternals} internals
   * @param {ShadowRoot} root
   * @param {import("./define.js").Own} own
   */
  async function attach(host, internals, root, own) {
    await core.ready();
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    const shell = new Shell({
      host,
      internals,
      root,
      own,
      sheet,
      core,
      Uploader: api.Uploader,
      createView: View.create,
      async words() {
        const wanted = host.closest("[lang]")?.getAttribute("lang");
        const lang = wanted || navigator.language;
        const key = language([lang]);
        const strings = key === "en" ? en : await loadLanguage(key).catch(() => en);
        return new Words(strings === en ? "en" : lang, strings, own.words);
      },
    });
    await shell.speak();
    return shell;
  }

  return { ...api, attach, events };
}

/** @typedef {ReturnType<typeof createWhole>} Whole */
