// The queue, and the element's inside: what is loaded when it is first needed.

import { View } from "#glue";
import { film, thumbnails, words } from "#later";
import { UploadError } from "#objects";
import { native } from "../../src/browser/native.js";
import { within } from "../../src/browser/waits.js";
import { events, Shell } from "../../src/widget/shell.js";
import css from "../../src/widget/style.css";
import en from "../../src/widget/words/en.js";
import { language, Words } from "../../src/widget/words.js";
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
      async picture({ file, type, name }) {
        const { thumbnail } = await thumbnails();
        return thumbnail(file, { type, name }, 48, devicePixelRatio, undefined, film);
      },
      async words() {
        const named = host.closest("[lang]");
        const lang = (named && native(named, "getAttribute")("lang")) || navigator.language;
        const loading = words(language([lang])).catch(() => undefined);
        const loaded = await within(loading);
        // Until they are there, it speaks English.
        if (!loaded) loading.then((late) => late && shell.speak());
        const strings = loaded?.default ?? en;
        return new Words(strings === en ? "en" : lang, strings, own.words);
      },
    });
    await shell.speak();
    return shell;
  }

  return { core, Uploader, UploadError, attach, events };
}

/** @typedef {ReturnType<typeof createWhole>} Whole */
