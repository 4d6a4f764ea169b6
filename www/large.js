// The page for large files: a card for each, and what an earlier visit has left unfinished.

import { Uploader } from "/dist/index.js";
import { Card } from "./file-card.js";
import { bytes, copy, element, label, next, part, takeDrops, words } from "./page.js";

/** @typedef {import("/dist/index.js").UploadFile} UploadFile */
/** @typedef {import("/dist/index.js").Recoverable} Recoverable */

const form = element("upload", HTMLFormElement);
const input = element("file", HTMLInputElement);
const error = element("error", HTMLElement);
const unfinished = element("unfinished", HTMLElement);
const rows = /** @type {HTMLElement} */ (unfinished.querySelector("ul"));
const news = element("news", HTMLElement);

/** @type {Map<UploadFile, Card>} */
const cards = new Map();

// An app has one uploader and leaves the way to its backend. Here there is one for each way: with
// the props that tell the demo's backend, and an address of its own, so that what is left unfinished
// goes on in the way in which it was begun.
const uploaders = new Map(
  ["", "multipart", "resumable"].map((protocol) => {
    const [endpoint, props] = protocol
      ? [`/api/uploads?by=${protocol}`, { protocol }]
      : ["/api/uploads", {}];
    // Here everybody is one person; an app says who has signed in.
    const owner = "visitor";
    return [protocol, listenTo(new Uploader({ endpoint, owner, props, autoProceed: true }))];
  }),
);

/**
 * Said to who does not see the page: starts, ends and failures only.
 *
 * @param {string} text
 */
function say(text) {
  news.textContent = text;
}

/** @param {Uploader} uploader */
function listenTo(uploader) {
  uploader.addEventListener("file-added", ({ detail: { file } }) => {
    cards.set(file, new Card(uploader, file));
    form.dataset.state = "busy";
  });
  uploader.addEventListener("file-removed", ({ detail: { file } }) => {
    cards.get(file)?.leave();
    cards.delete(file);
    if (cards.size === 0) form.dataset.state = "idle";
  });
  uploader.addEventListener("upload-start", ({ detail: { file } }) => {
    cards.get(file)?.draw();
    say(`${file.name} is on its way.`);
  });
  uploader.addEventListener("upload-progress", ({ detail: { file } }) => cards.get(file)?.draw());
  uploader.addEventListener("upload-pause", ({ detail: { file } }) => cards.get(file)?.note(""));
  uploader.addEventListener("upload-cancel", ({ detail: { file } }) => cards.get(file)?.note(""));
  uploader.addEventListener("upload-resume", ({ detail: { file, from } }) => {
    const stored = bytes(from, { scale: file.size });
    cards
      .get(file)
      ?.note(from > 0 ? `Goes on from ${stored}.` : "Begins again: nothing was stored.");
    dropRows();
  });
  uploader.addEventListener("upload-retry", ({ detail: { file, delay, error } }) =>
    cards.get(file)?.note(`${error.message} ${next(delay)}`, delay),
  );
  uploader.addEventListener("upload-error", ({ detail: { file, error } }) => {
    cards.get(file)?.note(error.message);
    say(`${file.name} failed. ${error.message}`);
  });
  uploader.addEventListener("upload-success", ({ detail: { file, media } }) => {
    cards.get(file)?.finish(media);
    say(`${file.name} is stored.`);
  });
  return uploader;
}

/** Lists what earlier visits have left unfinished. */
async function showUnfinished() {
  for (const uploader of uploaders.values()) {
    for (const left of await uploader.recover()) addRow(left);
  }
  unfinished.hidden = rows.childElementCount === 0;
}

/** @param {Recoverable} left */
function addRow(left) {
  const row = copy("unfinished-row");
  const goOn = part(row, ".go-on");
  const forget = part(row, ".forget");
  let canOpen = left.hasHandle;
  row.id = left.id;
  part(row, "bdi").textContent = left.name;
  const loaded = bytes(left.loaded, { scale: left.size });
  part(row, ".kind").textContent = `${loaded} of ${bytes(left.size)} sent`;

  const offer = (problem = "") => {
    if (canOpen) label(goOn, "Go on", `with ${left.name}`);
    else label(goOn, "Pick it again", left.name);
    part(row, ".note").textContent = problem;
    part(row, ".note").hidden = !problem;
    say(problem);
  };
  /** @param {File} [picked] */
  const resume = async (picked) => {
    const problem = picked && difference(picked, left);
    if (problem) {
      offer(`${problem} Nothing was sent. To upload it as a new file, choose it above.`);
      return;
    }
    try {
      const file = await left.resume(picked);
      // One that the browser opens by itself may have changed meanwhile; then it starts afresh.
      const change = difference(/** @type {File} */ (file.file), left);
      if (change) {
        left.forget();
        cards.get(file)?.note(`${change} It is sent from the start.`);
      }
      dropRow(row);
      cards.get(file)?.focus();
    } catch (reason) {
      // It is gone, or may not be opened.
      canOpen = false;
      offer(`${left.name} could not be opened. ${words(reason)}`);
    }
  };
  goOn.addEventListener("click", () => {
    if (canOpen) {
      resume();
      return;
    }
    const picker = Object.assign(document.createElement("input"), { type: "file" });
    picker.addEventListener("change", () => resume(picker.files?.[0]));
    picker.click();
  });
  forget.addEventListener("click", () => {
    left.forget();
    dropRow(row);
    input.focus();
  });
  label(forget, "Forget", left.name);
  offer();
  rows.append(row);
}

/** Those go that are under way again, because their file was chosen again. */
async function dropRows() {
  const all = await Promise.all([...uploaders.values()].map((uploader) => uploader.recover()));
  const ids = new Set(all.flat().map(({ id }) => id));
  for (const row of [...rows.children]) if (!ids.has(row.id)) dropRow(row);
}

/** @param {Element} row */
function dropRow(row) {
  row.remove();
  unfinished.hidden = rows.childElementCount === 0;
}

/**
 * Why a file is not the one that was left unfinished; empty where it seems to be.
 *
 * @param {File} file
 * @param {Recoverable} left
 */
function difference(file, left) {
  if (file.name !== left.name) return `${file.name} is another file than ${left.name}.`;
  if (file.size !== left.size) {
    return `This ${file.name} is another: it has ${bytes(file.size)}, not ${bytes(left.size)}.`;
  }
  return file.lastModified === left.lastModified ? "" : `${file.name} was changed since.`;
}

/**
 * Adds what was chosen or dropped; each file starts by itself.
 *
 * @param {Parameters<Uploader["add"]>[0]} files
 */
async function add(files) {
  error.hidden = true;
  try {
    const way = String(new FormData(form).get("way"));
    await uploaders.get(way)?.add(files);
  } catch (reason) {
    error.textContent = words(reason);
    error.hidden = false;
  }
}

// With a handle of the file, a click is enough to go on after a reload.
const { showOpenFilePicker } = /** @type {any} */ (window);
input.addEventListener("click", (event) => {
  input.value = "";
  if (!showOpenFilePicker) return;
  event.preventDefault();
  // Picking nothing is no mistake.
  showOpenFilePicker({ multiple: true }).then(add, () => {});
});
input.addEventListener("change", () => {
  if (input.files) add(input.files);
});

takeDrops(form, add);

showUnfinished();
