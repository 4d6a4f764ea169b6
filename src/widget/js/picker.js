// Opens the platform's file picker, and resumes the uploads that earlier visits left unfinished.

/** @typedef {import("../../package/index.d.ts").Recoverable} Recoverable */

/**
 * @param {import("./shell.js").Inside} inside
 * @param {import("./queue.js").Queue} queue
 */
export function createPicker({ host, root, sentences, tell }, queue) {
  /** The unfinished upload whose file is being picked. @type {Recoverable | undefined} */
  let wanted;
  const getInput = () => /** @type {HTMLInputElement} */ (root.querySelector("input"));

  /**
   * Says that an unfinished upload can't be resumed with the file that was picked.
   *
   * @param {string} key
   * @param {Recoverable} left
   * @param {string} [picked] the name of that file
   */
  function refuse(key, left, picked) {
    sentences.refused = [() => sentences.words.of(key, left, { picked })];
    tell("redraw");
  }

  /** Finds the uploads that earlier visits left unfinished. */
  function look() {
    const { uploader } = queue;
    uploader?.recover().then(
      (left) => {
        // Other options may have found others meanwhile.
        if (uploader === queue.uploader) tell("left", left);
      },
      // Without an endpoint there are none.
      () => {},
    );
  }

  /**
   * @param {Recoverable} left
   * @param {File} [file] its file, unless the browser has kept a handle of it
   */
  function goOn(left, file) {
    left.resume(file).then(look, () => refuse("pick-again", left));
  }

  /**
   * Opens the file picker, the folder picker (`folder`) or the camera (`camera`).
   *
   * @param {string} how
   * @param {Recoverable} [left] the unfinished upload whose file the person must pick
   */
  function pick(how, left) {
    const input = getInput();
    wanted = left;
    input.accept = host.accept;
    input.multiple = host.multiple && !left;
    input.webkitdirectory = how === "folder";
    input.toggleAttribute("capture", how === "camera");
    if (how === "camera") input.setAttribute("capture", host.capture);
    input.click();
  }

  return {
    look,
    pick,

    /**
     * Resumes an unfinished upload. If the browser has no handle of its file, the person must pick it.
     *
     * @param {Recoverable} left
     */
    resume(left) {
      if (left.hasHandle) goOn(left);
      else pick("", left);
    },

    /**
     * Discards an unfinished upload.
     *
     * @param {Recoverable} left
     */
    forget(left) {
      left.forget();
      look();
    },

    /** Handles the files that were picked. */
    picked() {
      const input = getInput();
      const files = [...(input.files ?? [])];
      const [file] = files;
      // Allows the same file to be picked again.
      input.value = "";
      if (!wanted || !file) queue.add(files);
      else if (file.name === wanted.name && file.size === wanted.size) goOn(wanted, file);
      else refuse("not-the-same", wanted, file.name);
    },
  };
}
