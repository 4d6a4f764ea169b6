// The element in the reader's language, and in a page's own words.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import ar from "../../src/widget/js/words/ar.js";
import de from "../../src/widget/js/words/de.js";
import fr from "../../src/widget/js/words/fr.js";
import ja from "../../src/widget/js/words/ja.js";
import pt from "../../src/widget/js/words/pt-BR.js";
import { plain, setUpElements } from "./element.mjs";

const elements = setUpElements();

/** @typedef {import("./element.mjs").Element} Element */

/** @param {string} [attributes] */
const uploader = (attributes = "") =>
  `<ittybit-uploader endpoint="/api/uploads" multiple ${attributes}></ittybit-uploader>`;

/** What the button says by which files are chosen. @param {Element} element */
async function choose(element) {
  await element.settles();
  return (await element.part("choose").textContent())?.trim();
}

/**
 * Waits until the button says it.
 *
 * @param {Element} element
 * @param {unknown} text
 */
const says = (element, text) =>
  element
    .part("choose")
    .filter({ hasText: String(text) })
    .waitFor();

/** The modules of words that a page has loaded. @param {Element} element @returns {Promise<string[]>} */
const loaded = (element) =>
  element.page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .flatMap(({ name }) => /\/words\/(.*)\.js\b/.exec(name)?.[1] ?? []),
  );

describe("the language", () => {
  test("is that of the page, of the element's surroundings, or its own", async () => {
    for (const [html, lang, words, module] of /** @type {const} */ ([
      [uploader(), "de-AT", de, "de"],
      [`<div lang="fr">${uploader()}</div>`, "de", fr, "fr"],
      [`<div lang="fr">${uploader('lang="ja"')}</div>`, "de", ja, "ja"],
      [uploader(), "pt", pt, "pt-BR"],
    ])) {
      const element = await elements.open(html, { lang });
      assert.equal(await choose(element), words.choose);
      assert.deepEqual(await loaded(element), [module]);
    }
  });

  test("is the browser's where a page says none", async () => {
    const element = await elements.open(uploader(), { lang: "", locale: "fr-CA" });
    assert.equal(await choose(element), fr.choose);
  });

  test("is English where there are no words for it, and then nothing is loaded", async () => {
    for (const lang of ["xx", "zh-TW", "en-GB", "nonsense-", "tlh"]) {
      const element = await elements.open(uploader(), { lang });
      assert.equal(await choose(element), "Choose files", lang);
      assert.deepEqual(await loaded(element), []);
    }
  });

  test("changes while the page is open, and what is there changes with it", async () => {
    const element = await elements.open(uploader("required"));
    await element.add({ name: "one.txt", bytes: 1500 });
    /** @param {string} lang */
    const speak = (lang) =>
      element.host.evaluate((host, lang) => host.setAttribute("lang", lang), lang);
    await speak("de");
    await says(element, de.add);
    await element.settles();
    assert.equal(plain(await element.part("status").textContent()), "TXT · 1,5 kB");
    const remove = element.part("row").getByRole("button");
    assert.equal(
      await remove.getAttribute("aria-label"),
      de.remove.replace("{name}", "\u2068one.txt\u2069"),
    );
    assert.equal(await remove.getAttribute("title"), await remove.getAttribute("aria-label"));
    const message = await element.host.evaluate(
      (host) => /** @type {any} */ (host).validationMessage,
    );
    assert.equal(message, /** @type {any} */ (de["not-started"]).one.replace("{count}", "1"));
    await speak("en");
    await says(element, "Add more files");
    await element.host.evaluate((host) => host.removeAttribute("lang"));
    await says(element, "Add more files");
    assert.deepEqual(await loaded(element), ["de"]);
  });

  test("the last one wins, whichever comes first", async () => {
    const element = await elements.open(uploader());
    /** @type {() => void} */
    let letGo = () => {};
    const gone = new Promise((resolve) => {
      letGo = () => resolve(undefined);
    });
    await element.page.route("**/words/de.js*", async (route) => {
      await gone;
      await route.continue();
    });
    const asked = element.page.waitForRequest("**/words/de.js*");
    const came = element.page.waitForEvent("requestfinished", (request) =>
      request.url().includes("/words/de.js"),
    );
    await element.host.evaluate((host) => host.setAttribute("lang", "de"));
    await asked;
    await element.host.evaluate((host) => host.setAttribute("lang", "fr"));
    await says(element, fr.choose);
    letGo();
    await came;
    await element.settles();
    assert.equal(await choose(element), fr.choose);
  });

  test("what can't be loaded is said in English", async () => {
    const element = await elements.open(uploader());
    await element.page.route("**/words/de.js*", (route) => route.abort());
    const said = element.page.waitForEvent("console", (message) =>
      message.text().startsWith("ittybit-uploader: de.js could not be loaded: no answer"),
    );
    await element.host.evaluate((host) => host.setAttribute("lang", "de"));
    await said;
    assert.equal(await choose(element), "Choose files");
  });

  test("nothing is loaded before the element is", async () => {
    const element = await elements.open(`<div hidden>${uploader()}</div>`, {
      lang: "de",
      isDrawn: false,
    });
    await element.settles();
    assert.deepEqual(await loaded(element), []);
    const all = await element.page.evaluate(() =>
      performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname),
    );
    assert(!all.some((path) => /widget|wasm/.test(path)), all.join());
    await element.page.locator("div").evaluate((div) => div.removeAttribute("hidden"));
    await element.part("frame").waitFor();
    assert.equal(await choose(element), de.choose);
  });
});

describe("a page's own words", () => {
  test("are said instead, before and after, with their plurals", async () => {
    const element = await elements.open(uploader());
    /** @param {object} words */
    const set = (words) =>
      element.host.evaluate((host, words) => Object.assign(host, { words }), words);
    const start = { one: "Send a picture", other: "Send {count} pictures" };
    await set({ choose: "Pick pictures", start, added: "{kind}, {size}" });
    await says(element, "Pick pictures");
    await element.add("one.txt");
    await element.button("Send a picture").waitFor();
    assert.equal(plain(await element.part("status").textContent()), "TXT, 7 bytes");
    await element.add("two.txt");
    await element.button("Send 2 pictures").waitFor();
    // What it says nothing of is said as ever.
    await element.button("Add more files").waitFor();
    await set({});
    await element.button("Upload 2 files").waitFor();
  });

  test("are text, whatever is in them", async () => {
    const element = await elements.open(uploader());
    const choose = "<b>Pick</b> & <img src=x onerror=alert(1)>";
    await element.host.evaluate((host, words) => Object.assign(host, { words }), { choose });
    await says(element, choose);
    assert.equal(await element.part("choose").locator("b, img").count(), 0);
  });

  test("can be a language that there are no words for", async () => {
    const element = await elements.open(uploader(), { lang: "pl" });
    const words = {
      lang: "pl",
      start: {
        one: "Wyślij {count} plik",
        few: "Wyślij {count} pliki",
        many: "Wyślij {count} plików",
      },
    };
    await element.host.evaluate((host, words) => Object.assign(host, { words }), words);
    await element.add("1.txt", "2.txt", "3.txt");
    await element.button("Wyślij 3 pliki").waitFor();
    await element.add("4.txt", "5.txt");
    await element.button("Wyślij 5 plików").waitFor();
  });
});

/** What is under the pointer is the browser's to say. @param {import("playwright-core").Locator} text */
async function clickOn(text) {
  const box = await text.boundingBox();
  assert(box);
  await text.page().mouse.click(box.x + box.width / 2, box.y + box.height / 2);
}

describe("slots", () => {
  test("take the place of texts, and are markup", async () => {
    const element = await elements.open(
      `<ittybit-uploader endpoint="/api/uploads" multiple>
        <span slot="prompt">Drop <em>holiday pictures</em> here, or</span>
        <span slot="choose">pick some</span>
        <span slot="hint">Only <a href="/rules">nice ones</a></span>
      </ittybit-uploader>`,
    );
    await element.settles();
    for (const [text, part] of [
      ["holiday pictures", "prompt"],
      ["pick some", "choose"],
      ["nice ones", "hint"],
    ]) {
      assert(await element.page.getByText(String(text)).isVisible(), text);
      const slot = element.part(String(part)).locator("slot");
      assert.equal(
        await slot.evaluate((slot) => /** @type {any} */ (slot).assignedNodes().length),
        1,
      );
      assert.equal(await slot.locator("span").isVisible(), false);
    }
    await element.button("pick some").waitFor();
    const [picker] = await Promise.all([
      element.page.waitForEvent("filechooser"),
      clickOn(element.page.getByText("pick some")),
    ]);
    assert(picker);
  });

  test("a text is there again when what was in the slot is taken out", async () => {
    const element = await elements.open(
      `<ittybit-uploader multiple><span slot="choose">Pick</span></ittybit-uploader>`,
    );
    await element.button("Pick").waitFor();
    await element.host.evaluate((host) => host.replaceChildren());
    await element.button("Choose files").waitFor();
  });

  test("a row of the page's own is filled", async () => {
    const element = await elements.open(
      `<ittybit-uploader endpoint="/api/uploads" multiple>
        <template slot="row"><li part="row"><b data-field="name"></b> <i data-field="status"></i>
        <button type="button" data-field="remove"></button></li></template>
      </ittybit-uploader>`,
    );
    await element.add("one.txt", "two.txt");
    const rows = element.part("row");
    assert.deepEqual(await rows.locator("b").allTextContents(), ["one.txt", "two.txt"]);
    assert.deepEqual((await rows.locator("i").allTextContents()).map(plain), [
      "TXT · 7 bytes",
      "TXT · 7 bytes",
    ]);
    await element.button("Remove", "one.txt").click();
    await rows.nth(1).waitFor({ state: "detached" });
    assert.deepEqual(await rows.locator("b").allTextContents(), ["two.txt"]);
  });
});

/** Whether one is right of another. @param {import("playwright-core").Locator} one @param {import("playwright-core").Locator} other */
async function isRightOf(one, other) {
  const [a, b] = await Promise.all([one.boundingBox(), other.boundingBox()]);
  assert(a && b);
  return a.x > b.x;
}

describe("from right to left", () => {
  test("a row is the other way round, and a name keeps its own direction", async () => {
    for (const [dir, lang] of [
      ["ltr", "en"],
      ["rtl", "ar"],
    ]) {
      const element = await elements.open(uploader(), { dir: String(dir), lang: String(lang) });
      await element.add("one.txt");
      const [button, tile] = [element.part("row-actions"), element.part("tile")];
      assert.equal(await isRightOf(button, tile), dir === "ltr");
      const name = element.row("one.txt").locator("bdi");
      assert.equal(await name.evaluate((name) => getComputedStyle(name).direction), "ltr");
    }
  });

  test("the bar fills from the right", async () => {
    const element = await elements.open(uploader(), { dir: "rtl" });
    await element.holdFiles();
    await element.add("one.txt");
    await element.host.evaluate((host) => void (/** @type {any} */ (host).start()));
    await element.holds(1);
    const bar = element.part("row").locator('[part="bar"]');
    await bar.waitFor();
    const gap = await bar.evaluate((bar) => {
      /** @type {HTMLElement} */ (bar).style.setProperty("--progress", "0.5");
      for (const animation of bar.getAnimations({ subtree: true })) animation.finish();
      const fill = /** @type {HTMLElement} */ (bar.firstElementChild);
      const [whole, part] = [bar.getBoundingClientRect(), fill.getBoundingClientRect()];
      return [whole.right - part.right, Math.round((2 * part.width) / whole.width)];
    });
    assert.deepEqual(gap, [0, 1]);
  });

  test("Arabic has its plurals and digits", async () => {
    const element = await elements.open(uploader(), { dir: "rtl", lang: "ar-EG" });
    await element.add("1.txt", "2.txt", "3.txt");
    await element.settles();
    const start = await element.part("start").textContent();
    const rule = new Intl.PluralRules("ar-EG").select(3);
    const text = /** @type {any} */ (ar.start)[rule];
    assert.equal(start, text.replace("{count}", new Intl.NumberFormat("ar-EG").format(3)));
  });
});
