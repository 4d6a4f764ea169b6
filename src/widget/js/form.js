// Reports the element's state to the page: the value and validity for its form, the states for its styles, and
// whether leaving the page would lose something.

import { native } from "../../browser/js/native.js";
import { toJson } from "../../browser/js/objects.js";
import { attempt } from "./fault.js";

/** @typedef {import("./queue.js").Listed} Listed */

/** @param {import("./shell.js").Inside} inside */
export function createForm({ host, internals, own, root, sentences, tell }) {
  /** @type {HTMLFormElement | null} */
  let form = null;
  /** The button that submitted the form while it was held back. @type {HTMLElement | null} */
  let submitter = null;
  const submit = (/** @type {Event} */ event) => tell("submit", event);
  const leave = (/** @type {Event} */ event) => event.preventDefault();

  return {
    /**
     * Sets the form to which the element belongs, and listens to its submission.
     *
     * @param {HTMLFormElement | null} next
     */
    set(next) {
      if (form) native(form, "removeEventListener")("submit", submit, true);
      form = next;
      if (form) native(form, "addEventListener")("submit", submit, true);
    },

    /**
     * @param {string} name
     * @param {boolean} isOn
     */
    setState(name, isOn) {
      attempt(() => own.setState(name, isOn));
    },

    /**
     * Sets the value that the form sends, and the state from which the browser restores the element when the person
     * comes back.
     *
     * @param {Listed[]} files the stored files
     */
    setValue(files) {
      attempt(() => {
        const data = new FormData();
        const { name, valueType } = host;
        for (const { media } of files) {
          data.append(name, valueType === "media" ? toJson(media) : `${media?.id}`);
        }
        const kept = files.map(({ name, size, type, media }) => ({ name, size, type, media }));
        internals.setFormValue?.(name && files.length > 0 ? data : null, toJson(kept));
      });
    },

    /**
     * Sets the validity. The page's own message (`setCustomValidity`) comes first.
     *
     * @param {string} flag the flag to set; empty if the form may be submitted
     * @param {string} key of the message
     * @param {number} count
     */
    setValidity(flag, key, count) {
      attempt(() => {
        const message = own.validity || sentences.say(key, undefined, count);
        const flags = { [flag]: flag !== "", ...(own.validity && { customError: true }) };
        const anchor = /** @type {HTMLElement | null} */ (
          root.querySelector("[data-field=choose]")
        );
        internals.setValidity?.(flags, message || undefined, anchor ?? undefined);
      });
    },

    /**
     * Prevents the submission of the form. The page's own listeners don't get the event.
     *
     * @param {SubmitEvent} event
     */
    hold(event) {
      event.preventDefault();
      event.stopImmediatePropagation();
      submitter = event.submitter;
    },

    /** Submits the form that was held back. */
    release() {
      attempt(() => form && native(form, "requestSubmit")(submitter));
    },

    /**
     * Makes the browser ask before the person leaves the page. Listens only while that is needed, because browsers
     * don't cache pages that listen.
     *
     * @param {boolean} asks
     */
    setLeaving(asks) {
      (asks ? addEventListener : removeEventListener)("beforeunload", leave);
    },
  };
}
