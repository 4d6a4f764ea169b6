// The element's inside: creates the view in the wasm while the element is in a page, passes events to it, and says
// when to draw. Decides nothing: the view does, in Rust. Replaces a view that crashes.

import { native } from "../../browser/js/native.js";
import view from "../view.html";
import { attempt, report } from "./fault.js";
import { createForm } from "./form.js";
import { createPicker } from "./picker.js";
import { createQueue } from "./queue.js";
import { Sentences } from "./sentences.js";
import { build, createWriter } from "./writer.js";

/**
 * @typedef {import("../../package/index.d.ts").Uploader} Uploader
 * @typedef {import("../../package/index.d.ts").UploadFile} UploadFile
 * @typedef {import("../../package/index.d.ts").UploaderOptions} Options
 */

/** How long a view that has crashed rests, in ms. */
const rest = 1000;

/**
 * What a shell needs from the package.
 *
 * @typedef {object} Dependencies
 * @property {any} host the element
 * @property {ElementInternals} internals
 * @property {ShadowRoot} root
 * @property {import("./element.js").Own} own
 * @property {(root: ShadowRoot) => void} dress sets the widget's style
 * @property {import("./views.js").Views} viewWasm
 * @property {new (options: Options) => Uploader} Uploader
 * @property {() => Promise<import("./words.js").Words>} words loads the words in the language of the page
 * @property {(file: UploadFile) => Promise<HTMLCanvasElement | undefined>} picture makes a picture for a file's row
 */

/**
 * What the parts of a shell share. `tell` tells the view about an event, if there is a view.
 *
 * @typedef {Dependencies & {
 *   sentences: Sentences,
 *   tell: (event: string, subject?: unknown) => void,
 * }} Inside
 */

/** @param {Dependencies} dependencies */
export function createShell(dependencies) {
  const { host, internals, root, dress, viewWasm, words } = dependencies;
  const sentences = new Sentences();
  const inside = { ...dependencies, sentences, tell };
  const queue = createQueue(inside);
  const picker = createPicker(inside, queue);
  const form = createForm(inside);
  const writer = createWriter(inside);
  /** The view in the wasm, while the element is in a page. @type {any} */
  let current;
  /** The words that were asked for last. @type {Promise<import("./words.js").Words> | undefined} */
  let asked;
  let isScheduled = false;
  let frame = 0;
  /** What the view did when it crashed, until it has rested. @type {string | undefined} */
  let fault;
  // The DOMs in which apps run their tests lack it.
  const observer = globalThis.ResizeObserver && new ResizeObserver(() => tell("redraw"));

  /**
   * Tells the view about an event. Reports what the view throws, so that the caller gets no exception.
   *
   * @param {string} event
   * @param {unknown} [subject]
   */
  function tell(event, subject) {
    // The uploader may have resumed or stored a file that an earlier visit left unfinished.
    if (/look|resume|complete/.test(event)) picker.look();
    if (event === "draw" && fault) return;
    try {
      current?.on(event, subject);
    } catch (error) {
      failed(event, error);
    }
  }

  /**
   * Reports that this element's view has crashed, and lets it rest. Without the rest, a view that always fails would
   * take all of the page's time.
   *
   * @param {string} event what the view did
   * @param {unknown} error
   */
  function failed(event, error) {
    report(error);
    fault = event;
    setTimeout(() => {
      fault = undefined;
      shell.connect();
      shell.schedule();
    }, rest);
  }

  /** Creates the elements of the view, unless an earlier view has left them. */
  function fill() {
    if (root.querySelector("[part=frame]")) return;
    const hadFocus = root.activeElement;
    root.replaceChildren(...view.map(build));
    dress(root);
    if (hadFocus) host.focus();
  }

  /** Describes the element to assistive technology. @param {() => void} setProperties */
  function describe(setProperties) {
    try {
      setProperties();
    } catch {
      // jsdom has these properties, but they throw.
    }
  }

  /** Sets the element's accessible name: the text of its labels, its `aria-label`, or a default. */
  function name() {
    const labels = [...(internals.labels ?? [])].map(({ textContent }) => textContent?.trim());
    const ariaLabel = labels.join(" ") || host.getAttribute("aria-label") || sentences.say("list");
    describe(() => {
      internals.ariaLabel = ariaLabel;
    });
  }

  const shell = {
    get uploader() {
      return queue.uploader;
    },

    get media() {
      return queue.media;
    },

    add: queue.add,
    perform: queue.perform,
    clear: queue.clear,
    disown: queue.disown,
    restore: queue.restore,
    setForm: form.set,

    /** Creates the view. Must be called when the element has entered a page. */
    connect() {
      if (current || !host.isConnected) return;
      // A view that crashed in drawing can do everything else meanwhile.
      if (fault && fault !== "draw") return;
      viewWasm.owners.add(shell);
      try {
        fill();
        current = viewWasm.create(host, root, shell, queue, picker, form, writer);
      } catch (error) {
        failed("create", error);
      }
      observer?.observe(host);
      form.set(internals.form ?? null);
      name();
      // The first view creates the uploader.
      tell(queue.uploader ? "look" : "changed");
    },

    /** Must be called when the element has moved to another document, which has its own sheets, language and frames. */
    adopted() {
      dress(root);
      shell.speak();
      // The previous window may draw no more frames.
      frame = 0;
      shell.schedule();
    },

    /** Drops the view. Must be called when the element has left the page. Its uploads go on. */
    disconnect() {
      observer?.disconnect();
      viewWasm.owners.delete(shell);
      form.set(null);
      form.setLeaving(false);
      attempt(() => current?.free());
      current = undefined;
    },

    /** Drops the view, whose wasm has crashed. */
    crashed() {
      current = undefined;
    },

    /** Loads the words in the current language of the page, and shows them. */
    async speak() {
      const asking = words();
      asked = asking;
      const loaded = await asking;
      // Another language was asked for meanwhile.
      if (asking !== asked) return;
      sentences.words = loaded;
      name();
      shell.changed();
    },

    /** Must be called when an attribute or property of the element has changed. */
    changed() {
      tell("changed");
    },

    /** @param {Event} event */
    handleEvent(event) {
      if (event.type === "change") picker.picked();
      else tell(event.type, event);
    },

    /** Schedules `sync` for the end of the task, and `draw` for the next frame. */
    schedule() {
      if (!isScheduled) {
        isScheduled = true;
        queueMicrotask(() => {
          isScheduled = false;
          tell("sync");
        });
      }
      // A hidden window draws no frames. The script's own window may be hidden behind a pop-up.
      const view = native(host.ownerDocument, "defaultView") ?? window;
      const draw = () => {
        frame = 0;
        tell("draw");
      };
      if (frame) return;
      attempt(() => {
        frame = view.requestAnimationFrame(draw);
      });
    },
  };

  for (const name of ["click", "keydown", "change", "scroll"]) {
    root.addEventListener(name, shell, true);
  }
  describe(() => {
    internals.role = "group";
  });
  return shell;
}

/** @typedef {ReturnType<typeof createShell>} Shell */
