// Writes messages and pictures into the places of the view, and creates the rows that have such places.

import { native } from "../../browser/js/native.js";
import row from "../row.html";
import unfinished from "../unfinished.html";
import { attempt, report } from "./fault.js";

/**
 * @typedef {import("../../package/index.d.ts").UploadFile} UploadFile
 */

/** How long a row must be visible before its picture is made, in ms. Rows that scroll past need none. */
const glance = 100;

/**
 * Creates an element from HTML that the build has parsed. Doesn't use `innerHTML`, which pages with trusted types
 * forbid.
 *
 * @param {import("*.html").Tree} tree
 * @returns {Element}
 */
export function build([name, attributes, ...children]) {
  const kind = /^(svg|path)$/.test(name) ? "2000/svg" : "1999/xhtml";
  const element = native(document, "createElementNS")(`http://www.w3.org/${kind}`, name);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.map(build));
  return element;
}

/** @param {import("./shell.js").Inside} inside */
export function createWriter({ host, sentences, picture }) {
  /**
   * Shows the progress of a subject in a progress bar.
   *
   * @param {HTMLElement} bar
   * @param {string} label
   * @param {any} subject
   */
  function fill(bar, label, subject) {
    const { percentage } = subject.progress;
    bar.style.setProperty("--progress", `${percentage / 100}`);
    bar.setAttribute("aria-label", label);
    bar.setAttribute("aria-valuenow", `${Math.floor(percentage)}`);
    bar.setAttribute("aria-valuetext", sentences.say("progress-text", subject));
  }

  /**
   * @param {UploadFile} file
   * @param {Element} place
   */
  async function showPicture(file, place) {
    place.textContent = sentences.words.kind(file);
    await new Promise((resolve) => setTimeout(resolve, glance));
    const mayHave = file.file && /^(image|video|$)/.test(file.type);
    if (!mayHave || !place.isConnected) return;
    // The module that makes pictures may not load. Then the row keeps the kind of the file.
    const canvas = await picture(file).catch(() => undefined);
    if (!canvas) return;
    canvas.part = "picture";
    place.replaceChildren(canvas);
  }

  return {
    /**
     * Creates a row of the list, or a line for an unfinished upload. Copies the page's own template if there is one.
     *
     * @param {"row" | "unfinished"} name
     */
    make(name) {
      const own = host.querySelector(`:scope>template[slot=${name}]`);
      const [tree] = name === "row" ? row : unfinished;
      return own?.content.firstElementChild?.cloneNode(true) ?? build(tree);
    },

    /**
     * Writes the message with the key `key` into a place. Hides the place if there is no message.
     *
     * @param {HTMLElement} element
     * @param {string} key
     * @param {any} subject the file or files that the message is about
     * @param {number} count
     */
    write(element, key, subject, count) {
      attempt(() => {
        const text = key && sentences.say(key, subject, count);
        const slot = element.querySelector("slot");
        element.hidden = !text && !slot?.assignedNodes().length;
        // Only buttons have this property.
        /** @type {any} */ (element).disabled = host.matches(":disabled");
        const place = slot?.firstElementChild ?? element;
        if (!text) return;
        if (element.getAttribute("role") === "progressbar") fill(element, text, subject);
        else if (place.firstElementChild) {
          // The button has an icon.
          element.setAttribute("aria-label", text);
          element.title = text;
        } else if (place.textContent !== text) place.textContent = text;
      });
    },

    /**
     * Shows the kind of a file, and later a picture of it if one can be made.
     *
     * @param {UploadFile} file
     * @param {Element} place
     */
    thumbnail(file, place) {
      showPicture(file, place).catch(report);
    },
  };
}
