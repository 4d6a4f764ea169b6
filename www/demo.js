// What both pages do: upload the file that is picked or dropped, show how far it is, and show the
// media object, or why there is none. How the uploader got onto the page is not its business.

/** @typedef {typeof import("/dist/index.js").upload} Upload */
/** @typedef {import("/dist/index.js").Progress} Progress */

/**
 * What a phase is called. One that is newer than this page is "Working…".
 *
 * @type {{ [phase: string]: string }}
 */
const phases = {
  preparing: "Getting ready…",
  uploading: "Uploading…",
  processing: "Sent. The host is storing it…",
  paused: "Paused.",
  done: "Done. The media object is here.",
};

/**
 * Brings the page to life.
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
  /** Why there is another attempt, and when. */
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
      // The page already shows the file that took this one's place.
      if (signal !== controller.signal) return;
      rate.textContent = sent;
      if (signal.aborted) {
        say("Cancelled.");
        enter("cancelled");
      } else {
        say("Failed.");
        error.textContent = reason instanceof Error ? reason.message : String(reason);
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
   * A live region speaks whenever it is written to, so it is written to only for news.
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
    // A keyboard goes on from the button that took the hidden one's place.
    if (focused === cancel || focused === retry) {
      [cancel, retry, input].find((control) => !control.hidden)?.focus({ preventScroll: true });
    }
  }

  input.addEventListener("change", () => {
    const chosen = input.files?.[0];
    if (chosen) start(chosen);
  });
  // Otherwise picking the same file again would be no change.
  input.addEventListener("click", () => {
    input.value = "";
  });
  cancel.addEventListener("click", () => controller.abort());
  retry.addEventListener("click", () => {
    if (file) start(file);
  });

  // The whole page takes a file: dropped beside the card, it would replace the page.
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
    const dropped = event.dataTransfer?.files[0];
    if (!dropped) return;
    event.preventDefault();
    start(dropped);
  });
}

/**
 * When the next attempt is.
 *
 * @param {number} delay ms
 */
function next(delay) {
  if (!navigator.onLine) return "It goes on when the connection is back.";
  return delay < 1000 ? "Trying again…" : `Trying again in ${time(delay / 1000)}…`;
}

/**
 * What can be seen or heard of a file; nothing where the browser cannot show it.
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

/** @param {Progress} progress */
function amount({ loaded, total }) {
  if (loaded === 0 || loaded === total) return bytes(total);
  return `${bytes(loaded, { scale: total, digits: 1 })} of ${bytes(total)}`;
}

/**
 * 12400000 → "12.4 MB". A megabyte is 1,000,000 bytes.
 *
 * @param {number} count
 * @param {object} [options]
 * @param {number} [options.scale] the number whose unit to use, so that two can be compared
 * @param {number} [options.digits] after the point, at least: a text that counts keeps its width
 */
function bytes(count, { scale = count, digits = 0 } = {}) {
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
function time(seconds) {
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
 * The texts as one line, which breaks between them and not in them.
 *
 * @param {string[]} texts
 */
function unbroken(texts) {
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
function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`This page has no ${type.name} "${id}".`);
  return found;
}
