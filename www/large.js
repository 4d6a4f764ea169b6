// The page for large files: a card for each file, and the unfinished uploads of earlier visits.

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

// An app has one uploader, and its backend chooses the protocol. The demo has an uploader for each
// protocol, with props for the demo's backend and its own endpoint, so that an unfinished upload
// continues with its protocol.
const uploaders = new Map(
  ["", "multipart", "resumable"].map((protocol) => {
    const [endpoint, props] = protocol
      ? [`/api/uploads?by=${protocol}`, { protocol }]
      : ["/api/uploads", {}];
    // The demo has a single owner. An app sets the user who has signed in.
    const owner = "visitor";
    return [protocol, listenTo(new Uploader({ endpoint, owner, props, autoProceed: true }))];
  }),
);

/**
 * Announces starts, ends and errors to screen readers.
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
    cards.get(file)?.note(from > 0 ? `Resumed from ${stored}.` : "Restarted: nothing was stored.");
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

/** Lists the unfinished uploads of earlier visits. */
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
    if (canOpen) label(goOn, "Resume", left.name);
    else label(goOn, "Choose file again", left.name);
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
      // A file that the browser opens by itself may have changed. Then the upload starts anew.
      const change = difference(/** @type {File} */ (file.file), left);
      if (change) {
        left.forget();
        cards.get(file)?.note(`${change} It is sent from the start.`);
      }
      dropRow(row);
      cards.get(file)?.focus();
    } catch (reason) {
      // The file was removed, or opening it was not allowed.
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
  label(forget, "Discard", left.name);
  offer();
  rows.append(row);
}

/** Removes the rows of uploads that were resumed by choosing their files again. */
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
 * Returns why a file is not the one of an unfinished upload. Empty if it seems to be.
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
 * Adds chosen or dropped files, which start automatically.
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

// With a file handle, a click is enough to resume after a reload.
const { showOpenFilePicker } = /** @type {any} */ (window);
input.addEventListener("click", (event) => {
  input.value = "";
  if (!showOpenFilePicker) return;
  event.preventDefault();
  // Closing the picker is not an error.
  showOpenFilePicker({ multiple: true }).then(add, () => {});
});
input.addEventListener("change", () => {
  if (input.files) add(input.files);
});

takeDrops(form, add);

showUnfinished();
