// Functions that the pages share: texts for phases, bytes and seconds, and access to elements.

/** @typedef {import("/dist/index.js").Progress} Progress */

/**
 * The names of phases. A phase that this page doesn't know is "Working…".
 *
 * @type {{ [phase: string]: string }}
 */
export const phases = {
  preparing: "Getting ready…",
  uploading: "Uploading…",
  processing: "Sent. The host is storing it…",
  paused: "Paused.",
  done: "Done. The media object is here.",
};

/**
 * Returns a text that says when the next attempt begins.
 *
 * @param {number} delay ms
 */
export function next(delay) {
  if (!navigator.onLine) return "Resumes when the connection is back.";
  return delay < 1000 ? "Trying again…" : `Trying again in ${time(delay / 1000)}…`;
}

/** @param {Progress} progress */
export function amount({ loaded, total }) {
  if (loaded === 0 || loaded === total) return bytes(total);
  return `${bytes(loaded, { scale: total, digits: 1 })} of ${bytes(total)}`;
}

/**
 * 12400000 → "12.4 MB". A megabyte is 1,000,000 bytes.
 *
 * @param {number} count
 * @param {object} [options]
 * @param {number} [options.scale] the number whose unit to use, so that two can be compared
 * @param {number} [options.digits] the fewest digits after the point, so that a changing text keeps its width
 */
export function bytes(count, { scale = count, digits = 0 } = {}) {
  const power = Math.min(Math.floor(Math.log10(Math.max(scale, 1)) / 3), 4);
  const unit = ["kilobyte", "megabyte", "gigabyte", "terabyte"][power - 1];
  if (!unit) return quantity(Math.round(count), { unit: "byte", unitDisplay: "long" });
  return quantity(count / 1000 ** power, {
    unit,
    minimumFractionDigits: digits,
    maximumFractionDigits: 1,
  });
}

/**
 * 6.2 → "7 seconds".
 *
 * @param {number} seconds
 */
export function time(seconds) {
  const [size, unit] =
    seconds < 90 ? [1, "second"] : seconds < 5400 ? [60, "minute"] : [3600, "hour"];
  return quantity(Math.ceil(seconds / size), { unit, unitDisplay: "long" });
}

/**
 * @param {number} number
 * @param {Intl.NumberFormatOptions} options
 */
function quantity(number, options) {
  return new Intl.NumberFormat("en", { style: "unit", ...options }).format(number);
}

/**
 * Joins texts into a line that can only break between them.
 *
 * @param {string[]} texts
 */
export function unbroken(texts) {
  return texts.flatMap((text, index) => {
    const span = document.createElement("span");
    const isLast = index === texts.length - 1;
    span.textContent = isLast ? text : `${text} ·`;
    return isLast ? [span] : [span, " "];
  });
}

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 */
export function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`This page has no ${type.name} "${id}".`);
  return found;
}

/**
 * Returns a copy of the element in a template.
 *
 * @param {string} id
 */
export function copy(id) {
  const content = document.importNode(element(id, HTMLTemplateElement).content, true);
  return /** @type {HTMLElement} */ (content.firstElementChild);
}

/**
 * @param {Element} root
 * @param {string} selector
 */
export function part(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`There is no "${selector}".`);
  return found;
}

/**
 * Labels a button. Shows the text `seen`, and adds `heard` to its accessible name.
 *
 * @param {HTMLElement} button
 * @param {string} seen
 * @param {string} [heard]
 */
export function label(button, seen, heard = "") {
  const rest = document.createElement("span");
  rest.className = "unseen";
  rest.textContent = heard && ` ${heard}`;
  if (button.textContent !== seen + rest.textContent) button.replaceChildren(seen, rest);
}

/** @param {unknown} reason */
export const words = (reason) => (reason instanceof Error ? reason.message : String(reason));

/**
 * Accepts dropped files on the whole page, because a file that is dropped beside the form would replace
 * the page.
 *
 * @param {HTMLElement} form shows that files can be dropped
 * @param {(dropped: DataTransfer) => void} take
 */
export function takeDrops(form, take) {
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) form.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    form.classList.remove("over");
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    take(event.dataTransfer);
  });
}
