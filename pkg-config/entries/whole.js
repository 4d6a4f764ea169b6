// The queue, `upload` and the element's inside, which are loaded when one of them is first needed.

import { UploadError } from "#error";
import { View } from "#glue";
import { film, thumbnails, words } from "#later";
import { native } from "../../src/browser/native.js";
import { styling } from "../../src/browser/style.js";
import { within } from "../../src/browser/waits.js";
import { events, Shell } from "../../src/widget/shell.js";
import css from "../../src/widget/style.css";
import en from "../../src/widget/words/en.js";
import { language, Words } from "../../src/widget/words.js";
import { createCore } from "./core.js";
import { createUpload } from "./upload.js";
import { createUploader } from "./uploader.js";

/**
 * Returns the language of an element: the nearest `lang`, also outside of the shadow roots that it is in.
 *
 * @param {Element} element
 * @returns {string | null | undefined}
 */
function languageOf(element) {
  const named = element.closest("[lang]");
  if (named) return native(named, "getAttribute")("lang");
  const { host } = /** @type {ShadowRoot} */ (element.getRootNode());
  return host && languageOf(host);
}

/** @param {import("./core.js").Load} load */
export function createWhole(load) {
  const core = createCore(load);
  const Uploader = createUploader(core);
  const dress = styling(css);

  /**
   * An element's inside.
   *
   * @param {HTMLElement} host
   * @param {ElementInternals} internals
   * @param {ShadowRoot} root
   * @param {import("./define.js").Own} own
   */
  async function attach(host, internals, root, own) {
    const speak = async () => {
      const lang = languageOf(host) || navigator.language;
      const loading = words(language([lang])).catch(() => undefined);
      const loaded = await within(loading);
      // The element speaks English until the language is loaded.
      if (!loaded) loading.then((late) => late && shell?.speak());
      const strings = loaded?.default ?? en;
      return new Words(strings === en ? "en" : lang, strings, own.words);
    };
    /** @type {Shell | undefined} */
    let shell;
    try {
      await core.ready({ base: native(host, "getAttribute")("base") });
    } catch (error) {
      own.failure = (await speak()).say("error-not-loaded");
      throw error;
    }
    shell = new Shell({
      host,
      internals,
      root,
      own,
      dress,
      core,
      Uploader,
      createView: View.create,
      async picture({ file, type, name }) {
        const { thumbnail } = await thumbnails();
        return thumbnail(file, { type, name }, 48, devicePixelRatio, undefined, film);
      },
      words: speak,
    });
    await shell.speak();
    return shell;
  }

  return { upload: createUpload(core), Uploader, UploadError, attach, events };
}

/** @typedef {ReturnType<typeof createWhole>} Whole */
