// The script of the pages for one file: uploads the file that is picked or dropped, and shows its
// progress and the media object or the error. Doesn't know how the page has loaded the uploader.

import { amount, bytes, element, next, phases, takeDrops, time, unbroken, words } from "./page.js";

/** @typedef {typeof import("/dist/index.js").upload} Upload */
/** @typedef {import("/dist/index.js").Progress} Progress */

/**
 * Connects the page to the uploader.
 *
 * @param {Upload} upload
 */
export function demo(upload) {
  const form = element("upload", HTMLFormElement);
  const input = element("file", HTMLInputElement);
  const name = element("name", HTMLElement);
  const status = element("status", HTMLElement);
  const cancel = element("cancel", HTMLButtonElement);
  const retry = element("retry", HTMLButtonElement);
  const bar = element("bar", HTMLProgressElement);
  const rate = element("rate", HTMLElement);
  const percent = element("percent", HTMLElement);
  const error = element("error", HTMLElement);
  const result = element("result", HTMLElement);
  const output = element("media", HTMLOutputElement);

  let controller = new AbortController();
  /** @type {File | undefined} */
  let file;
  let previewUrl = "";
  /** Why and when the upload will be retried. */
  let waiting = "";
  let sent = "";

  /** @param {File} chosen */
  async function start(chosen) {
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    file = chosen;
    name.textContent = chosen.name;
    error.hidden = true;
    result.hidden = true;
    output.replaceChildren();
    URL.revokeObjectURL(previewUrl);
    show({
      phase: "preparing",
      loaded: 0,
      total: chosen.size,
      percentage: 0,
      speed: 0,
      eta: null,
      attempt: 1,
    });
    enter("busy");

    try {
      const media = await upload(chosen, {
        endpoint: "/api/uploads",
        signal,
        onProgress: show,
        onRetry: ({ delay, error }) => {
          waiting = `${error.message} ${next(delay)}`;
        },
      });
      const json = document.createElement("pre");
      json.textContent = JSON.stringify(media, null, 2);
      previewUrl = URL.createObjectURL(chosen);
      output.replaceChildren(...preview(chosen, previewUrl), json);
      result.hidden = false;
      enter("done");
    } catch (reason) {
      // The page already shows another file.
      if (signal !== controller.signal) return;
      rate.textContent = sent;
      if (signal.aborted) {
        say("Cancelled.");
        enter("cancelled");
      } else {
        say("Failed.");
        error.textContent = words(reason);
        error.hidden = false;
        enter("failed");
      }
    }
  }

  /** @param {Progress} progress */
  function show(progress) {
    const { phase, percentage, speed, eta, attempt } = progress;
    if (phase === "waiting") say(waiting);
    else {
      const words = phases[phase] ?? "Working…";
      say(attempt > 1 && phase !== "done" ? `${words} Attempt ${attempt}.` : words);
    }
    form.dataset.phase = phase;
    bar.value = percentage;
    percent.textContent = `${Math.floor(percentage)}%`;
    sent = amount(progress);
    const parts = [sent];
    if (phase === "uploading") {
      if (speed > 0) parts.push(`${bytes(speed, { digits: 1 })}/s`);
      if (eta !== null) parts.push(`${time(eta)} left`);
    }
    rate.replaceChildren(...unbroken(parts));
  }

  /**
   * Announces a text. A screen reader reads a live region whenever it changes, so this must only be
   * called for something new.
   *
   * @param {string} words
   */
  function say(words) {
    if (status.textContent !== words) status.textContent = words;
  }

  /** @param {"busy" | "done" | "failed" | "cancelled"} state */
  function enter(state) {
    form.dataset.state = state;
    const focused = document.activeElement;
    cancel.hidden = state !== "busy";
    retry.hidden = state !== "failed" && state !== "cancelled";
    // Moves the focus to the button that has replaced the hidden one.
    if (focused === cancel || focused === retry) {
      [cancel, retry, input].find((control) => !control.hidden)?.focus({ preventScroll: true });
    }
  }

  input.addEventListener("change", () => {
    const chosen = input.files?.[0];
    if (chosen) start(chosen);
  });
  // Otherwise picking the same file again would dispatch no `change`.
  input.addEventListener("click", () => {
    input.value = "";
  });
  cancel.addEventListener("click", () => controller.abort());
  retry.addEventListener("click", () => {
    if (file) start(file);
  });

  takeDrops(form, ({ files: [dropped] }) => {
    if (dropped) start(dropped);
  });
}

/**
 * Returns an element that shows or plays a file. Returns nothing if the browser can't.
 *
 * @param {File} file
 * @param {string} url
 */
function preview({ name, type }, url) {
  const shown = viewer(type);
  if (!shown) return [];
  shown.id = "preview";
  shown.src = url;
  if (shown instanceof HTMLImageElement) shown.alt = `Preview of ${name}`;
  else shown.controls = true;
  shown.addEventListener("error", () => shown.remove());
  return [shown];
}

/** @param {string} type */
function viewer(type) {
  switch (type.split("/", 1)[0]) {
    case "image":
      return new Image();
    case "video":
      return document.createElement("video");
    case "audio":
      return new Audio();
    default:
      return undefined;
  }
}
