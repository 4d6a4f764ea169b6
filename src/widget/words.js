// What the widget says: sentences in the reader's language, with their numbers, sizes and times
// written by `Intl`. It knows no DOM and no upload. What it returns is text, never markup.

import en from "./words/en.js";

/**
 * A text, or one for each plural category of its `count`.
 *
 * @typedef {string | { [category in Intl.LDMLPluralRule]?: string }} Entry
 */

/** @typedef {Record<string, Entry>} Strings */

/**
 * What a placeholder stands for: a number is written as the language does, and a function is only
 * asked by a text that has the placeholder.
 *
 * @typedef {string | number | (() => string | number)} Value
 */

/**
 * As much of an `UploadFile` as is told; a `Recoverable` has it too.
 *
 * @typedef {object} Told
 * @property {string} name
 * @property {number} size
 * @property {string} type
 * @property {number} [loaded]
 * @property {Pick<
 *   import("../../pkg-config/entries/index.d.ts").Progress,
 *   "loaded" | "total" | "percentage" | "speed" | "eta"
 * >} [progress]
 */

/** The languages that there are words in, each by the name of its module. */
export const languages = ["en", "de", "fr", "es", "pt-BR", "it", "ja", "zh-Hans", "ar"];

/**
 * What makes two languages the same to a reader: `zh-TW` is written otherwise than `zh-CN`. Nothing
 * where `tag` is no language.
 *
 * @param {string} tag
 */
function spoken(tag) {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    return language + script;
  } catch {
    return undefined;
  }
}

/**
 * The key of the first language that there are words for; `en` where there is none.
 *
 * @param {string[]} wanted
 */
export function language(wanted) {
  const keys = wanted.map((tag) => languages.find((key) => spoken(key) === spoken(tag)));
  return keys.find(Boolean) ?? "en";
}

/**
 * `MP4` of `clip.mp4`, `.mp4` and `video/mp4`, `SVG` of `image/svg+xml`; nothing of what has no such
 * short name.
 *
 * @param {string} text
 */
function short(text) {
  return /[./](\w{1,5})(\+xml)?$/.exec(text)?.[1]?.toUpperCase();
}

/**
 * Without what turns letters around: a name can't look like another one.
 *
 * @param {string} text
 */
export const plain = (text) => text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "");

export class Words {
  #plural;
  /** @type {any[]} */
  #sources;
  /** @type {Record<string, Intl.NumberFormat>} */
  #formats = {};

  /**
   * @param {string} lang Of the page. Where it is another language than that of the words, numbers
   *   are written as those have them: no text is in two languages.
   * @param {Strings} strings A language's module.
   * @param {Record<string, unknown>} [own] What the page says instead. One that replaces a language
   *   says with `lang` which it is.
   */
  constructor(lang, strings, own) {
    const tags = /** @type {string[]} */ ([own?.lang, strings.lang, "en"]);
    const tag = /** @type {string} */ (tags.find(spoken));
    /** The language of what is said. */
    this.lang = spoken(tag) === spoken(lang) ? lang : tag;
    this.#plural = new Intl.PluralRules(this.lang);
    this.#sources = [own, strings, en];
  }

  /**
   * @param {string} key
   * @param {Record<string, Value | undefined>} [values]
   * @returns {string} Empty where no language has the key.
   */
  say(key, values = {}) {
    const category = this.#plural.select(/** @type {number} */ (values.count));
    for (const source of this.#sources) {
      const entry = source?.[key];
      const text = entry?.[category] ?? entry?.other ?? entry;
      if (typeof text === "string") {
        // No line begins with a dot, and "MB/s" is in one.
        const bound = text.replaceAll(" ·", "\u00a0·").replace("}/", "}/\u2060");
        return bound.replace(/\{(\w+)\}/g, (_, name) => this.#write(name, values[name]));
      }
    }
    return "";
  }

  /**
   * `say()` with what a file tells.
   *
   * @param {string} key
   * @param {Told} file
   * @param {Record<string, Value | undefined>} [more]
   */
  of(key, file, more) {
    /** @type {Partial<Told["progress"]>} */
    const progress = file.progress ?? file;
    const { loaded = 0, total = file.size, percentage = 0, speed = 0, eta } = progress;
    return this.say(key, {
      name: file.name,
      kind: () => this.kind(file),
      size: () => this.bytes(file.size),
      loaded: () => this.bytes(loaded, total),
      total: () => this.bytes(total),
      speed: () => this.bytes(speed),
      left: () => this.duration(eta),
      percent: () => this.percent(percentage),
      ...more,
    });
  }

  /**
   * @param {number} bytes
   * @param {number} [total] What they are a part of: they are written in its unit, so that a number
   *   that grows does not jump.
   */
  bytes(bytes, total = bytes) {
    let step = 0;
    // In steps of 1000, as operating systems show them. 999,950 bytes would be written as 1000 kB.
    for (; total >= 999.95 && step < 4; step++) {
      total /= 1000;
      bytes /= 1000;
    }
    return this.#number(bytes, `${["", "kilo", "mega", "giga", "tera"][step]}byte`);
  }

  /**
   * @param {number | null | undefined} seconds
   * @returns {string} Empty where they are not known.
   */
  duration(seconds) {
    if (!Number.isFinite(seconds)) return "";
    const whole = Math.ceil(/** @type {number} */ (seconds));
    if (whole < 60) return this.#number(whole, "second");
    const minutes = Math.round(whole / 60);
    const rest = this.#number(minutes % 60, "minute");
    return minutes < 60 ? rest : `${this.#number(Math.floor(minutes / 60), "hour")} ${rest}`;
  }

  /** @param {number} percent 0 to 100; 100 is not written before it is reached. */
  percent(percent) {
    return this.#number(Math.floor(percent), "percent");
  }

  /**
   * What sort of file it is, in a word: by its name, for that is what a person sees.
   *
   * @param {Pick<Told, "name" | "type">} file
   */
  kind({ name, type }) {
    return short(name) ?? short(type) ?? this.say("kind");
  }

  /**
   * Types of files as the `accept` attribute takes them, to be read.
   *
   * @param {string[]} accept
   */
  types(accept) {
    const words = accept.map(
      (type) => short(type) ?? (this.say(`kind-${type.replace("/*", "")}`) || type),
    );
    return new Intl.ListFormat(this.lang).format(new Set(words));
  }

  /**
   * @param {string} name
   * @param {Value | undefined} value
   * @returns {string}
   */
  #write(name, value) {
    if (typeof value === "function") return this.#write(name, value());
    if (typeof value === "number") return this.#number(value);
    if (!value || !/name|pick|det|typ/.test(name)) return value ?? "";
    // Not the widget's words. Letters of another direction must not turn the sentence around them,
    // nor an override in the name of a file what it seems to be.
    return `\u2068${plain(value)}\u2069`;
  }

  /**
   * @param {number} number
   * @param {string} [unit] As `Intl` names it.
   */
  #number(number, unit = "") {
    this.#formats[unit] ??= new Intl.NumberFormat(this.lang, {
      // Short, the word is not declined: "512 byte".
      ...(unit && { style: "unit", unit, unitDisplay: unit === "byte" ? "long" : "short" }),
      maximumFractionDigits: 1,
    });
    // A number stays with its unit.
    return this.#formats[unit].format(number).replaceAll(" ", "\u00a0");
  }
}
