// `Uploader` of the built package, in a real browser: real folders, dropped and picked.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";

import { holdWasm, temporaryFolder } from "./support.mjs";
import { setUpTab } from "./uploader.mjs";

const tab = setUpTab();

const { folder, remove } = temporaryFolder();

/** More than the hundred that a browser hands out at a time. */
const many = Array.from({ length: 250 }, (_, index) => `${index}.txt`);
const photos = ["photos/a.txt", "photos/sub/b.txt", "photos/sub/deep/é ü.txt"];
const hidden = [".DS_Store", "Thumbs.db", "sub/desktop.ini", "sub/.hidden", ".git/config"];

before(() => {
  const paths = [
    ...["one.txt", ".dotfile"],
    ...many.map((name) => `many/${name}`),
    ...photos,
    ...hidden.map((name) => `photos/${name}`),
  ];
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    // Each says where it is from.
    writeFileSync(join(folder, path), path);
  }
  mkdirSync(join(folder, "empty"));
});

after(remove);

/** Has the page add what is dropped on it to an uploader, and keep what `add()` has answered. */
beforeEach(async () => {
  await tab.page.evaluate(async () => {
    const { Uploader } = await import("/dist/index.js");
    const uploader = new Uploader({ endpoint: "/api/uploads" });
    /** @type {Promise<import("/dist/index.js").UploadFile[]>[]} */
    const added = [];
    /** @type {DataTransfer[]} */
    const transfers = [];
    document.documentElement.style.height = "100%";
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!event.dataTransfer) throw new Error("nothing was dropped");
      transfers.push(event.dataTransfer);
      added.push(uploader.add(event.dataTransfer));
    });
    Object.assign(window, { uploader, added, transfers });
  });
});

/**
 * Drops what lies at these paths.
 *
 * @param {string[]} paths
 */
async function drop(...paths) {
  const devtools = await tab.page.context().newCDPSession(tab.page);
  const files = paths.map((path) => join(folder, path));
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of /** @type {const} */ (["dragEnter", "dragOver", "drop"])) {
    await devtools.send("Input.dispatchDragEvent", { type, x: 50, y: 50, data });
  }
}

/**
 * What the drops have added: where each file lay in a folder, and where it says it is from.
 *
 * @returns {Promise<[string, string][][]>}
 */
const added = () =>
  tab.page.evaluate(() =>
    Promise.all(
      /** @type {any} */ (window).added.map(async (/** @type {Promise<any[]>} */ drop) =>
        Promise.all(
          (await drop).map(async ({ file, relativePath }) => [relativePath, await file.text()]),
        ),
      ),
    ),
  );

/** As folders are read in any order. @param {[string, string][] | undefined} files */
const sorted = (files) => (files ?? []).map(([path]) => path).sort();

/** @param {[string, string][]} files */
const areTheirOwn = (files) => files.every(([path, content]) => path === content);

describe("what is dropped", () => {
  test("a folder is walked to its end, and the system's files are left out", async () => {
    await drop("many", "photos");
    const [files = []] = await added();
    assert(areTheirOwn(files));
    const expected = [...many.map((name) => `many/${name}`), ...photos];
    assert.deepEqual(sorted(files), expected.sort());
  });

  test("files keep their order among folders, and a hidden one that was meant is taken", async () => {
    await drop("one.txt", "photos", "empty", ".dotfile");
    const [files = []] = await added();
    assert.deepEqual(files.at(0), ["", "one.txt"]);
    assert.deepEqual(sorted(files.slice(1, -1)), photos);
    assert.deepEqual(files.at(-1), ["", ".dotfile"]);
  });

  test("an empty folder is nothing", async () => {
    await drop("empty");
    assert.deepEqual(await added(), [[]]);
  });

  test("it is read at once, though the wasm is not there yet", async () => {
    const letGo = await holdWasm(tab.page);
    const asked = tab.page.waitForRequest("**/*.wasm*");
    await drop("one.txt", "photos");
    await drop("many");
    await asked;
    const left = await tab.page.evaluate(() =>
      /** @type {any} */ (window).transfers.map((/** @type {DataTransfer} */ { items }) => {
        return items.length;
      }),
    );
    assert.deepEqual(left, [0, 0], "what was dropped can be read no more");
    letGo();
    const [first = [], second = []] = await added();
    assert.deepEqual(sorted(first), ["", ...photos]);
    assert.deepEqual(sorted(second), many.map((name) => `many/${name}`).sort());
    assert(areTheirOwn(second));
  });

  test("a file of a folder is uploaded like any other", async () => {
    await drop("photos");
    const media = await tab.page.evaluate(async () => {
      const { uploader, added } = /** @type {any} */ (window);
      await added[0];
      const { successful } = await uploader.start();
      return successful.map((/** @type {any} */ file) => [file.relativePath, file.media]);
    });
    assert.equal(media.length, photos.length);
    for (const [path, one] of media) assert.equal(tab.demo.stored(one).toString(), path);
  });

  test("a page's own DataTransfer is as good, and text in it is no file", async () => {
    const names = await tab.page.evaluate(async () => {
      const transfer = new DataTransfer();
      transfer.items.add("some text", "text/plain");
      transfer.items.add(new File(["x"], "pasted.png"));
      const files = await /** @type {any} */ (window).uploader.add(transfer);
      return files.map((/** @type {any} */ file) => [file.name, file.relativePath]);
    });
    assert.deepEqual(names, [["pasted.png", ""]]);
  });
});

describe("what is picked", () => {
  test("a folder's files say where they lay, and the system's are left out", async () => {
    await tab.page.evaluate(() => {
      const input = document.createElement("input");
      input.type = "file";
      input.webkitdirectory = true;
      document.body.append(input);
    });
    for (const [name, expected] of /** @type {[string, string[]][]} */ ([
      ["photos", photos],
      ["many", many.map((name) => `many/${name}`)],
    ])) {
      await tab.page.setInputFiles("input", join(folder, name));
      const files = await tab.page.evaluate(async () => {
        const files = await /** @type {any} */ (window).uploader.add(
          document.querySelector("input")?.files,
        );
        return Promise.all(
          files.map(async (/** @type {any} */ { relativePath, file }) => [
            relativePath,
            await file.text(),
          ]),
        );
      });
      assert(areTheirOwn(files));
      assert.deepEqual(sorted(files), [...expected].sort());
    }
  });
});
