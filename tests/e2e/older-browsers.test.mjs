// Tests the element as in the oldest supported browsers: removes the features that they lack from the page first.
// tests/supply/younger.mjs lists these features.

import assert from "node:assert/strict";
import { test } from "node:test";

import { setUpElements } from "./element-page.mjs";

const tab = setUpElements();

/** Makes style sheets ignore rules with a word, like a browser that doesn't support it. @param {string} word */
const forget = (word) =>
  tab.page.addInitScript((word) => {
    const { replaceSync } = CSSStyleSheet.prototype;
    CSSStyleSheet.prototype.replaceSync = function (text) {
      replaceSync.call(this, text.replaceAll(word, word.replace(/\w/, "un-$&")));
    };
  }, word);

test("without custom states, or with dashed names only, the element sets attributes", async () => {
  await tab.page.addInitScript(() => {
    const { prototype } = CustomStateSet;
    const { add } = prototype;
    prototype.add = function (name) {
      if (!name.startsWith("--")) throw new DOMException("It wants dashes.", "SyntaxError");
      return add.call(this, name);
    };
  });
  const states = () =>
    tab.page.evaluate(() => {
      const { element } = /** @type {any} */ (window).tools;
      return ["empty", "uploading", "done"].filter((name) => element.hasAttribute(name)).join(" ");
    });
  await tab.openElement();
  assert.equal(await states(), "empty");
  await tab.add("a.txt");
  await tab.page.evaluate(() => void (/** @type {any} */ (window).tools.element.start()));
  await tab.answer("a.txt");
  await tab.tells("complete");
  await tab.settled();
  assert.equal(await states(), "done");
  // Firefox before 126 has no custom states.
  await tab.page.addInitScript(() => {
    delete (/** @type {any} */ (ElementInternals.prototype).states);
  });
  await tab.openElement();
  assert.equal(await states(), "empty");
});

test("without VideoDecoder, a film has no thumbnail", async () => {
  await tab.page.addInitScript(() => {
    for (const name of ["VideoDecoder", "EncodedVideoChunk", "VideoFrame"]) {
      Reflect.deleteProperty(globalThis, name);
    }
  });
  await tab.openElement();
  await tab.page.evaluate(async () => {
    const { tools } = /** @type {any} */ (window);
    await tools.element.add([tools.file("ferry.mp4", 1000, "video/mp4")]);
  });
  await tab.inRow("ferry.mp4", "thumbnail").waitFor();
  // Thumbnails are created after a row has been visible for a while.
  await tab.page.waitForFunction(() =>
    performance.getEntriesByType("resource").some(({ name }) => name.includes("thumbnails")),
  );
  await tab.settled();
  assert.equal(await tab.inRow("ferry.mp4", "thumbnail").textContent(), "MP4");
  assert(!tab.loaded.includes("film.js"));
});

test("without ARIA properties, everything in the element has a name", async () => {
  await tab.page.addInitScript(() => {
    for (const { prototype } of [Element, ElementInternals]) {
      for (const name of Object.getOwnPropertyNames(prototype)) {
        if (/^(aria[A-Z]|role$)/.test(name)) Reflect.deleteProperty(prototype, name);
      }
    }
  });
  await tab.openElement();
  await tab.add("a.txt");
  await tab.page.evaluate(() => void (/** @type {any} */ (window).tools.element.start()));
  await tab.asked("a.txt");
  await tab.settled();
  const bar = tab.inRow("a.txt", "bar");
  assert.match(`${await bar.getAttribute("aria-label")}`, /a\.txt/);
  assert.equal(await bar.getAttribute("aria-valuenow"), "0");
  assert.ok(await bar.getAttribute("aria-valuetext"));
  assert.equal(await bar.locator("[part=fill]").count(), 1);
  assert.match(`${await tab.inRow("a.txt", "cancel").getAttribute("aria-label")}`, /a\.txt/);
});

test("without handles of dropped files, the files are added", async () => {
  await tab.page.addInitScript(() => {
    Reflect.deleteProperty(DataTransferItem.prototype, "getAsFileSystemHandle");
  });
  await tab.openElement();
  await tab.page.evaluate(async () => {
    const { tools } = /** @type {any} */ (window);
    const transfer = new DataTransfer();
    transfer.items.add(tools.file("large.bin", 6_000_000));
    await tools.element.add(transfer);
  });
  assert.deepEqual(await tab.rows(), ["large.bin added"]);
});

test("without color-mix(), the button is legible", async () => {
  await forget("color-mix(");
  await tab.openElement();
  const colours = await tab.page.evaluate(() => {
    const { tools } = /** @type {any} */ (window);
    const { color, backgroundColor } = getComputedStyle(tools.place("choose"));
    return [color, backgroundColor];
  });
  assert.deepEqual(colours, ["rgb(255, 255, 255)", "rgb(8, 133, 123)"]);
});

test("without :has(), the element is drawn", async () => {
  await forget(":has(");
  await tab.openElement();
  await tab.add("a.txt");
  assert.equal((await tab.rows()).length, 1);
  assert.equal(await tab.place("choose").isVisible(), true);
});
