// What others write never becomes more than text: names of files, what servers say, media objects. And
// the strictest policy that the package promises to run under, in each state that the element has.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { root } from "../../pkg-config/run.mjs";
import { setUpElements } from "./element-page.mjs";
import { closePage } from "./support.mjs";

/** Keeps count of what the page's policy refuses, and of scripts that should not have run. */
const watch = () => {
  const page = /** @type {any} */ (window);
  page.violations = [];
  page.ran = [];
  document.addEventListener("securitypolicyviolation", (event) => {
    page.violations.push(`${event.violatedDirective} ${event.sample} ${event.sourceFile}`);
  });
  page.alert = (/** @type {unknown} */ what) => page.ran.push(what);
};

const tab = setUpElements({ listening: (page) => page.addInitScript(watch) });

/** What was refused, what has run, and what the console said. */
async function troubles() {
  const [violations, ran] = await tab.page.evaluate(() => {
    const { violations, ran } = /** @type {any} */ (window);
    return [violations, ran];
  });
  // An icon is asked for by the browser itself.
  return [...violations, ...ran, ...tab.said.filter((text) => !text.includes("404"))];
}

/** Markup that someone has smuggled in would be seen here. */
const foreign = () =>
  tab.page.evaluate(() => {
    const { element } = /** @type {any} */ (window).tools;
    const own = /^(div|p|span|bdi|ul|li|button|input|slot|svg|path|canvas|style)$/;
    const all = [...element.shadowRoot.querySelectorAll("*")];
    return all
      .filter(
        (one) =>
          !own.test(one.localName) || [...one.attributes].some(({ name }) => /^on/.test(name)),
      )
      .map((one) => one.outerHTML);
  });

const markup = "<img src=x onerror=alert(1)>";

describe("a name", () => {
  /** @type {Record<string, string>} */
  const names = {
    "of markup": `${markup}.png`,
    "of a script": "<script>alert(1)</script><svg onload=alert(2)>.svg",
    "of a placeholder": "{size} {name} $& $1 $`.png",
    "of nothing that is seen": "\u200b\u0000\ufeff.png",
    "of quotes": "\"'`<!--]]>&lt;b&gt;.png",
    "of a prototype": "__proto__",
  };
  for (const [kind, name] of Object.entries(names)) {
    test(`${kind} is text, wherever it is said`, async () => {
      await tab.openElement({ multiple: true, "max-file-size": "5" });
      const read = await tab.page.evaluate(async (name) => {
        const { tools } = /** @type {any} */ (window);
        const { element } = tools;
        await element.add([tools.file(name, 1), tools.file(name, 6)]);
        await tools.settled();
        element.start();
        await tools.until(() => tools.asked.size);
        await tools.settled();
        const root = element.shadowRoot;
        const cancel = root.querySelector("li [data-field=cancel]");
        const refused = tools.place("refused").textContent;
        const shown = root.querySelector("li [data-field=name]").textContent;
        return { name: element.files[0].name, shown, refused, label: cancel.ariaLabel };
      }, name);
      assert.equal(read.shown, read.name);
      // Whose end is not what is said of it.
      const isolated = `\u2068${read.name}\u2069`;
      assert.equal(read.refused, `${isolated} is too large. Files can be up to 5\u00a0bytes.`);
      assert.equal(read.label, `Cancel ${isolated}`);
      assert.deepEqual(await foreign(), []);
      assert.deepEqual(await troubles(), []);
    });
  }

  test("that turns the direction of writing turns neither a sentence nor what is beside it", async () => {
    // Shown as it is, this would seem to end in .png: "photo_gnp.exe".
    const name = "photo_\u202egnp.exe";
    await tab.openElement({ multiple: true, "max-file-size": "5" });
    const read = await tab.page.evaluate(async (name) => {
      const { tools } = /** @type {any} */ (window);
      await tools.element.add([tools.file(name, 1), tools.file(name, 6)]);
      await tools.settled();
      const root = tools.element.shadowRoot;
      const place = root.querySelector("li [data-field=name]");
      const { unicodeBidi } = getComputedStyle(place);
      const label = root.querySelector("li [data-field=remove]").ariaLabel;
      const thumbnail = root.querySelector("li [data-field=thumbnail]").textContent;
      return {
        tag: place.localName,
        unicodeBidi,
        label,
        thumbnail,
        text: place.textContent,
        refused: tools.place("refused").textContent,
      };
    }, name);
    assert.equal(read.label, "Remove \u2068photo_gnp.exe\u2069");
    assert.equal(
      read.refused,
      "\u2068photo_gnp.exe\u2069 is too large. Files can be up to 5\u00a0bytes.",
    );
    assert.equal(read.thumbnail, "EXE");
    assert.deepEqual([read.tag, read.unicodeBidi], ["bdi", "isolate"]);
    assert.doesNotMatch(read.text, /[\u202a-\u202e\u2066-\u2069]/);
  });

  test("of 5,000 characters leaves the row as it is", async () => {
    await tab.openElement({ multiple: true });
    const sizes = await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      const { element } = tools;
      await element.add([tools.file("a.txt"), tools.file(`${"w".repeat(5000)}.txt`)]);
      await tools.settled();
      const size = (/** @type {Element} */ row) => {
        const { width, height } = row.getBoundingClientRect();
        return [width, height];
      };
      const rows = [...element.shadowRoot.querySelectorAll("li")].map(size);
      const { scrollWidth, clientWidth } = document.documentElement;
      return { rows, wide: scrollWidth - clientWidth, shown: rows.length };
    });
    assert.equal(sizes.shown, 2);
    assert.deepEqual(sizes.rows[0], sizes.rows[1]);
    assert.equal(sizes.wide, 0);
  });

  test("of 5,000 characters that is refused makes nothing wider", async () => {
    await tab.openElement({ multiple: true, "max-file-size": "1" });
    const wide = await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      await tools.element.add([tools.file(`${"w".repeat(5000)}.txt`)]);
      await tools.settled();
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    assert.equal(wide, 0);
    assert.match(await tab.text("refused"), /is too large/);
  });
});

describe("what servers say", () => {
  test("is text", async () => {
    await tab.plan({
      create: [
        {
          kind: "status",
          status: 422,
          body: JSON.stringify({ error: { message: markup } }),
          content_type: "application/json",
        },
      ],
    });
    await tab.openElement({ endpoint: "/api/uploads", "retry-delays": "" });
    await tab.page.evaluate(async (markup) => {
      const { tools } = /** @type {any} */ (window);
      // Two ways: a backend's answer, and the words of a page's own function.
      tools.element.endpoint = async () => {
        throw Object.assign(new Error(markup), { detail: markup });
      };
      await tools.element.add([tools.file("a.txt")]);
      await tools.element.start();
    }, markup);
    assert.deepEqual(await tab.rows(), ["a.txt failed"]);
    assert.deepEqual(await foreign(), []);
    assert.deepEqual(await troubles(), []);
  });

  test("is text, when the host refuses", async () => {
    await tab.plan({
      store: [
        { kind: "status", status: 422, body: JSON.stringify({ error: { message: markup } }) },
      ],
    });
    await tab.openElement({ endpoint: "/api/uploads", "retry-delays": "" });
    await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      await tools.element.add([tools.file("a.txt")]);
      await tools.element.start();
    });
    await tab.settled();
    const note = await tab.inRow("a.txt", "note").textContent();
    assert.equal(note, `The host refused the file (422): ${markup}`);
    assert.deepEqual(await foreign(), []);
  });

  test("and what is in a media object, is only handed over", async () => {
    await tab.openElement({ name: "film", "value-type": "media" });
    const media = { id: markup, name: markup, url: "javascript:alert(1)", __proto__x: [markup] };
    const got = await tab.page.evaluate(async (media) => {
      const { tools } = /** @type {any} */ (window);
      tools.element.endpoint = async () => ({ media });
      await tools.element.add([tools.file("a.txt")]);
      await tools.element.start();
      await tools.settled();
      return tools.element.media;
    }, media);
    assert.deepEqual(got, [media]);
    assert.deepEqual(await foreign(), []);
    assert.deepEqual(await troubles(), []);
  });

  test("the words and attributes of the page are text too", async () => {
    await tab.openElement({ multiple: true, accept: `.${markup}`, "max-file-size": "1" });
    await tab.page.evaluate(async (markup) => {
      const { tools } = /** @type {any} */ (window);
      tools.element.words = { choose: markup, prompt: markup, "refused-allowedFileTypes": markup };
      await tools.element.add([tools.file("a.txt")]);
    }, markup);
    await tab.page.waitForFunction(
      (markup) => /** @type {any} */ (window).tools.place("choose").textContent === markup,
      markup,
    );
    assert.deepEqual(await foreign(), []);
  });
});

/** That of design.md, 6: the strictest that the package runs under. And no trusted types at all. */
const policy = (/** @type {string} */ host) =>
  `default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ${host};
   require-trusted-types-for 'script'; trusted-types 'none'`.replace(/\s+/g, " ");

describe("the strictest policy", () => {
  /** A film that this browser writes itself is none of a test's; a picture is. */
  const harbour = join(root, "tests/e2e/fixtures/harbour.jpg");

  for (const scripts of [
    '<script type="module" src="/dist/element.js"></script>',
    '<script src="/dist/ittybit-uploader.js"></script>',
    '<script src="/dist/ittybit-uploader.inline.js"></script>',
  ]) {
    const [, bundle] = /dist\/([^"]+)/.exec(scripts) ?? [];
    test(`has nothing to object to in any state of ${bundle}`, async () => {
      await tab.plan({ store: [{ kind: "status", status: 422 }] });
      await tab.open(
        '<form><ittybit-uploader multiple required name="film" retry-delays="" accept="image/*, image/svg+xml, video/*, .txt" max-file-size="1MB" folders capture="user" endpoint="/api/uploads"></ittybit-uploader></form>',
        { scripts, policy: policy(tab.demo.host) },
      );
      await tab.page.evaluate(async () => {
        const { tools } = /** @type {any} */ (window);
        const element = tools.watch(document.querySelector("ittybit-uploader"));
        await tools.drawn(element);
      });
      // Dragged over, refused, pictures and what seems to be a film, under way, failed, stored.
      const chooser = tab.page.waitForEvent("filechooser");
      await tab.place("choose").click();
      const film = { name: "film.mp4", mimeType: "video/mp4", buffer: Buffer.alloc(2000) };
      const picture = { name: "b.jpg", mimeType: "image/jpeg", buffer: readFileSync(harbour) };
      const svg = {
        name: "c.svg",
        mimeType: "image/svg+xml",
        buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(3)"></svg>'),
      };
      const large = { name: "d.txt", mimeType: "text/plain", buffer: Buffer.alloc(1_000_001) };
      await (await chooser).setFiles([film, picture, svg, large]);
      await tab.page.waitForFunction(() =>
        /** @type {any} */ (window).tools.element.shadowRoot.querySelector("canvas"),
      );
      assert.match(await tab.text("refused"), /^d.txt is too large/);
      await tab.page.evaluate(async () => {
        const { tools } = /** @type {any} */ (window);
        const { element } = tools;
        const transfer = new DataTransfer();
        transfer.items.add(tools.file("e.txt"));
        const about = { dataTransfer: transfer, bubbles: true, cancelable: true, composed: true };
        element.dispatchEvent(new DragEvent("dragover", about));
        await tools.settled();
        element.dispatchEvent(new DragEvent("drop", about));
        await tools.until(() => element.files.length === 4);
        const run = element.start();
        element.pause(element.files[3].id);
        await tools.settled();
        element.resume(element.files[3].id);
        await run;
        await tools.settled();
        await element.retry();
        element.reportValidity();
        element.disabled = true;
        await tools.settled();
        element.disabled = false;
        element.lang = "de";
        await tools.settled();
        element.dir = "rtl";
        await tools.settled();
      });
      assert.equal(await tab.states(), "done");
      const said = tab.said.filter((text) => !/4(04|22)/.test(text));
      assert.deepEqual([await tab.page.evaluate("violations"), said], [[], []]);
      assert.deepEqual(await tab.page.evaluate("ran"), []);
      const hasLoaded = tab.requests.includes("/dist/film.js");
      assert.equal(hasLoaded, !bundle?.includes("inline"), "the film was looked into");
    });
  }

  test("counts no style attribute in the HTML that is built", () => {
    for (const name of ["view", "row", "unfinished"]) {
      const html = readFileSync(join(root, `src/widget/${name}.html`), "utf8");
      assert.doesNotMatch(html, /\s(style|on\w+)=/, name);
    }
  });

  test("would be told of", async () => {
    await tab.open("", { policy: policy(tab.demo.host) });
    await tab.page.evaluate(() => document.body.setAttribute("style", "color: red"));
    await tab.page.waitForFunction(() => /** @type {any} */ (window).violations.length > 0);
    // So that the page's own check does not count it.
    await closePage(tab.opened.page);
    tab.opened.close = async () => {};
  });
});
