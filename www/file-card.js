// A card that shows a file's progress and the actions for it. Sets text from people, servers and file
// names as text, never as HTML.

import { amount, bytes, copy, element, label, part, phases, time, unbroken } from "./page.js";

/** @typedef {import("/dist/index.js").Uploader} Uploader */
/** @typedef {import("/dist/index.js").UploadFile} UploadFile */

/**
 * The names of states. For an active file, the phase is shown instead.
 *
 * @type {{ [state: string]: string }}
 */
const states = {
  added: "Waiting for its turn.",
  paused: "Paused.",
  done: "Done.",
  failed: "Failed.",
  cancelled: "Cancelled.",
};

/** @param {UploadFile} file */
const isOver = ({ state }) => state === "failed" || state === "cancelled";

/** The card of a file. */
export class Card {
  #root = copy("file-card");
  #toggle = part(this.#root, ".toggle");
  #end = part(this.#root, ".end");
  #bar = part(this.#root, ".bar");
  #note = part(this.#root, ".note");
  /** When the note can be replaced, in the time of `performance.now()`. */
  #noteEnds = Infinity;

  /**
   * @param {Uploader} uploader
   * @param {UploadFile} file
   */
  constructor(uploader, file) {
    this.file = file;
    part(this.#root, "bdi").textContent = file.name;
    part(this.#root, ".kind").textContent = `${file.type || "Unknown type"}, ${bytes(file.size)}`;
    this.#bar.setAttribute("aria-label", `Progress of ${file.name}`);
    this.#toggle.addEventListener("click", () => {
      if (file.state === "paused") uploader.resume(file.id);
      else if (isOver(file)) uploader.retry(file.id);
      else uploader.pause(file.id);
    });
    this.#end.addEventListener("click", () => {
      if (isOver(file) || file.state === "done") uploader.remove(file.id);
      else uploader.cancel(file.id);
    });
    element("files", HTMLElement).append(this.#root);
    this.draw();
  }

  draw() {
    const { state, name } = this.file;
    // The host keeps nothing of a cancelled file.
    const progress =
      state === "cancelled"
        ? { ...this.file.progress, loaded: 0, percentage: 0 }
        : this.file.progress;
    const { phase, percentage, speed, eta } = progress;
    if (phase !== "waiting" && performance.now() > this.#noteEnds) this.note("");
    Object.assign(this.#root.dataset, { state, phase });
    part(this.#root, ".status").textContent =
      states[state] ?? (phase === "waiting" ? "Waiting…" : phases[phase]) ?? "Working…";
    part(this.#root, ".percent").textContent = `${Math.floor(percentage)}%`;
    this.#bar.setAttribute("value", String(percentage));
    this.#bar.setAttribute("aria-valuetext", `${Math.floor(percentage)}%, ${amount(progress)}`);
    const facts = [amount(progress)];
    if (phase === "uploading" && state === "active") {
      if (speed > 0) facts.push(`${bytes(speed, { digits: 1 })}/s`);
      if (eta !== null) facts.push(`${time(eta)} left`);
    }
    part(this.#root, ".rate").replaceChildren(...unbroken(facts));
    this.#toggle.hidden = state === "done";
    label(
      this.#toggle,
      state === "paused" ? "Resume" : isOver(this.file) ? "Try again" : "Pause",
      name,
    );
    label(this.#end, isOver(this.file) || state === "done" ? "Remove" : "Cancel", name);
  }

  /**
   * @param {string} words
   * @param {number} [duration] how long to keep the note, in ms
   */
  note(words, duration = Infinity) {
    this.#note.textContent = words;
    this.#noteEnds = performance.now() + Math.max(duration, 1500);
    this.draw();
  }

  /** @param {import("/dist/index.js").Media} media */
  finish(media) {
    const wasFocused = document.activeElement === this.#toggle;
    this.note(`Media object ${media.id}`);
    const url = String(media.url);
    if (/^https?:/.test(url)) {
      const link = Object.assign(document.createElement("a"), { href: url, target: "_blank" });
      link.className = "open";
      label(link, "Open", `the stored ${this.file.name}`);
      this.#toggle.after(link);
    }
    if (wasFocused) this.#end.focus();
  }

  focus() {
    this.#toggle.focus();
  }

  leave() {
    // Moves the focus to the file input.
    if (this.#root.contains(document.activeElement)) element("file", HTMLInputElement).focus();
    this.#root.remove();
  }
}
