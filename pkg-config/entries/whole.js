// The queue, and the element's inside: what is loaded when it is first needed.

import { View } from "#glue";
import { UploadError } from "#objects";
import { events, Shell } from "../../src/widget/shell.js";
import css from "../../src/widget/style.css";
import en from "../../src/widget/words/en.js";
import { language, loadLanguage, Words } from "../../src/widget/words.js";
import { createCore } from "./core.js";
import { createUploader } from "./uploader.js";

/** @param {() => Promise<WebAssembly.Module>} load */
export function createWhole(load) {
  const core = createCore(load);
  const Uploader = createUploader(core);
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
      Uploader,
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

  return { core, Uploader, UploadError, attach, events };
}

/** @typedef {ReturnType<typeof createWhole>} Whole */
