// What is dropped on the element, near it, or pasted: with the browser's own drags where it can make
// them, of real files and folders.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";

import { setUpElements } from "./element-page.mjs";
import { temporaryFolder } from "./support.mjs";

const tab = setUpElements();

const { folder, remove } = temporaryFolder();

before(() => {
  for (const path of [
    "one.txt",
    "two.txt",
    "photos/a.txt",
    "photos/sub/b.txt",
    "photos/.DS_Store",
  ]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), path);
  }
});

after(remove);

/**
 * Drags what lies at these paths over a place of the page.
 *
 * @param {"element" | "page"} place
 * @param {string[]} paths
 */
async function drag(place, ...paths) {
  const devtools = await tab.page.context().newCDPSession(tab.page);
  const box = await tab.page.locator("ittybit-uploader").boundingBox();
  assert(box);
  const inside = { x: box.x + box.width / 2, y: box.y + 20 };
  const outside = { x: box.x + 5, y: box.y + box.height + 150 };
  const point = place === "element" ? inside : outside;
  const files = paths.map((path) => join(folder, path));
  const data = { items: [], files, dragOperationsMask: 1 };
  /** @param {"dragEnter" | "dragOver" | "drop" | "dragCancel"} type */
  const send = (type, at = point) =>
    devtools.send("Input.dispatchDragEvent", { type, ...at, data });
  await send("dragEnter");
  await send("dragOver");
  return {
    drop: () => send("drop"),
    leave: () => send("dragCancel"),
    /** From one place to the other, where it stays for a moment. */
    goOutside: async () => {
      for (const _ of [1, 2]) await send("dragOver", outside);
    },
  };
}

/**
 * Drops or pastes by a script: what no driver does.
 *
 * @param {string} selector of what it happens to; `>>>` leads into a shadow root
 * @param {"drop" | "paste" | "dragover" | "dragleave"} type
 * @param {{ names?: string[], text?: string, html?: string, isPrevented?: boolean }} [what]
 * @returns whether the browser was kept from what it does with it
 */
const give = (selector, type, { names = [], text, html, isPrevented = false } = {}) =>
  tab.page.evaluate(
    ({ selector, type, names, text, html, isPrevented }) => {
      const { tools } = /** @type {any} */ (window);
      const transfer = new DataTransfer();
      for (const name of names) transfer.items.add(tools.file(name, name, "image/png"));
      if (text) transfer.items.add(text, "text/plain");
      if (html) transfer.items.add(html, "text/html");
      const about = { bubbles: true, cancelable: true, composed: true };
      const event =
        type === "paste"
          ? new ClipboardEvent(type, { ...about, clipboardData: transfer })
          : new DragEvent(type, { ...about, dataTransfer: transfer });
      const { closedRoots } = /** @type {any} */ (window);
      /** @type {any} */
      let place = document;
      for (const step of selector.split(" >>> ")) {
        place = (place.shadowRoot ?? closedRoots?.get(place) ?? place).querySelector(step);
      }
      if (isPrevented) {
        place.addEventListener(type, (/** @type {Event} */ event) => event.preventDefault(), {
          once: true,
        });
      }
      return !place.dispatchEvent(event);
    },
    { selector, type, names, text, html, isPrevented },
  );

/** Once what was dropped would have been added. @returns {Promise<string[]>} */
async function rows() {
  await tab.page.evaluate(async () => {
    // An add of nothing is done after those before.
    const { element } = /** @type {any} */ (window).tools;
    if (element.multiple) await element.add([]);
  });
  return (await tab.rows()).map((row) => row.split(" ")[0] ?? "");
}

/** @param {string[]} names */
async function has(...names) {
  await tab.page.waitForFunction(
    (count) => /** @type {any} */ (window).tools.element.files.length >= count,
    names.length,
  );
  assert.deepEqual((await rows()).sort(), names.sort());
}

/** The element, and much room below it. @param {import("./element-page.mjs").Attributes} attributes */
async function open(attributes = {}) {
  await tab.openElement({ multiple: true, ...attributes });
  await tab.page.evaluate(() => {
    const room = document.createElement("main");
    room.style.height = "400px";
    room.append(document.createElement("input"), document.createElement("textarea"));
    document.body.append(room);
  });
}

describe("on the element", () => {
  test("files are taken, and nothing is left of the drag", async () => {
    await open();
    assert.equal(await tab.states(), "empty");
    const { drop } = await drag("element", "one.txt", "two.txt");
    assert.equal(await tab.states(), "empty dragging");
    assert.equal(await tab.text("drop"), "Drop to add");
    await drop();
    await has("one.txt", "two.txt");
    assert.equal(await tab.states(), "");
  });

  test("a folder is walked", async () => {
    await open();
    const { drop } = await drag("element", "photos", "one.txt");
    await drop();
    await has("a.txt", "b.txt", "one.txt");
    const paths = await tab.page.evaluate(() =>
      /** @type {any} */ (window).tools.element.files.map(
        (/** @type {any} */ { relativePath }) => relativePath,
      ),
    );
    assert.deepEqual(paths.sort(), ["", "photos/a.txt", "photos/sub/b.txt"]);
  });

  test("where one is taken, one of several is, and the others are refused in words", async () => {
    await open({ multiple: false });
    const { drop } = await drag("element", "one.txt", "two.txt");
    await drop();
    await has("one.txt");
    assert.equal(await tab.text("refused"), "You can add up to 1 file.");
  });

  test("a drag that goes on to elsewhere leaves nothing, nor one that leaves the page", async () => {
    await open();
    const { goOutside, leave } = await drag("element", "one.txt");
    assert.equal(await tab.states(), "empty dragging");
    await goOutside();
    assert.equal(await tab.states(), "empty");
    await leave();
    assert(await give("ittybit-uploader", "dragover", { names: ["a.png"] }));
    assert.equal(await tab.states(), "empty dragging");
    await give("ittybit-uploader", "dragleave");
    assert.equal(await tab.states(), "empty");
    assert.deepEqual(await rows(), []);
  });

  test("text is left to others", async () => {
    await open();
    assert.equal(await give("ittybit-uploader", "dragover", { text: "hello" }), false);
    assert.equal(await tab.states(), "empty");
    assert.equal(await give("ittybit-uploader", "drop", { text: "hello" }), false);
    assert.deepEqual(await rows(), []);
  });

  test("what the page has taken is not taken twice", async () => {
    await open();
    await give("ittybit-uploader", "drop", { names: ["a.png"], isPrevented: true });
    assert.deepEqual(await rows(), []);
  });

  for (const way of ["itself", "by its fieldset"]) {
    test(`that is disabled ${way}, nothing is taken`, async () => {
      await open();
      await tab.page.evaluate((way) => {
        const { element } = /** @type {any} */ (window).tools;
        if (way === "itself") {
          element.disabled = true;
          return;
        }
        const fieldset = document.createElement("fieldset");
        fieldset.disabled = true;
        element.replaceWith(fieldset);
        fieldset.append(element);
      }, way);
      await tab.settled();
      assert.equal(await give("ittybit-uploader", "dragover", { names: ["a.png"] }), false);
      assert.equal(await tab.states(), "empty");
      assert.equal(await give("ittybit-uploader", "drop", { names: ["a.png"] }), false);
      assert.equal(await give("ittybit-uploader", "paste", { names: ["a.png"] }), false);
      assert.deepEqual(await rows(), []);
    });
  }
});

describe("what can't be added is said in words", () => {
  /** Drops something on the element that a driver has not. @param {object} transfer */
  const dropAs = (transfer) =>
    tab.page.evaluate((transfer) => {
      const event = new DragEvent("drop", { bubbles: true, cancelable: true, composed: true });
      const value = { ...transfer, getData: () => "" };
      Object.defineProperty(event, "dataTransfer", { value });
      /** @type {any} */ (window).tools.element.dispatchEvent(event);
    }, transfer);

  test("a drop without a file, as of a mail program", async () => {
    const message = "What was dropped carries no file. Save it first, and add it from there.";
    for (const [lang, words] of Object.entries({
      en: message,
      de: "Darin ist keine Datei. Speichern Sie sie zuerst und fügen Sie sie von dort hinzu.",
    })) {
      await open({ lang });
      await dropAs({ types: ["text/html", "Files"], items: [] });
      await tab.tells("restriction-failed");
      assert.equal(await tab.text("refused"), words);
    }
  });

  for (const [lang, words] of [
    ["en", "clip.mov isn't on this device yet. Download it, and add it again."],
    [
      "de",
      "clip.mov ist noch nicht auf diesem Gerät. Laden Sie es herunter und fügen Sie es noch einmal hinzu.",
    ],
  ]) {
    test(`a placeholder of iCloud, in ${lang}`, async () => {
      await open({ lang: `${lang}` });
      await tab.page.evaluate(async () => {
        const { tools } = /** @type {any} */ (window);
        await tools.element.add([tools.file(".clip.mov.icloud"), tools.file("a.txt")]);
      });
      await has("a.txt");
      await tab.page.evaluate(async () => {
        const { tools } = /** @type {any} */ (window);
        await tools.element.add([tools.file(".clip.mov.icloud")]);
      });
      assert.equal(await tab.text("refused"), words);
    });
  }
});

describe("elsewhere in the page", () => {
  test("a drop is left alone", async () => {
    await open();
    const { leave } = await drag("page", "one.txt");
    assert.equal(await tab.states(), "empty");
    await leave();
    assert.equal(await give("main", "dragover", { names: ["a.png"] }), false);
    assert.equal(await give("main", "drop", { names: ["a.png"] }), false);
    assert.equal(await give("main", "paste", { names: ["a.png"] }), false);
    assert.deepEqual(await rows(), []);
  });

  test("with drop-anywhere, a drop is taken and the page says so", async () => {
    await open({ "drop-anywhere": true });
    const overlay = tab.page.locator("ittybit-uploader [part=overlay]");
    assert(!(await overlay.isVisible()));
    const { drop } = await drag("page", "one.txt", "photos");
    assert.equal(await tab.states(), "empty dragging");
    assert(await overlay.isVisible());
    await drop();
    await has("one.txt", "a.txt", "b.txt");
    assert(!(await overlay.isVisible()));
    assert.equal(await tab.states(), "");
  });

  test("with drop-anywhere, dragged away is over", async () => {
    await open({ "drop-anywhere": true });
    await drag("page", "one.txt");
    assert.equal(await tab.states(), "empty dragging");
    // The driver's own drags end without a word.
    await give("main", "dragleave");
    assert.equal(await tab.states(), "empty");
  });

  test("with drop-anywhere on two, each takes what is dropped on itself", async () => {
    await open({ "drop-anywhere": true });
    await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      const first = tools.element;
      const second = tools.create({ id: "second", multiple: true, "drop-anywhere": true });
      second.endpoint = tools.endpoint;
      document.body.append(second);
      await tools.drawn(second);
      Object.assign(window, { first });
    });
    await give("#second", "drop", { names: ["a.png"] });
    await has("a.png");
    const names = await tab.page.evaluate(() => /** @type {any} */ (window).first.files.length);
    assert.equal(names, 0);
  });

  test("taken out of the page, it takes nothing any more", async () => {
    await open({ "drop-anywhere": true });
    await tab.page.evaluate(() => /** @type {any} */ (window).tools.element.remove());
    assert.equal(await give("main", "drop", { names: ["a.png"] }), false);
  });
});

describe("what is pasted", () => {
  test("is taken where the element has the focus: a picture", async () => {
    await open();
    assert(await give("ittybit-uploader", "paste", { names: ["image.png"] }));
    await has("image.png");
  });

  test("text is left to others", async () => {
    await open();
    assert.equal(await give("ittybit-uploader", "paste", { text: "hello" }), false);
    assert.deepEqual(await rows(), []);
  });

  test("anywhere in the page, with drop-anywhere, but where one writes", async () => {
    await open({ "drop-anywhere": true });
    assert.equal(await give("input", "paste", { names: ["a.png"] }), false);
    assert.equal(await give("textarea", "paste", { names: ["a.png"] }), false);
    assert(await give("body", "paste", { names: ["b.png"] }));
    await has("b.png");
  });

  test("of the system's clipboard, by the keyboard", async () => {
    await open();
    await tab.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await tab.page.evaluate(async () => {
      const canvas = new OffscreenCanvas(8, 8);
      canvas.getContext("2d")?.fillRect(0, 0, 8, 8);
      const picture = await canvas.convertToBlob();
      await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
    });
    await tab.place("choose").focus();
    await tab.page.keyboard.press("Control+V");
    await has("image.png");
  });

  test("text that an office program has laid a picture beside is left to others", async () => {
    await open({ "drop-anywhere": true });
    const cells = { names: ["image.png"], text: "1\t2", html: "<table><td>1<td>2</table>" };
    assert.equal(await give("body", "paste", cells), false);
    assert.equal(await give("ittybit-uploader", "paste", cells), false);
    assert.deepEqual(await rows(), []);
  });

  test("a picture of a web page is taken, and a file whose name is on the clipboard, too", async () => {
    await open({ "drop-anywhere": true });
    assert(await give("body", "paste", { names: ["web.png"], html: '<img src="web.png">' }));
    assert(await give("body", "paste", { names: ["copied.png"], text: "copied.png" }));
    await has("web.png", "copied.png");
  });

  test("an event that carries nothing at all is left alone", async () => {
    await open({ "drop-anywhere": true });
    const isTaken = await tab.page.evaluate(() => {
      const about = { bubbles: true, cancelable: true };
      const events = [new DragEvent("drop", about), new ClipboardEvent("paste", about)];
      return events.map((event) => !document.body.dispatchEvent(event));
    });
    assert.deepEqual(isTaken, [false, false]);
  });
});

describe("with drop-anywhere, an editor keeps what is its own", () => {
  const word = { names: ["image.png"], text: "words", html: "<p>words<img></p>" };

  const editor = "<textarea></textarea><div contenteditable><p>one</p></div>";
  const inOpen = `<template shadowrootmode="open">${editor}</template>`;
  const editors = `<main>
    <div id="rich" contenteditable><p>one <b>two</b></p></div>
    <div id="plain" contenteditable="plaintext-only"><i>one</i></div>
    <div id="own" role="textbox" tabindex="0"><span>one</span></div>
    <input id="check" type="checkbox"><input id="search" type="search">
    <open-editor>${inOpen}</open-editor>
    <outer-editor><template shadowrootmode="open"><p>${inOpen}</p></template></outer-editor>
    <closed-editor></closed-editor>
    <my-page tabindex="0"><p>text</p></my-page></main>`;

  /** @param {import("./element-page.mjs").Attributes} [attributes] */
  async function openEditors(attributes = { "drop-anywhere": true }) {
    await tab.openElement({ multiple: true, ...attributes }, "endpoint", editors);
    await tab.page.evaluate(() => {
      const host = document.querySelector("closed-editor");
      const root = host?.attachShadow({ mode: "closed" });
      root?.append(document.createElement("textarea"));
      Object.assign(window, { closedRoots: new Map([[host, root]]) });
    });
  }

  for (const place of [
    ...["#rich", "#rich b", "#plain i", "#own span", "#search"],
    ...["open-editor >>> textarea", "open-editor >>> p", "outer-editor >>> p >>> textarea"],
  ]) {
    test(`pasted into ${place}`, async () => {
      await openEditors();
      assert.equal(await give(place, "paste", word), false);
      assert.equal(await give(place, "paste", { names: ["image.png"] }), false);
      assert.deepEqual(await rows(), []);
    });
  }

  test("pasted into one in a closed shadow root, which has the focus", async () => {
    await openEditors();
    await tab.page.evaluate(() => {
      const { closedRoots } = /** @type {any} */ (window);
      closedRoots.get(document.querySelector("closed-editor")).querySelector("textarea").focus();
    });
    assert.equal(await give("closed-editor >>> textarea", "paste", { names: ["a.png"] }), false);
    assert.deepEqual(await rows(), []);
  });

  test("a page whose document is edited as a whole is one", async () => {
    await openEditors();
    await tab.page.evaluate(() => {
      document.designMode = "on";
    });
    assert.equal(await give("main", "paste", { names: ["a.png"] }), false);
    assert.deepEqual(await rows(), []);
  });

  test("a picture that is moved about in it is not taken, and a file that is dropped on it is", async () => {
    await openEditors();
    const moved = { names: ["image.png"], html: "<img>" };
    assert.equal(await give("#rich b", "dragover", moved), false);
    assert.equal(await tab.states(), "empty");
    assert.equal(await give("#rich b", "drop", moved), false);
    assert(await give("#rich b", "drop", { names: ["b.png"] }));
    await has("b.png");
  });

  test("where nothing is written, a picture is taken", async () => {
    await openEditors();
    assert(await give("#check", "paste", { names: ["a.png"] }));
    assert(await give("my-page p", "paste", { names: ["b.png"] }));
    await has("a.png", "b.png");
  });

  test("one that a page has put into the element itself keeps it, too", async () => {
    await open();
    await tab.page.evaluate(() => {
      const title = document.createElement("textarea");
      title.slot = "title";
      /** @type {any} */ (window).tools.element.append(title);
    });
    assert.equal(await give("ittybit-uploader textarea", "paste", word), false);
    assert.deepEqual(await rows(), []);
  });
});
