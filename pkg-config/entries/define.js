// The element as a page first loads it: its attributes, properties and methods, and its place in a
// form. What is seen of it, and what uploads, is loaded when it is near the screen, is used, or gets
// a file; what it is told before waits for that.

import { native } from "../../src/browser/native.js";
import { styling } from "../../src/browser/style.js";
import { atRest } from "./at-rest.js";
import { forward, loadFor } from "./forward.js";
import { attributes, camelCase, flags, objects } from "./names.js";

const states = "empty dragging uploading paused done failed".split(" ");

/** On which element files are dragged, dropped or pasted. @type {WeakMap<Event, HTMLElement>} */
const places = new WeakMap();

const transfers = "dragover dragleave drop paste".split(" ");

/**
 * Whether an event happens where a person writes: in whichever shadow root, and in any element of an
 * editor. Something custom that has the focus and shows nothing of its inside may be one, too.
 *
 * @param {Event} event
 */
function isWritten(event) {
  const path = /** @type {any[]} */ (event.composedPath());
  const [target] = path;
  return (
    path.some((node) => node.matches?.(":read-write,[role=textbox]")) ||
    (/-/.test(target.localName) && !target.shadowRoot && target.matches(":focus-within"))
  );
}

/**
 * Whether what is pasted is text, beside which office programs lay a picture of it. A picture has
 * markup but no text, and a file that was copied may have its name as text but no markup.
 *
 * @param {DataTransfer} transfer
 */
const isPictureOfText = (transfer) =>
  /html|rtf/.test(`${transfer.types}`) && /\S/.test(transfer.getData("text/plain"));

/**
 * @param {HTMLElement} element
 * @param {string} attribute
 * @param {any} value
 */
const setText = (element, attribute, value) =>
  value == null ? element.removeAttribute(attribute) : element.setAttribute(attribute, value);

/** @typedef {Promise<import("../../src/widget/shell.js").Shell>} Loading */

/**
 * What of an element only its view may know. `failure` is what a person is told where it could not be
 * loaded; known where only the wasm could not.
 *
 * @typedef {{
 *   options: Record<string, unknown>,
 *   words: Record<string, any>,
 *   validity: string,
 *   failure?: string,
 *   setState: (name: string, isOn: boolean) => void,
 * }} Own
 */

/** @param {(base: string | null) => Promise<Pick<import("./whole.js").Whole, "attach">>} load */
export function define(load) {
  const { customElements } = globalThis;
  if (!customElements || customElements.get("ittybit-uploader")) return;

  const dress = styling(":host{display:block;min-block-size:11rem}");

  class IttybitUploaderElement extends HTMLElement {
    static formAssociated = true;
    static observedAttributes = [...attributes, "lang", "aria-label"];
    // The DOMs that apps run their tests in lack some of these. Without an IntersectionObserver the element loads when it is used.
    static #observer =
      globalThis.IntersectionObserver &&
      new IntersectionObserver(
        (entries) => {
          for (const { isIntersecting, target } of entries) {
            if (isIntersecting) /** @type {IttybitUploaderElement} */ (target).#load();
          }
        },
        { rootMargin: "50%" },
      );
    #internals = this.attachInternals?.() ?? /** @type {ElementInternals} */ ({});
    #root = this.attachShadow({ mode: "open", delegatesFocus: true });
    #button = native(document, "createElement")("button");
    /** Where it listens for what is dragged, dropped and pasted. */
    #document = /** @type {any} */ (undefined);
    /** @type {import("../../src/widget/shell.js").Shell | undefined} */
    #shell;
    /** @type {Own} */
    #own = {
      options: {},
      words: {},
      validity: "",
      setState: (name, isOn) => {
        this.toggleAttribute(name, isOn);
        try {
          this.#internals.states?.[isOn ? "add" : "delete"](name);
        } catch {
          // Chrome before 125 only takes names with dashes. The attribute says the same.
        }
      },
    };

    static {
      const { prototype } = IttybitUploaderElement;
      forward(prototype, (element) => element.#shell ?? element.#load());
      const { remove } = /** @type {any} */ (prototype);
      // Without an id it is the element itself that goes, as any element does.
      /** @type {any} */ (prototype).remove = function (/** @type {string[]} */ ...ids) {
        return (ids.length > 0 ? remove : HTMLElement.prototype.remove).apply(this, ids);
      };
      /**
       * @param {string} name
       * @param {(it: IttybitUploaderElement) => unknown} get
       * @param {(it: IttybitUploaderElement, value: any) => void} [set]
       */
      const define = (name, get, set) =>
        Object.defineProperty(
          prototype,
          name,
          /** @type {any} */ ({
            configurable: true,
            enumerable: true,
            /** @this {any} */
            get() {
              return get(this);
            },
            set:
              set &&
              /** @this {any} @param {any} value */
              function (value) {
                set(this, value);
              },
          }),
        );
      for (const name of attributes) {
        const isFlag = flags.includes(name);
        define(
          camelCase(name),
          (it) => (isFlag ? it.hasAttribute(name) : (it.getAttribute(name) ?? "")),
          (it, value) => {
            if (isFlag) it.toggleAttribute(name, Boolean(value));
            else setText(it, name, value);
          },
        );
      }
      for (const name of objects) {
        define(
          name,
          (it) => it.#own.options[name],
          (it, value) => it.#set({ [name]: value }),
        );
      }
      define(
        "endpoint",
        (it) => it.#own.options.endpoint ?? it.getAttribute("endpoint") ?? "",
        (it, value) => {
          if (typeof value === "function") return it.#set({ endpoint: value });
          delete it.#own.options.endpoint;
          setText(it, "endpoint", value);
        },
      );
      define(
        "words",
        (it) => it.#own.words,
        (it, value) => {
          it.#own.words = value;
          it.#shell?.speak();
        },
      );
      for (const name of ["form", "labels", "validity", "validationMessage", "willValidate"]) {
        define(name, (it) => /** @type {any} */ (it.#internals)[name]);
      }
      define("files", (it) => it.#shell?.uploader?.files ?? []);
      define("progress", (it) => it.#shell?.uploader?.progress ?? atRest(0));
      define("media", (it) => it.#shell?.media ?? []);
      define("value", (it) =>
        /** @type {any} */ (it).media.map((/** @type {{ id: string }} */ { id }) => id),
      );
    }

    constructor() {
      super();
      this.#button.textContent = "Choose files";
      this.#button.part = "button choose";
      this.#button.setAttribute("aria-live", "assertive");
      this.#button.onclick = () => this.#pick();
      this.#root.append(this.#button);
      this.#setValidity();
      for (const type of transfers) {
        // In a closed shadow root, the document's event does not say where it happened.
        this.addEventListener(type, (event) => places.set(event, this));
      }
      for (const type of ["focusin", "pointerdown"]) {
        this.addEventListener(type, () => this.#load());
      }
      // What was set before the element was known here.
      for (const [name, value] of Object.entries(this)) {
        Reflect.deleteProperty(this, name);
        Reflect.set(this, name, value);
      }
    }

    connectedCallback() {
      this.#document = this.ownerDocument;
      this.#listen("addEventListener");
      IttybitUploaderElement.#observer?.observe(this);
      if (this.#shell) return this.#shell.connect();
      dress(this.#root);
      // A copy is in no state of its original's.
      for (const name of states) this.#own.setState(name, name === "empty");
    }

    disconnectedCallback() {
      this.#listen("removeEventListener");
      IttybitUploaderElement.#observer?.unobserve(this);
      // It may be on its way to another place.
      queueMicrotask(() => {
        if (!this.isConnected) this.#shell?.disconnect();
      });
    }

    adoptedCallback() {
      this.#shell?.adopted();
    }

    /**
     * Begins to listen to the document, or ends it. Not by a signal: with some versions of zone.js, one ends what
     * other elements listen to.
     *
     * @param {"addEventListener" | "removeEventListener"} change
     */
    #listen(change) {
      for (const type of transfers) native(this.#document, change)(type, this.#transfer);
    }

    /**
     * @param {string} name
     * @param {string | null} before
     * @param {string | null} now
     */
    attributeChangedCallback(name, before, now) {
      if (before === now) return;
      this.#setValidity();
      if (name === "lang") this.#shell?.speak();
      else if (name === "owner" && before) this.#shell?.disown();
      else this.#shell?.changed();
    }

    /** @param {HTMLFormElement | null} form */
    formAssociatedCallback(form) {
      this.#shell?.setForm(form);
    }

    formDisabledCallback() {
      this.#shell?.changed();
    }

    formResetCallback() {
      this.#shell?.clear();
    }

    /** @param {string} state */
    formStateRestoreCallback(state) {
      this.#load().then((shell) => shell.restore(state));
    }

    checkValidity() {
      return this.#internals.checkValidity?.() ?? true;
    }

    reportValidity() {
      return this.#internals.reportValidity?.() ?? true;
    }

    /** @param {string} message */
    setCustomValidity(message) {
      this.#own.validity = message;
      this.#setValidity();
      this.#shell?.changed();
    }

    /** What a form is told before there is a view. */
    #setValidity() {
      if (this.#shell) return;
      const { validity } = this.#own;
      const valueMissing = this.hasAttribute("required");
      const message = validity || "Choose a file.";
      this.#internals.setValidity?.(
        { valueMissing, customError: validity !== "" },
        message,
        this.#button,
      );
    }

    /** @param {Record<string, unknown>} options */
    #set(options) {
      Object.assign(this.#own.options, options);
      this.#shell?.changed();
    }

    /** @returns {Loading} */
    #load() {
      return loadFor(this, async () => {
        try {
          const { attach } = await load(this.getAttribute("base"));
          const shell = await attach(this, this.#internals, this.#root, this.#own);
          this.#shell = shell;
          shell.connect();
          return shell;
        } catch (error) {
          this.#fail();
          throw error;
        }
      });
    }

    /** Tells the person that the uploader could not be loaded. The button tries again. */
    #fail() {
      const { words, failure } = this.#own;
      const sentence = "The uploader couldn’t be loaded. Try again, or reload the page.";
      this.#button.textContent = failure || words["error-not-loaded"] || sentence;
      this.#button.onclick = () => this.#load();
    }

    /** The platform's picker, before there is a view that opens it. */
    #pick() {
      if (this.matches(":disabled")) return;
      const input = native(this.ownerDocument, "createElement")("input");
      input.type = "file";
      input.multiple = this.hasAttribute("multiple");
      input.accept = this.getAttribute("accept") ?? "";
      input.onchange = () => /** @type {any} */ (this).add(input.files);
      input.click();
    }

    /** Files that are dragged over the page, dropped or pasted. */
    #transfer = (/** @type {any} */ event) => {
      const { type, dataTransfer, clipboardData, relatedTarget } = event;
      const transfer = dataTransfer ?? clipboardData;
      // From one element to another within the page.
      if (!transfer || (type === "dragleave" && relatedTarget)) return;
      const isPaste = type === "paste";
      const { types } = transfer;
      const place = places.get(event);
      const isHere = place ? place === this : this.hasAttribute("drop-anywhere");
      const takes =
        isHere &&
        !event.defaultPrevented &&
        types.includes("Files") &&
        !(isPaste && isPictureOfText(transfer)) &&
        // What is pasted into an editor, or moved within it, belongs to the editor.
        !((isPaste || /text\//.test(types)) && isWritten(event)) &&
        !this.matches(":disabled");
      this.#own.setState("dragging", takes && type === "dragover");
      if (!takes) return;
      event.preventDefault();
      if (/drop|paste/.test(type)) /** @type {any} */ (this).add(transfer);
    };
  }

  customElements.define("ittybit-uploader", IttybitUploaderElement);
}
