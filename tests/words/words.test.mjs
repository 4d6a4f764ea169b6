// Tests the widget's texts in every language.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import english from "../../src/widget/js/words/en.js";
import { language, languages as spoken, Words } from "../../src/widget/js/words.js";

/** @typedef {import("../../src/widget/js/words.js").Strings} Strings */

const folder = new URL("../../src/widget/js/words/", import.meta.url);
const keys = readdirSync(folder).map((name) => name.replace(/\.js$/, ""));

/** @param {string} key @returns {Promise<Strings>} */
const loadLanguage = async (key) => (await import(new URL(`${key}.js`, folder).href)).default;

const languages = await Promise.all(
  keys.map(async (key) => /** @type {const} */ ([key, await loadLanguage(key)])),
);

// Enough numbers for every plural category, with the large ones that have their own category in French, Italian,
// Portuguese and Spanish.
const counts = [...Array(250).keys(), 1000, 10_000, 1_000_000, 2_000_000, 1_000_000_000];

const film = {
  name: "holiday.mp4",
  size: 30_000_000,
  type: "video/mp4",
  progress: { loaded: 400_000, total: 30_000_000, percentage: 1.9, speed: 2_100_000, eta: 11.2 },
};

/** A value for every placeholder. */
const values = {
  ...{ name: "a.jpg", picked: "b.jpg", kind: "JPG", types: "JPG", detail: "No." },
  ...{ size: "1 MB", loaded: "1 MB", total: "2 MB", limit: "3 MB", speed: "1 MB", left: "2 min" },
  ...{ percent: "40%", done: 1 },
};

/** @param {string} text */
const placeholders = (text) => [...new Set(text.match(/\{\w+\}/g))].sort();

/** @param {import("../../src/widget/js/words.js").Entry} entry */
const pieces = (entry) => (typeof entry === "string" ? { other: entry } : entry);

/** Removes bidirectional isolates. @param {string} text */
const plain = (text) => text.replace(/[\u2068\u2069]/g, "");

/** Replaces no-break spaces, and removes word joiners. @param {string} text */
const spaced = (text) => text.replace(/[\u00a0\u202f]/g, " ").replace(/\u2060/g, "");

test("has all languages", () => {
  assert.deepEqual(spoken.toSorted(), keys.toSorted());
  assert.deepEqual(keys.sort(), ["ar", "de", "en", "es", "fr", "it", "ja", "pt-BR", "zh-Hans"]);
});

/** Returns whether a text is about an error. English uses the error's own message instead. */
const isOfErrors = (/** @type {string} */ name) => /^error-|^not-added-|^said$/.test(name);

test("every error code and every restriction has a sentence", () => {
  const text = readFileSync(new URL("../../src/package/index.d.ts", import.meta.url), "utf8");
  /** @type {(start: string, end: string, pattern: RegExp) => string[]} */
  const find = (start, end, pattern) =>
    text.slice(text.indexOf(start)).split(end)[0]?.match(pattern) ?? [];
  const codes = find("export type UploadErrorCode", ";", /(?<=")[\w-]+(?=")/g);
  const restrictions = find("export interface Restrictions", "\n}", /(?<=^ {2})\w+/gm);
  assert.ok(codes.includes("internal") && restrictions.includes("allowedFileTypes"));
  const wanted = [
    ...codes.filter((code) => code !== "restriction").map((code) => `error-${code}`),
    ...restrictions.map((name) => `refused-${name}`),
  ];
  const had = Object.keys(german).filter((key) => /^error-|^refused-(?!more$)/.test(key));
  assert.deepEqual(had.sort(), wanted.sort());
});

const german = await loadLanguage("de");

for (const [key, strings] of languages) {
  test(`${key} has the keys and placeholders of English`, () => {
    assert.equal(strings.lang, key);
    const names = Object.keys(strings);
    assert.deepEqual(
      names.filter((name) => !isOfErrors(name)),
      Object.keys(english),
    );
    const models = key === "en" ? english : { ...german, ...english };
    assert.deepEqual(names.sort(), Object.keys(models).sort());
    for (const [name, model] of Object.entries(models)) {
      const entry = /** @type {import("../../src/widget/js/words.js").Entry} */ (strings[name]);
      const expected = placeholders(pieces(model).other ?? "");
      assert.deepEqual(placeholders(pieces(entry).other ?? ""), expected, `${name}: other`);
      for (const [category, text = ""] of Object.entries(pieces(entry))) {
        // A word may include the number, like "ملفان" (two files).
        const exact = /^(one|two)$/.test(category) && !text.includes("{count}");
        const all = exact ? expected.filter((one) => one !== "{count}") : expected;
        assert.deepEqual(placeholders(text), all, `${name}: ${category}`);
        assert.equal(text, text.trim(), `${name}: ${category}`);
        assert.notEqual(text, "", `${name}: ${category}`);
      }
    }
  });

  test(`${key} has a text for every number`, () => {
    const rules = new Intl.PluralRules(key);
    const known = rules.resolvedOptions().pluralCategories.sort();
    const met = new Set(counts.map((count) => rules.select(count)));
    assert.deepEqual([...met].sort(), known, "the numbers that are tried meet all categories");
    for (const [name, entry] of Object.entries(strings)) {
      if (typeof entry === "string") continue;
      assert.deepEqual(Object.keys(entry).sort(), known, name);
    }
  });

  test(`${key} replaces all placeholders, and formats each number`, () => {
    const words = new Words(key, strings);
    const rules = new Intl.PluralRules(key);
    const format = new Intl.NumberFormat(key);
    for (const [name, entry] of Object.entries(strings)) {
      for (const count of counts) {
        const text = words.say(name, { ...values, count });
        assert.doesNotMatch(text, /[{}]|undefined|NaN|\[object/, name);
        assert.notEqual(text, "", name);
        const piece = pieces(entry)[rules.select(count)] ?? entry;
        if (!String(piece).includes("{count}")) continue;
        assert.ok(text.includes(format.format(count)), `${name}: ${text}`);
      }
      for (const file of [film, { name: "a", size: 0, type: "" }]) {
        assert.doesNotMatch(words.of(name, file), /[{}]|undefined|NaN|\[object/, name);
      }
    }
  });

  test(`${key} is translated`, () => {
    if (key === "en") return;
    // Texts that are equal in both languages, or have no words.
    const shared = /^(added|kind|list|kind-(image|video)|progress-text)$/;
    for (const [name, entry] of Object.entries(strings)) {
      if (shared.test(name)) continue;
      assert.notDeepEqual(entry, english[/** @type {keyof typeof english} */ (name)], name);
    }
  });
}

test("uses the first language that has texts", () => {
  /** @type {[string[], string][]} */
  const cases = [
    [[], "en"],
    [["nl"], "en"],
    [["nl", "fr-CA"], "fr"],
    [["en-GB", "de"], "en"],
    [["de-AT"], "de"],
    [["pt"], "pt-BR"],
    [["pt-PT"], "pt-BR"],
    [["zh"], "zh-Hans"],
    [["zh-CN"], "zh-Hans"],
    [["zh-SG"], "zh-Hans"],
    [["zh-Hans-HK"], "zh-Hans"],
    [["zh-TW"], "en"],
    [["zh-Hant"], "en"],
    [["zh-HK", "ja-JP"], "ja"],
    [["AR-eg"], "ar"],
    [["x y", "es-419"], "es"],
    [["", "it"], "it"],
    [["de_DE"], "en"],
  ];
  for (const [wanted, expected] of cases) assert.equal(language(wanted), expected, `${wanted}`);
});

test("formats numbers in the page's language", async () => {
  const german = await loadLanguage("de");
  assert.equal(spaced(new Words("de", german).bytes(1_500_000)), "1,5 MB");
  // Austria groups digits differently from Germany.
  const count = 1_234_567;
  const text = new Words("de-AT", german).say("total-done", { count });
  assert.ok(text.startsWith(new Intl.NumberFormat("de-AT").format(count)), text);
  assert.notEqual(text, new Words("de", german).say("total-done", { count }));
});

test("doesn't mix texts with another language's numbers and plurals", () => {
  // Korean has no texts here, and no singular form.
  const words = new Words("ko", english);
  assert.equal(words.lang, "en");
  assert.equal(words.say("total-done", { count: 1 }), "1 file uploaded");
  assert.equal(spaced(words.duration(1)), "1 sec");
  assert.equal(spaced(new Words("zh-TW", english).bytes(1000)), "1 kB");
  assert.equal(new Words("en-GB", english).lang, "en-GB");
});

test("a page can provide texts in its own language", () => {
  const own = {
    lang: "pl",
    "total-done": { one: "{count} plik", few: "{count} pliki", many: "{count} plików" },
  };
  const words = new Words("pl-PL", english, own);
  assert.equal(words.lang, "pl-PL");
  assert.equal(words.say("total-done", { count: 3 }), "3 pliki");
  assert.equal(words.say("total-done", { count: 5 }), "5 plików");
  assert.equal(words.bytes(1_500_000).replace(/\s/, " "), "1,5 MB");
});

test("a malformed language doesn't throw", async () => {
  const german = await loadLanguage("de");
  for (const lang of ["x y", "", "de_DE", "-", /** @type {any} */ (undefined)]) {
    const words = new Words(lang, english);
    assert.equal(words.lang, "en");
    assert.equal(spaced(words.bytes(1_500_000)), "1.5 MB");
    assert.equal(new Words(lang, german).lang, "de");
    assert.equal(new Words("de", german, { lang }).lang, "de");
  }
});

test("single texts can be replaced", async () => {
  const own = {
    list: "Your films",
    "total-done": "{count} in all",
    "total-failed": { one: "One is missing", other: "{count} are missing" },
    "news-start": { few: "never in English" },
    "news-added": { other: "{count} more" },
    choose: 5,
    add: null,
    drop: ["a"],
    prompt: { other: 7 },
    folder: true,
  };
  const words = new Words("en", english, own);
  assert.equal(words.say("list"), "Your films");
  assert.equal(words.say("total-done", { count: 1 }), "1 in all");
  assert.equal(words.say("total-failed", { count: 1 }), "One is missing");
  assert.equal(words.say("total-failed", { count: 1234 }), "1,234 are missing");
  assert.equal(words.say("news-start", { count: 1 }), "Uploading 1 file");
  assert.equal(words.say("news-added", { count: 1 }), "1 more");
  for (const key of /** @type {const} */ (["choose", "add", "drop", "prompt", "folder"])) {
    assert.equal(words.say(key), english[key], key);
  }
  assert.equal(words.say("waiting"), english.waiting);
});

test("an empty text is used, so that a page can omit something", () => {
  assert.equal(new Words("en", english, { "hint-size": "" }).say("hint-size"), "");
});

test("falls back to English, and to an empty text for an unknown key", () => {
  const words = new Words("de", { lang: "de", list: "Dateien" });
  assert.equal(words.say("list"), "Dateien");
  assert.equal(words.say("clear"), english.clear);
  assert.equal(words.say("no-such-key"), "");
  assert.equal(words.say("toString"), "");
});

test("isolates foreign texts, which can't break out", () => {
  const words = new Words("en", english);
  const said = (/** @type {string} */ name) => words.say("pause", { name });
  assert.equal(said("a.mp4"), "Pause \u2068a.mp4\u2069");
  assert.equal(said("\u2069\u202egpj.exe\u2066"), "Pause \u2068gpj.exe\u2069");
  assert.equal(words.of("pause", film), "Pause \u2068holiday.mp4\u2069");
  const quoted = new Words("de", german).say("said", { detail: "No." });
  assert.match(quoted, /\u2068No\.\u2069/);
  assert.match(
    words.say("not-the-same", { name: "a", picked: "b" }),
    /^\u2068b\u2069.*\u2068a\u2069/,
  );
  assert.equal(words.say("hint-types", { types: ".\u202egpj" }), "Only \u2068.gpj\u2069");
  // The widget's own texts are not isolated.
  assert.equal(spaced(words.of("uploading-soon", film)), "0.4 MB of 30 MB");
});

test("a name is only text, neither a template nor markup", () => {
  const words = new Words("en", english);
  for (const name of ["{size}", "$&", "$1", "<img src=x onerror=alert(1)>.png", "a\\u{41}"]) {
    assert.equal(plain(words.of("remove", { ...film, name })), `Remove ${name}`);
  }
});

test("sizes have units in steps of a thousand, with at most one decimal", () => {
  const words = new Words("en", english);
  /** @type {[number, string][]} */
  const cases = [
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1000, "1 kB"],
    [1550, "1.6 kB"],
    [999_949, "999.9 kB"],
    [999_950, "1 MB"],
    [30_400_000, "30.4 MB"],
    [5_000_000_000, "5 GB"],
    [1_500_000_000_000, "1.5 TB"],
    [2_000_000_000_000_000, "2,000 TB"],
  ];
  for (const [bytes, text] of cases) assert.equal(spaced(words.bytes(bytes)), text);
});

test("the uploaded size has the unit of the total", () => {
  const words = new Words("en", english);
  assert.equal(spaced(words.bytes(400_000, 30_000_000)), "0.4 MB");
  assert.equal(spaced(words.bytes(10, 30_000_000)), "0 MB");
  assert.equal(spaced(words.bytes(0, 500)), "0 bytes");
  const said = spaced(words.of("uploading", film));
  assert.equal(said, "0.4 MB of 30 MB · 2.1 MB/s · 12 sec left");
});

test("a line breaks neither before a dot nor between a number and its unit", () => {
  const said = new Words("en", english).of("uploading", film);
  assert.deepEqual(said.split(" "), [
    ...[
      "0.4\u00a0MB",
      "of",
      "30\u00a0MB\u00a0·",
      "2.1\u00a0MB/\u2060s\u00a0·",
      "12\u00a0sec",
      "left",
    ],
  ]);
});

test("an unfinished upload shows its progress", () => {
  const words = new Words("en", english);
  const left = { name: "a.mov", size: 6_000_000_000, type: "video/quicktime", loaded: 50_000_000 };
  assert.equal(spaced(words.of("unfinished-file", left)), "0.1 GB of 6 GB uploaded");
});

test("explicit values take precedence over the file's", () => {
  const words = new Words("en", english);
  assert.equal(
    spaced(
      plain(words.of("refused-maxFileSize", film, { limit: words.bytes(1e6), name: "other" })),
    ),
    "other is too large. Files can be up to 1 MB.",
  );
});

test("times are seconds, rounded up, then minutes, then hours with minutes", () => {
  const words = new Words("en", english);
  /** @type {[number | null | undefined, string][]} */
  const cases = [
    [0.2, "1 sec"],
    [11.2, "12 sec"],
    [59, "59 sec"],
    [59.1, "1 min"],
    [89, "1 min"],
    [90, "2 min"],
    [3569, "59 min"],
    [3570, "1 hr 0 min"],
    [3600 + 5 * 60, "1 hr 5 min"],
    [3600 + 45 * 60, "1 hr 45 min"],
    [7195, "2 hr 0 min"],
    [30 * 3600, "30 hr 0 min"],
    [null, ""],
    [undefined, ""],
    [Infinity, ""],
    [NaN, ""],
  ];
  for (const [seconds, text] of cases)
    assert.equal(spaced(words.duration(seconds)), text, `${seconds}`);
});

test("percentages are rounded down, so that 100 means done", async () => {
  const words = new Words("en", english);
  assert.equal(words.percent(0), "0%");
  assert.equal(words.percent(99.99), "99%");
  assert.equal(words.percent(100), "100%");
  for (const [key, strings] of languages) {
    const words = new Words(key, strings);
    const format = new Intl.NumberFormat(key, { style: "percent" });
    for (let percent = 0; percent <= 100; percent++) {
      assert.equal(spaced(words.percent(percent)), spaced(format.format(percent / 100)), key);
    }
  }
});

test("a file's kind is its extension, otherwise its type, otherwise a word", () => {
  const words = new Words("en", english);
  /** @type {[string, string, string][]} */
  const cases = [
    ["clip.mp4", "", "MP4"],
    ["archive.tar.gz", "application/gzip", "GZ"],
    ["clip.mp4", "video/quicktime", "MP4"],
    ["blob", "image/svg+xml", "SVG"],
    ["blob", "video/webm", "WEBM"],
    ["blob", "video/x-matroska", "File"],
    ["blob", "application/vnd.ms-excel", "File"],
    ["README", "", "File"],
    ["On my way. Really", "", "File"],
    ["a.photograph", "image/png", "PNG"],
  ];
  for (const [name, type, kind] of cases) assert.equal(words.kind({ name, type }), kind, name);
  assert.equal(spaced(words.of("added", film)), "MP4 · 30 MB");
});

test("lists file types by their common names", async () => {
  const words = new Words("en", english);
  const accept = [".jpg", "image/jpg", "image/svg+xml", "video/*", "audio/*", "video/quicktime"];
  assert.equal(words.types(accept), "JPG, SVG, videos, audio files, and video/quicktime");
  assert.equal(words.types(["image/*"]), "images");
  assert.equal(words.types(["font/*"]), "font/*");
  assert.equal(
    new Words("de", await loadLanguage("de")).types(["image/*", ".pdf"]),
    "Bilder und PDF",
  );
});

test("values without a placeholder are not formatted", () => {
  const words = new Words("en", english);
  const size = () => assert.fail("asked for nothing");
  assert.equal(plain(words.say("pause", { name: "a", size })), "Pause a");
  assert.equal(
    spaced(words.say("added", { kind: () => "MP4", size: () => 1234.56 })),
    "MP4 · 1,234.6",
  );
});

test("formatters are created once", (t) => {
  const words = new Words("en", english);
  words.bytes(1);
  words.bytes(1000);
  const make = t.mock.method(Intl, "NumberFormat");
  words.bytes(2);
  words.bytes(5000);
  assert.equal(make.mock.callCount(), 0);
  words.bytes(1e6);
  assert.equal(make.mock.callCount(), 1);
});

test("Arabic counts in six ways, with its own word for two", async () => {
  const words = new Words("ar", await loadLanguage("ar"));
  const said = [0, 1, 2, 3, 11, 100].map((count) => words.say("start", { count }));
  assert.equal(new Set(said.map((text) => text.replace(/\d+ /, ""))).size, 5);
  assert.equal(said[1], "رفع ملف واحد");
  assert.equal(said[2], "رفع ملفين");
  assert.match(words.say("start", { count: 3 }), /ملفات$/);
  assert.match(new Words("ar-EG", await loadLanguage("ar")).say("start", { count: 3 }), /٣ ملفات$/);
});
