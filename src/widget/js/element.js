// The element as a page first loads it: attributes, properties, methods, and form association. Loads the
// view and the uploader when the element comes near the screen, is used, or gets a file. Calls that come
// earlier wait for that.

import { native } from "../../browser/js/native.js";
import { styling } from "../../browser/js/style.js";
import { atRest } from "../../package/at-rest.js";
import { forward, loadFor } from "../../package/forward.js";
import { attributes, camelCase, flags, objects } from "../../package/names.js";

const states = "empty dragging uploading paused done failed".split(" ");

/** The element on which a drag, drop or paste event happened. @type {WeakMap<Event, HTMLElement>} */
const transferTargets = new WeakMap();

const transferEvents = "dragover dragleave drop paste".split(" ");

/**
 * Returns whether an event happens inside an editor, in any shadow root. A focused custom element with a
 * closed shadow root may be an editor, so it counts as one.
 *
 * @param {Event} event
 */
function isInEditor(event) {
  const path = /** @type {any[]} */ (event.composedPath());
  const [target] = path;
  return (
    path.some((node) => node.matches?.(":read-write,[role=textbox]")) ||
    (/-/.test(target.localName) && !target.shadowRoot && target.matches(":focus-within"))
  );
}

/**
 * Returns whether pasted data is text. Office programs add a picture of it, which is not wanted. A copied
 * picture has markup but no text, and a copied file may have its name as text but no markup.
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

/** @typedef {Promise<import("./shell.js").Shell>} Loading */

/**
 * The private state that an element shares with its view. `failure` is the message for a person if the
 * uploader could not be loaded. It is set if only the wasm failed to load.
 *
 * @typedef {{
 *   options: Record<string, unknown>,
 *   words: Record<string, any>,
 *   validity: string,
 *   failure?: string,
 *   setState: (name: string, isOn: boolean) => void,
 * }} Own
 */

/** @param {(base: string | null) => Promise<Pick<import("../../package/whole.js").Whole, "attach">>} load */
export function define(load) {
  const { customElements } = globalThis;
  if (!customElements || customElements.get("ittybit-uploader")) return;

  const applyStyle = styling(":host{display:block;min-block-size:11rem}");

  class IttybitUploaderElement extends HTMLElement {
    static formAssociated = true;
    static observedAttributes = [...attributes, "lang", "aria-label"];
    // The DOMs in which apps run their tests lack some of these. Without an IntersectionObserver, the
    // element loads when it is used.
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
    /** The document whose drag, drop and paste events the element listens to. */
    #document = /** @type {any} */ (undefined);
    /** @type {import("./shell.js").Shell | undefined} */
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
          // Chrome before 125 accepts only names with dashes. The attribute shows the state too.
        }
      },
    };

    static {
      const { prototype } = IttybitUploaderElement;
      forward(prototype, (element) => element.#shell ?? element.#load());
      const { remove } = /** @type {any} */ (prototype);
      // Without an id, removes the element itself, as `Element.remove()` does.
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
      for (const type of transferEvents) {
        // The document's event does not tell its target if that is in a closed shadow root.
        this.addEventListener(type, (event) => transferTargets.set(event, this));
      }
      for (const type of ["focusin", "pointerdown"]) {
        this.addEventListener(type, () => this.#load());
      }
      // Sets the properties again that were assigned before the element was defined.
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
      applyStyle(this.#root);
      // A cloned element must not keep the states of the original.
      for (const name of states) this.#own.setState(name, name === "empty");
    }

    disconnectedCallback() {
      this.#listen("removeEventListener");
      IttybitUploaderElement.#observer?.unobserve(this);
      // The element may only be moving to another place.
      queueMicrotask(() => {
        if (!this.isConnected) this.#shell?.disconnect();
      });
    }

    adoptedCallback() {
      this.#shell?.adopted();
    }

    /**
     * Adds or removes the listeners on the document. Doesn't use an AbortSignal, because with some versions of
     * zone.js it also removes the listeners of other elements.
     *
     * @param {"addEventListener" | "removeEventListener"} change
     */
    #listen(change) {
      for (const type of transferEvents) native(this.#document, change)(type, this.#transfer);
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

    /** Sets the form validity while there is no view. */
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

    /** Shows that the uploader could not be loaded. The button tries again. */
    #fail() {
      const { words, failure } = this.#own;
      const sentence = "The uploader couldn’t be loaded. Try again, or reload the page.";
      this.#button.textContent = failure || words["error-not-loaded"] || sentence;
      this.#button.onclick = () => this.#load();
    }

    /** Opens the platform's file picker while there is no view. */
    #pick() {
      if (this.matches(":disabled")) return;
      const input = native(this.ownerDocument, "createElement")("input");
      input.type = "file";
      input.multiple = this.hasAttribute("multiple");
      input.accept = this.getAttribute("accept") ?? "";
      input.onchange = () => /** @type {any} */ (this).add(input.files);
      input.click();
    }

    /** Handles drag, drop and paste events. */
    #transfer = (/** @type {any} */ event) => {
      const { type, dataTransfer, clipboardData, relatedTarget } = event;
      const transfer = dataTransfer ?? clipboardData;
      // The pointer has only moved to another element of the page.
      if (!transfer || (type === "dragleave" && relatedTarget)) return;
      const isPaste = type === "paste";
      const { types } = transfer;
      const place = transferTargets.get(event);
      const isHere = place ? place === this : this.hasAttribute("drop-anywhere");
      const takes =
        isHere &&
        !event.defaultPrevented &&
        types.includes("Files") &&
        !(isPaste && isPictureOfText(transfer)) &&
        // The editor handles what is pasted into it or dragged within it.
        !((isPaste || /text\//.test(types)) && isInEditor(event)) &&
        !this.matches(":disabled");
      this.#own.setState("dragging", takes && type === "dragover");
      if (!takes) return;
      event.preventDefault();
      if (/drop|paste/.test(type)) /** @type {any} */ (this).add(transfer);
    };
  }

  customElements.define("ittybit-uploader", IttybitUploaderElement);
}
