// The queue, `upload` and the element's content, which are loaded when one of them is first needed.

import { UploadError } from "#error";
import { film, thumbnails, words } from "#later";
import { native } from "../browser/js/native.js";
import { styling } from "../browser/js/style.js";
import { within } from "../browser/js/waits.js";
import { events } from "../widget/js/queue.js";
import { createShell } from "../widget/js/shell.js";
import { createViews } from "../widget/js/views.js";
import en from "../widget/js/words/en.js";
import { language, Words } from "../widget/js/words.js";
import css from "../widget/style.css";
import { createCore } from "./core.js";
import { createUpload } from "./upload.js";
import { createUploader } from "./uploader.js";

/**
 * Returns the language of an element: the nearest `lang`, also outside of the shadow roots around it.
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
  const viewWasm = createViews();
  const core = createCore(load, viewWasm.begin);
  const Uploader = createUploader(core);
  const dress = styling(css);

  /**
   * Creates the content of an element.
   *
   * @param {HTMLElement} host
   * @param {ElementInternals} internals
   * @param {ShadowRoot} root
   * @param {import("../widget/js/element.js").Own} own
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
    /** @type {import("../widget/js/shell.js").Shell | undefined} */
    let shell;
    try {
      await core.ready({ base: native(host, "getAttribute")("base") });
    } catch (error) {
      own.failure = (await speak()).say("error-not-loaded");
      throw error;
    }
    shell = createShell({
      host,
      internals,
      root,
      own,
      dress,
      viewWasm,
      Uploader,
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
