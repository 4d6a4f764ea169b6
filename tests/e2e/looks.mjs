// The element in each of its states, drawn the same on every machine: with its own fonts, without
// animation, and with fixed numbers.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { chromium } from "playwright-core";

import { remembered } from "./large.mjs";
import { chromiumOptions, planFaults } from "./support.mjs";

const require = createRequire(import.meta.url);

/** In CSS pixels: a column of a page, and a small phone. */
export const wide = 640;
export const narrow = 320;

/** Disables font hinting, so that the positions of letters don't depend on the machine. */
export const launch = (more = ["--font-render-hinting=none", "--force-color-profile=srgb"]) =>
  chromium.launch({ ...chromiumOptions, args: [...chromiumOptions.args, ...more] });

const fonts = ["inter/files/inter-latin", "noto-sans-arabic/files/noto-sans-arabic-arabic"].map(
  (name) => {
    const path = require.resolve(`@fontsource-variable/${name}-wght-normal.woff2`);
    return readFileSync(path).toString("base64");
  },
);

/** Replaces the messages whose numbers differ in each run. */
const words = {
  en: {
    uploading: "18.4\u00a0MB of 64\u00a0MB · 3.2\u00a0MB/\u2060s · 14\u00a0sec left",
    "uploading-soon": "18.4\u00a0MB of 64\u00a0MB · 3.2\u00a0MB/\u2060s · 14\u00a0sec left",
    total: "1 of 6 files · 21.7\u00a0MB of 82\u00a0MB",
    paused: "Paused · 18.4\u00a0MB of 64\u00a0MB",
    "unfinished-file": "640\u00a0MB of 2.2\u00a0GB uploaded",
  },
  ar: {
    uploading: "18.4\u00a0م.ب من 64\u00a0م.ب · 3.2\u00a0م.ب/\u2060ث · بقي 14\u00a0ث",
    "uploading-soon": "18.4\u00a0م.ب من 64\u00a0م.ب · 3.2\u00a0م.ب/\u2060ث · بقي 14\u00a0ث",
    total: "1 من 6 ملفات · 21.7\u00a0م.ب من 82\u00a0م.ب",
  },
};

const endpoint = "/api/uploads";
const limits = { accept: "image/*,video/*,audio/*", "max-file-size": "2GB" };

/**
 * @typedef {import("playwright-core").Page} Page
 * @typedef {Record<string, string>} Attributes
 * @typedef {"en" | "ar"} Lang
 * @typedef {{ browser: import("playwright-core").Browser, demo: import("./support.mjs").Demo }} Means
 *
 * @typedef {(means: Means, lang?: Lang) => Promise<Page>} Draw
 *
 * @typedef {object} View how the element is displayed
 * @property {number} [width]
 * @property {boolean} [dark]
 * @property {boolean} [forced] forced colours
 * @property {number} [text] size of text, in percent
 */

/**
 * Sets the plans of faults of the host and the store.
 *
 * @param {Means["demo"]} demo
 * @param {Record<string, unknown[]>} atHost
 * @param {Record<string, unknown[]>} [inStore]
 */
async function plan(demo, atHost, inStore = {}) {
  await planFaults(demo.host, atHost);
  await planFaults(demo.store, inStore);
}

/** Doesn't end during a test. */
const slow = { kind: "slow", bytes_per_second: 50_000, times: 100 };

/**
 * @param {Means} means
 * @param {Attributes} attributes
 * @param {Lang} [lang]
 */
async function open({ browser, demo }, attributes, lang) {
  const context = await browser.newContext({ locale: "en-US", reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(`${demo.address}/element.html`);
  await show(page, attributes, lang);
  return page;
}

/**
 * @param {Page} page
 * @param {Attributes} attributes
 * @param {Lang} [lang]
 */
async function show(page, attributes, lang = "en") {
  await page.evaluate(
    async ({ fonts, attributes, lang, words }) => {
      document.documentElement.lang = lang;
      document.documentElement.dir = lang === "ar" ? "rtl" : "ltr";
      for (const font of fonts) {
        const bytes = Uint8Array.from(atob(font), (letter) => letter.charCodeAt(0));
        document.fonts.add(await new FontFace("Looks", bytes.buffer, { weight: "100 900" }).load());
      }
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`
        :root { color-scheme: light dark }
        body { margin: 16px; font-family: Looks, sans-serif }`);
      document.adoptedStyleSheets = [sheet];
      const element = /** @type {any} */ (document.createElement("ittybit-uploader"));
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      element.words = words;
      element.props = attributes["chunk-size"] ? { protocol: "multipart" } : {};
      document.body.append(element);
    },
    { fonts, attributes, lang, words: words[lang] },
  );
  await page.waitForFunction(() =>
    document.querySelector("ittybit-uploader")?.shadowRoot?.querySelector("[part=frame]"),
  );
}

/**
 * @param {Page} page
 * @param {[name: string, size: number, type: string][]} files
 */
async function add(page, files) {
  await page.evaluate(async (files) => {
    const canvas = new OffscreenCanvas(64, 64);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.fillStyle = "#e08a3c";
    context.fillRect(0, 0, 64, 64);
    const picture = await canvas.convertToBlob();
    const element = /** @type {any} */ (document.querySelector("ittybit-uploader"));
    await element.add(
      files.map(([name, size, type]) => {
        const content = name === "harbour.png" ? picture : new Uint8Array(size);
        return new File([content], name, { type });
      }),
    );
  }, files);
}

/**
 * @param {Page} page
 * @param {string[]} states of its files
 */
async function reaches(page, states) {
  await page.waitForFunction(
    (states) => {
      const { files } = /** @type {any} */ (document.querySelector("ittybit-uploader"));
      const reached = files.map((/** @type {any} */ { state, progress }) =>
        // Until the backend has answered, a row says something else.
        state === "active" && progress.phase === "preparing" ? "" : state,
      );
      return String(reached) === String(states);
    },
    states,
    { timeout: 20_000 },
  );
}

/**
 * @param {Page} page
 * @param {string} command
 * @param {number} [index] of a file; all files by default
 */
async function command(page, command, index) {
  await page.evaluate(
    ([command, index]) => {
      const element = /** @type {any} */ (document.querySelector("ittybit-uploader"));
      element[/** @type {string} */ (command)](
        index === undefined ? index : element.files[index].id,
      );
    },
    /** @type {const} */ ([command, index]),
  );
}

/** @param {Page} page */
async function drag(page) {
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["a"], "a.png", { type: "image/png" }));
    const element = /** @type {Element} */ (document.querySelector("ittybit-uploader"));
    element.dispatchEvent(
      new DragEvent("dragover", { dataTransfer, bubbles: true, composed: true, cancelable: true }),
    );
  });
}

/** @type {[string, number, string]} */
const film = ["Interview, take 3.mp4", 16_000_000, "video/mp4"];

/** The states, and how a page reaches them. @type {Record<string, Draw>} */
export const states = {
  empty: (means, lang) => open(means, { endpoint, multiple: "", folders: "", ...limits }, lang),

  one: (means) => open(means, { endpoint }),

  async dragging(means) {
    const page = await states.empty?.(means);
    await drag(/** @type {Page} */ (page));
    return /** @type {Page} */ (page);
  },

  disabled: (means) => open(means, { endpoint, multiple: "", disabled: "", ...limits }),

  async picture(means) {
    const page = await open(means, { endpoint });
    await add(page, [["harbour.png", 0, "image/png"]]);
    return page;
  },

  async film(means) {
    await plan(means.demo, { store: [slow] });
    const page = await open(means, { endpoint, auto: "" });
    await add(page, [film]);
    await reaches(page, ["active"]);
    return page;
  },

  async paused(means) {
    await plan(means.demo, { store: [slow] });
    const page = await open(means, { endpoint, auto: "", multiple: "" });
    await add(page, [film, ["Podcast.wav", 16_000_000, "audio/wav"]]);
    await reaches(page, ["active", "active"]);
    await command(page, "pause");
    await reaches(page, ["paused", "paused"]);
    return page;
  },

  async done(means) {
    await plan(means.demo, {});
    const page = await open(means, { endpoint, auto: "", multiple: "" });
    await add(page, [
      ["Interview.wav", 3_400_000, "audio/wav"],
      ["captions.vtt", 12_000, "text/vtt"],
    ]);
    await reaches(page, ["done", "done"]);
    return page;
  },

  async unfinished(means) {
    await plan(means.demo, {}, { part: [null, slow] });
    const attributes = {
      endpoint,
      owner: "alice",
      auto: "",
      multiple: "",
      "chunk-size": "5MB",
      ...limits,
    };
    const page = await open(means, attributes);
    const stored = page.waitForResponse((response) => response.request().method() === "PUT");
    await add(page, [["holiday-2026-raw-footage-of-all-days.mp4", 40_000_000, "video/mp4"]]);
    await stored;
    while ((await remembered(page)).length === 0) await page.waitForTimeout(50);
    page.on("dialog", (dialog) => dialog.accept());
    await page.reload();
    await show(page, attributes);
    await page.waitForFunction(() =>
      document
        .querySelector("ittybit-uploader")
        ?.shadowRoot?.querySelector("[part=unfinished-item]"),
    );
    return page;
  },

  /** Files that are stored, failed, paused, uploading, queued, cancelled, and refused. */
  async mixed(means, lang) {
    const reason = "<b>The plan</b> of this account has no room for it.";
    const failure = { kind: "status", status: 422, content_type: "text/plain", body: reason };
    await plan(means.demo, { store: [null, failure, slow] });
    const page = await open(
      means,
      {
        ...{ endpoint, multiple: "", folders: "", limit: "1", ...limits },
      },
      lang,
    );
    await add(page, [
      ["Interview.wav", 3_400_000, "audio/wav"],
      [`${"a-very-long-name-of-a-film-that-somebody-cut-".repeat(3)}v7.mp4`, 900_000, "video/mp4"],
      ["<img src=x onerror=alert(1)>.png", 16_000_000, "image/png"],
      ["Podcast.wav", 16_000_000, "audio/wav"],
      ["notes.mov", 240_000, "video/quicktime"],
      ["b-roll.webm", 240_000, "video/webm"],
      ["setup.exe", 240_000, ""],
      ["setup.msi", 240_000, ""],
    ]);
    await command(page, "start");
    await reaches(page, ["done", "failed", "active", "added", "added", "added"]);
    await command(page, "pause", 3);
    await command(page, "cancel", 5);
    await reaches(page, ["done", "failed", "active", "paused", "added", "cancelled"]);
    return page;
  },

  async "dragging-more"(means) {
    const page = await states.picture?.(means);
    await page?.evaluate(() =>
      document.querySelector("ittybit-uploader")?.setAttribute("multiple", ""),
    );
    await drag(/** @type {Page} */ (page));
    return /** @type {Page} */ (page);
  },
};

const view = {
  plain: {},
  narrow: { width: narrow },
  dark: { dark: true },
  forced: { forced: true },
  text: { text: 200 },
  "narrow-text": { width: narrow, text: 200 },
};

/**
 * The pictures: states in a language, each in one or more views.
 *
 * @type {[state: string, lang: Lang, views: (keyof typeof view)[]][]}
 */
export const looks = [
  ["empty", "en", ["plain", "narrow", "dark", "forced", "narrow-text"]],
  ["empty", "ar", ["plain"]],
  ["one", "en", ["plain"]],
  ["dragging", "en", ["plain"]],
  ["dragging-more", "en", ["plain"]],
  ["disabled", "en", ["plain"]],
  ["picture", "en", ["plain"]],
  ["film", "en", ["plain", "narrow"]],
  ["paused", "en", ["plain"]],
  ["done", "en", ["plain", "dark"]],
  ["unfinished", "en", ["plain", "narrow"]],
  ["mixed", "en", ["plain", "narrow", "dark", "forced", "text", "narrow-text"]],
  ["mixed", "ar", ["plain", "narrow"]],
];

/**
 * Takes a screenshot of a page in a view.
 *
 * @param {Page} page
 * @param {keyof typeof view} name
 * @returns a PNG
 */
export async function look(page, name) {
  const { width = wide, dark, forced, text = 100 } = /** @type {View} */ (view[name]);
  await page.setViewportSize({ width, height: 100 });
  await page.emulateMedia({
    colorScheme: dark ? "dark" : "light",
    forcedColors: forced ? "active" : "none",
  });
  // Waits for the thumbnail, which appears a moment after its row.
  await page.waitForFunction(() => {
    const root = document.querySelector("ittybit-uploader")?.shadowRoot;
    const rows = [...(root?.querySelectorAll("[part~=row]") ?? [])];
    const withPicture = rows.filter((row) => row.textContent?.includes("harbour.png"));
    return withPicture.every((row) => row.querySelector("[part=picture]"));
  });
  await page.evaluate(async (text) => {
    document.documentElement.style.fontSize = `${text}%`;
    const root = /** @type {ShadowRoot} */ (document.querySelector("ittybit-uploader")?.shadowRoot);
    if (root.adoptedStyleSheets.length < 2) {
      const still = new CSSStyleSheet();
      still.replaceSync(`
        [part~="bar"] { --progress: 0.35 !important }
        * { animation: none !important; transition: none !important }`);
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, still];
    }
    // A change is drawn, measured, and drawn again.
    for (let frames = 0; frames < 4; frames++) await new Promise(requestAnimationFrame);
  }, text);
  return page.screenshot({ fullPage: true });
}

/**
 * Returns the errors in the layout of the parts, with a font.
 *
 * @param {Page} page
 * @param {string} font
 * @returns {Promise<string[]>}
 */
export function layout(page, font) {
  return page.evaluate(async (font) => {
    document.body.style.fontFamily = font;
    for (let frames = 0; frames < 4; frames++) await new Promise(requestAnimationFrame);
    const root = /** @type {ShadowRoot} */ (document.querySelector("ittybit-uploader")?.shadowRoot);
    const frame = /** @type {Element} */ (root.querySelector("[part=frame]"));
    /** @type {string[]} */
    const wrong = [];
    /** @param {Element} element */
    const name = (element) => {
      const field = element.getAttribute("data-field");
      return field ?? element.getAttribute("part") ?? element.localName;
    };
    const seen = [...frame.querySelectorAll("*")].filter(
      (element) =>
        element.checkVisibility({ visibilityProperty: true }) &&
        !element.closest("[part=news]") &&
        element.getBoundingClientRect().width > 0,
    );
    const { left, right } = frame.getBoundingClientRect();
    // Allows half a pixel for rounding.
    const most = 0.5;
    for (const element of seen) {
      const box = element.getBoundingClientRect();
      if (box.left < left - most || box.right > right + most) {
        wrong.push(`${name(element)} leaves the frame`);
      }
      const parent = /** @type {Element} */ (element.parentElement);
      const room = parent.getBoundingClientRect();
      const isHigher = box.top < room.top - most || box.bottom > room.bottom + most;
      // The list scrolls, a badge overlaps the corner of its tile, and a bar overlaps the border below
      // it.
      const isFree = element.matches(
        "[part~=row], [part=badge], [part~=total-bar], bdi, span, slot",
      );
      if (isHigher && !isFree) wrong.push(`${name(element)} leaves ${name(parent)}`);
      // A long name is cut off intentionally.
      const isCut = element.matches("[part=name], [part=tile], bdi");
      if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && !isCut) {
        wrong.push(`${name(element)} is wider than its room`);
      }
      if (element.matches("button") && (box.width < 24 || box.height < 24)) {
        wrong.push(`${name(element)} is smaller than 24 px`);
      }
    }
    // Elements that must not overlap: buttons, texts, tiles and bars that contain no others.
    const single = seen.filter((element) =>
      element.matches("button, p, bdi, [part=tile], [part~=bar], [part=icon]"),
    );
    for (const [index, one] of single.entries()) {
      for (const other of single.slice(index + 1)) {
        if (one.contains(other)) continue;
        // A row that is scrolled out of view is clipped below the summary.
        const inList = [one, other].map((element) => element.closest("[part=list]"));
        if (inList[0] !== inList[1]) continue;
        const a = one.getBoundingClientRect();
        const b = other.getBoundingClientRect();
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > most && high > most) wrong.push(`${name(one)} covers ${name(other)}`);
      }
    }
    return wrong;
  }, font);
}
