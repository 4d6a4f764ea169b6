// Writes messages in the reader's language, and formats their numbers, sizes and durations with `Intl`.
// Returns text, never markup. Knows nothing about the DOM or uploads.

import en from "./words/en.js";

/**
 * A text, or a text for each plural category of `count`.
 *
 * @typedef {string | { [category in Intl.LDMLPluralRule]?: string }} Entry
 */

/** @typedef {Record<string, Entry>} Strings */

/**
 * The value of a placeholder. A number is formatted for the language. A function is called only if the
 * text has the placeholder.
 *
 * @typedef {string | number | (() => string | number)} Value
 */

/**
 * The properties of an `UploadFile` or `Recoverable` that messages use.
 *
 * @typedef {object} FileInfo
 * @property {string} name
 * @property {number} size
 * @property {string} type
 * @property {number} [loaded]
 * @property {Pick<
 *   import("../../package/index.d.ts").Progress,
 *   "loaded" | "total" | "percentage" | "speed" | "eta"
 * >} [progress]
 */

/** The supported languages, by the names of their modules. */
export const languages = ["en", "de", "fr", "es", "pt-BR", "it", "ja", "zh-Hans", "ar"];

/**
 * Returns the language and script of a tag, by which two tags are equal to a reader: `zh-TW` differs from
 * `zh-CN`. Returns `undefined` if `tag` is not a language tag.
 *
 * @param {string} tag
 */
function writtenForm(tag) {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    return language + script;
  } catch {
    return undefined;
  }
}

/**
 * Returns the first wanted language that is supported, or `en`.
 *
 * @param {string[]} wanted
 */
export function language(wanted) {
  const keys = wanted.map((tag) => languages.find((key) => writtenForm(key) === writtenForm(tag)));
  return keys.find(Boolean) ?? "en";
}

/**
 * Returns the short name of a type: `MP4` for `clip.mp4`, `.mp4` and `video/mp4`, `SVG` for
 * `image/svg+xml`. Returns `undefined` if there is none.
 *
 * @param {string} text
 */
function shortName(text) {
  return /[./](\w{1,5})(\+xml)?$/.exec(text)?.[1]?.toUpperCase();
}

/**
 * Removes bidirectional control characters, which could make a name look like another one.
 *
 * @param {string} text
 */
export const plain = (text) => text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "");

export class Words {
  #plural;
  /** @type {any[]} */
  #tables;
  /** @type {Record<string, Intl.NumberFormat>} */
  #formats = {};

  /**
   * @param {string} lang The language of the page. If the texts are in another language, that one also
   *   formats the numbers, so that no message mixes two languages.
   * @param {Strings} strings The module of a language.
   * @param {Record<string, unknown>} [own] The page's own texts. If they are in another language, `lang`
   *   must say which.
   */
  constructor(lang, strings, own) {
    const tags = /** @type {string[]} */ ([own?.lang, strings.lang, "en"]);
    const tag = /** @type {string} */ (tags.find(writtenForm));
    /** The language of the messages. */
    this.lang = writtenForm(tag) === writtenForm(lang) ? lang : tag;
    this.#plural = new Intl.PluralRules(this.lang);
    this.#tables = [own, strings, en];
  }

  /**
   * @param {string} key
   * @param {Record<string, Value | undefined>} [values]
   * @returns {string} The message. Empty if no language has the key.
   */
  say(key, values = {}) {
    const category = this.#plural.select(/** @type {number} */ (values.count));
    for (const source of this.#tables) {
      const entry = source?.[key];
      const text = entry?.[category] ?? entry?.other ?? entry;
      if (typeof text === "string") {
        // Prevents line breaks before a dot and within "MB/s".
        const bound = text.replaceAll(" ·", "\u00a0·").replace("}/", "}/\u2060");
        return bound.replace(/\{(\w+)\}/g, (_, name) => this.#write(name, values[name]));
      }
    }
    return "";
  }

  /**
   * Like `say()`, with the placeholders that describe a file.
   *
   * @param {string} key
   * @param {FileInfo} file
   * @param {Record<string, Value | undefined>} [more]
   */
  of(key, file, more) {
    /** @type {Partial<FileInfo["progress"]>} */
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
   * @param {number} [total] The size whose unit to use, so that the unit stays the same while `bytes` grows
   *   towards it.
   */
  bytes(bytes, total = bytes) {
    let step = 0;
    // Divides by 1000, as operating systems do. Above 999.95 a number would be rounded to 1000.
    for (; total >= 999.95 && step < 4; step++) {
      total /= 1000;
      bytes /= 1000;
    }
    return this.#number(bytes, `${["", "kilo", "mega", "giga", "tera"][step]}byte`);
  }

  /**
   * @param {number | null | undefined} seconds
   * @returns {string} The duration. Empty if it is not known.
   */
  duration(seconds) {
    if (!Number.isFinite(seconds)) return "";
    const whole = Math.ceil(/** @type {number} */ (seconds));
    if (whole < 60) return this.#number(whole, "second");
    const minutes = Math.round(whole / 60);
    const rest = this.#number(minutes % 60, "minute");
    return minutes < 60 ? rest : `${this.#number(Math.floor(minutes / 60), "hour")} ${rest}`;
  }

  /** @param {number} percent 0 to 100, rounded down so that 100 only appears at the end. */
  percent(percent) {
    return this.#number(Math.floor(percent), "percent");
  }

  /**
   * Returns the kind of a file in one word. Prefers the name to the type, because a person sees the name.
   *
   * @param {Pick<FileInfo, "name" | "type">} file
   */
  kind({ name, type }) {
    return shortName(name) ?? shortName(type) ?? this.say("kind");
  }

  /**
   * Lists types of files, which are written as in the `accept` attribute.
   *
   * @param {string[]} accept
   */
  types(accept) {
    const words = accept.map(
      (type) => shortName(type) ?? (this.say(`kind-${type.replace("/*", "")}`) || type),
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
    // These values come from outside. Isolates them, so that letters of another direction don't reorder
    // the sentence, and control characters can't disguise the name of a file.
    return `\u2068${plain(value)}\u2069`;
  }

  /**
   * @param {number} number
   * @param {string} [unit] A unit of `Intl.NumberFormat`.
   */
  #number(number, unit = "") {
    this.#formats[unit] ??= new Intl.NumberFormat(this.lang, {
      // The short form of "byte" has no plural: "512 byte".
      ...(unit && { style: "unit", unit, unitDisplay: unit === "byte" ? "long" : "short" }),
      maximumFractionDigits: 1,
    });
    // Prevents a line break between a number and its unit.
    return this.#formats[unit].format(number).replaceAll(" ", "\u00a0");
  }
}
