// Which files the element takes by its attributes, and what it says of those that it refuses: of the built package in a
// real browser.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { setUpElements } from "./element-page.mjs";

const tab = setUpElements();

/**
 * An element that is given files of so many bytes, and what it says of those that it refuses.
 *
 * @param {import("./element-page.mjs").Attributes} attributes
 * @param {[name: string, size: number, type?: string][]} files
 */
async function refuses(attributes, files) {
  await tab.openElement(attributes);
  await tab.page.evaluate(async (files) => {
    const { tools } = /** @type {any} */ (window);
    await tools.element.add(files.map((file) => tools.file(...file)));
  }, files);
  const rows = await tab.rows();
  return { rows: rows.map((row) => row.split(" ")[0]), said: await tab.text("refused") };
}

describe("attributes that limit what is taken", () => {
  test("max-file-size", async () => {
    const outcome = await refuses({ multiple: true, "max-file-size": "1.5 kB" }, [
      ["small.txt", 1500],
      ["large.txt", 1501],
    ]);
    assert.deepEqual(outcome, {
      rows: ["small.txt"],
      said: "large.txt is too large. Files can be up to 1.5 kB.",
    });
    assert.equal(await tab.text("hint"), "Up to 1.5 kB per file");
  });

  test("min-file-size", async () => {
    const outcome = await refuses({ multiple: true, "min-file-size": "2" }, [
      ["small.txt", 1],
      ["large.txt", 2],
    ]);
    assert.deepEqual(outcome, {
      rows: ["large.txt"],
      said: "small.txt is too small. Files must be at least 2 bytes.",
    });
  });

  test("max-total-file-size", async () => {
    const files = /** @type {[string, number][]} */ ([
      ["a.txt", 600],
      ["b.txt", 600],
      ["c.txt", 400],
    ]);
    assert.deepEqual(await refuses({ multiple: true, "max-total-file-size": "1kB" }, files), {
      rows: ["a.txt", "c.txt"],
      said: "b.txt doesn’t fit. All files together can be up to 1 kB.",
    });
  });

  test("max-number-of-files, and of several that are refused one is named", async () => {
    const files = /** @type {[string, number][]} */ ([
      ["a.txt", 1],
      ["b.txt", 1],
      ["c.txt", 1],
      ["d.txt", 1],
    ]);
    assert.deepEqual(await refuses({ multiple: true, "max-number-of-files": "2" }, files), {
      rows: ["a.txt", "b.txt"],
      said: "You can add up to 2 files. And 1 more.",
    });
  });

  test("min-number-of-files, when they are to be started", async () => {
    await tab.openElement({ multiple: true, "min-number-of-files": "2" });
    await tab.add("a.txt");
    assert.equal(await tab.text("refused"), "");
    await tab.place("start").click();
    assert.equal(await tab.text("refused"), "Add at least 2 files.");
    await tab.add("b.txt");
    assert.equal(await tab.text("refused"), "");
    await tab.place("start").click();
    await tab.asked("b.txt");
  });

  test("accept, where the platform knows no type, or gives no extension", async () => {
    const outcome = await refuses({ multiple: true, accept: "video/mp4,.mov,image/heic" }, [
      ["a.MP4", 1, ""],
      ["1000012345", 1, "video/quicktime"],
      ["IMG.HEIC", 1, "application/octet-stream"],
      ["1000012346", 1, "video/webm"],
      ["b.webm", 1, ""],
    ]);
    assert.deepEqual(outcome.rows, ["a.MP4", "1000012345", "IMG.HEIC"]);
  });

  test("accept", async () => {
    const outcome = await refuses({ multiple: true, accept: "image/*, .pdf" }, [
      ["a.png", 1, "image/png"],
      ["b.pdf", 1, "application/pdf"],
      ["c.txt", 1, "text/plain"],
    ]);
    assert.deepEqual(outcome, {
      rows: ["a.png", "b.pdf"],
      said: "c.txt can’t be added. Allowed: images and PDF.",
    });
    assert.equal(await tab.text("hint"), "Only images and PDF");
    const chooser = tab.page.waitForEvent("filechooser");
    await tab.place("choose").click();
    assert((await chooser).isMultiple());
    const accept = await (await chooser).element().getAttribute("accept");
    assert.equal(accept, "image/*, .pdf");
  });

  test("without multiple, a file takes the place of the one before", async () => {
    await tab.openElement();
    await tab.add("a.txt");
    await tab.add("b.txt");
    assert.deepEqual(await tab.rows(), ["b.txt added"]);
    assert.deepEqual(await tab.told(), [
      "file-added a.txt",
      "file-added b.txt",
      "file-removed a.txt",
    ]);
    await tab.add("c.txt", "d.txt");
    assert.deepEqual(await tab.rows(), ["c.txt added"]);
    assert.equal(await tab.text("refused"), "You can add up to 1 file.");
  });

  test("what was refused is not said any longer once other files are added", async () => {
    await refuses({ multiple: true, "max-file-size": "5" }, [["large.txt", 6]]);
    await tab.add("a.txt");
    assert.equal(await tab.text("refused"), "");
  });
});
