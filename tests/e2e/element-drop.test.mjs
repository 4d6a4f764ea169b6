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
 * @param {string} selector of what it happens to
 * @param {"drop" | "paste" | "dragover" | "dragleave"} type
 * @param {{ names?: string[], text?: string, isPrevented?: boolean }} [what]
 * @returns whether the browser was kept from what it does with it
 */
const give = (selector, type, { names = [], text, isPrevented = false } = {}) =>
  tab.page.evaluate(
    ({ selector, type, names, text, isPrevented }) => {
      const { tools } = /** @type {any} */ (window);
      const transfer = new DataTransfer();
      for (const name of names) transfer.items.add(tools.file(name, name, "image/png"));
      if (text) transfer.items.add(text, "text/plain");
      const about = { bubbles: true, cancelable: true, composed: true };
      const event =
        type === "paste"
          ? new ClipboardEvent(type, { ...about, clipboardData: transfer })
          : new DragEvent(type, { ...about, dataTransfer: transfer });
      const place = document.querySelector(selector);
      if (isPrevented) {
        place?.addEventListener(type, (event) => event.preventDefault(), { once: true });
      }
      return place?.dispatchEvent(event) === false;
    },
    { selector, type, names, text, isPrevented },
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
});
