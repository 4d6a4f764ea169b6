// Tests `Uploader` in a real browser with real folders, dropped and chosen.

import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";

import { holdWasm, temporaryFolder } from "./support.mjs";
import { setUpTab } from "./uploader.mjs";

const tab = setUpTab();

const { folder, remove } = temporaryFolder();

/** More entries than the hundred that a browser returns at a time. */
const many = Array.from({ length: 250 }, (_, index) => `${index}.txt`);
const photos = ["photos/a.txt", "photos/sub/b.txt", "photos/sub/deep/é ü.txt"];
const hidden = [".DS_Store", "Thumbs.db", "sub/desktop.ini", "sub/.hidden", ".git/config"];

before(() => {
  const paths = [
    ...["one.txt", ".dotfile"],
    ...many.map((name) => `many/${name}`),
    ...photos,
    ...hidden.map((name) => `photos/${name}`),
    ...["cloud/a.txt", "cloud/.clip.mov.icloud", "cloud/sub/.b.txt.iCloud", ".film.mp4.icloud"],
  ];
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    // The content of each file is its path.
    writeFileSync(join(folder, path), path);
  }
  mkdirSync(join(folder, "empty"));
});

after(remove);

/** Makes the page add dropped files to an uploader, and record the results of `add()`. */
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
    /** The files that were refused: path, name and reason. @type {string[][]} */
    const refused = [];
    uploader.addEventListener("restriction-failed", ({ detail: { path, file, error } }) => {
      const { code, detail = "", cause } = error;
      refused.push([path ?? "", file?.name ?? "", code, detail, /** @type {any} */ (cause)?.name]);
    });
    Object.assign(window, { uploader, added, transfers, refused });
  });
});

/**
 * Drops the files and folders at these paths.
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
 * Returns the files that each drop has added: the path in the folder, and the content.
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

/** Sorts the paths, because folders are read in any order. @param {[string, string][] | undefined} files */
const sorted = (files) => (files ?? []).map(([path]) => path).sort();

/** @param {[string, string][]} files */
const areTheirOwn = (files) => files.every(([path, content]) => path === content);

describe("dropped files and folders", () => {
  test("a folder is read completely, without the system's files", async () => {
    await drop("many", "photos");
    const [files = []] = await added();
    assert(areTheirOwn(files));
    const expected = [...many.map((name) => `many/${name}`), ...photos];
    assert.deepEqual(sorted(files), expected.sort());
  });

  test("files keep their order, and a hidden file that is dropped itself is added", async () => {
    await drop("one.txt", "photos", "empty", ".dotfile");
    const [files = []] = await added();
    assert.deepEqual(files.at(0), ["", "one.txt"]);
    assert.deepEqual(sorted(files.slice(1, -1)), photos);
    assert.deepEqual(files.at(-1), ["", ".dotfile"]);
  });

  test("an empty folder adds nothing", async () => {
    await drop("empty");
    assert.deepEqual(await added(), [[]]);
  });

  test("a drop is read at once, even if the wasm is not loaded yet", async () => {
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

  test("a file in a folder is uploaded", async () => {
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

  test("a DataTransfer that the page has created works too, and its text is ignored", async () => {
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

/** Returns the files that were refused. @returns {Promise<string[][]>} */
const refused = () => tab.page.evaluate(() => /** @type {any} */ (window).refused);

describe("unreadable entries are reported, and the rest is added", () => {
  test("a file and a folder within a folder", async () => {
    await tab.page.evaluate(() => {
      const fail = (/** @type {unknown} */ _, /** @type {(reason: unknown) => void} */ reject) =>
        reject(new DOMException("It can't be read.", "NotReadableError"));
      const spoil = (/** @type {any} */ entry) => {
        if (/a\.txt$/.test(entry.fullPath)) entry.file = fail;
        if (/deep$/.test(entry.fullPath)) entry.createReader = () => ({ readEntries: fail });
      };
      const { webkitGetAsEntry } = DataTransferItem.prototype;
      DataTransferItem.prototype.webkitGetAsEntry = function () {
        const entry = /** @type {any} */ (webkitGetAsEntry.call(this));
        const reader = entry.isDirectory && Object.getPrototypeOf(entry.createReader());
        if (reader) {
          const { readEntries } = reader;
          /** @param {(entries: any[]) => void} resolve @param {(reason: unknown) => void} reject */
          reader.readEntries = function (resolve, reject) {
            const give = (/** @type {any[]} */ entries) => {
              entries.forEach(spoil);
              resolve(entries);
            };
            readEntries.call(this, give, reject);
          };
        }
        return entry;
      };
    });
    await drop("photos", "one.txt");
    const [files] = await added();
    assert.deepEqual(sorted(files), ["", "photos/sub/b.txt"]);
    assert.deepEqual((await refused()).sort(), [
      ["photos/a.txt", "", "file-unreadable", "unreadable", "NotReadableError"],
      ["photos/sub/deep", "", "file-unreadable", "unreadable", "NotReadableError"],
    ]);
  });

  test("a folder that was removed", async () => {
    mkdirSync(join(folder, "gone"));
    writeFileSync(join(folder, "gone/a.txt"), "a");
    const letGo = await holdWasm(tab.page);
    await drop("one.txt");
    await drop("gone", "photos");
    rmSync(join(folder, "gone"), { recursive: true });
    letGo();
    const [, files] = await added();
    assert.deepEqual(sorted(files), photos);
    assert.deepEqual(await refused(), [
      ["gone", "", "file-unreadable", "unreadable", "NotFoundError"],
    ]);
  });

  test("a handle", async () => {
    const names = await tab.page.evaluate(async () => {
      const { setTimeout: wait } = window;
      Object.assign(window, {
        setTimeout: (/** @type {() => void} */ act, time = 0) =>
          wait(act, time === 10_000 ? 1 : time),
      });
      const good = { name: "good.txt", getFile: async () => new File(["x"], "good.txt") };
      const silent = { name: "silent.txt", getFile: () => new Promise(() => {}) };
      const bad = {
        name: "bad.txt",
        getFile: () => Promise.reject(new DOMException("", "NotAllowedError")),
      };
      const handles = [bad, silent, good].map((handle) => ({
        ...handle,
        [Symbol.toStringTag]: "FileSystemFileHandle",
      }));
      const files = await /** @type {any} */ (window).uploader.add(handles);
      return files.map((/** @type {any} */ { name }) => name);
    });
    assert.deepEqual(names, ["good.txt"]);
    assert.deepEqual(await refused(), [
      ["bad.txt", "", "file-unreadable", "unreadable", "NotAllowedError"],
      ["silent.txt", "", "file-unreadable", "unreadable", "Error"],
    ]);
  });

  test("a file that iCloud has not downloaded, in a folder or by itself", async () => {
    await drop("cloud", ".film.mp4.icloud");
    const [files] = await added();
    assert.deepEqual(sorted(files), ["cloud/a.txt"]);
    const paths = (await refused()).map(([path, , code, detail]) => [path, code, detail]);
    assert.deepEqual(paths.sort(), [
      ["cloud/clip.mov", "file-unreadable", "not-downloaded"],
      ["cloud/sub/b.txt", "file-unreadable", "not-downloaded"],
      ["film.mp4", "file-unreadable", "not-downloaded"],
    ]);
  });

  test("a drop that announces files, but has none", async () => {
    const counts = await tab.page.evaluate(async () => {
      const { uploader } = /** @type {any} */ (window);
      const getData = () => "";
      const empty = { kind: "file", getAsFile: () => null };
      const files = await uploader.add({ types: ["text/plain", "Files"], items: [empty], getData });
      const none = await uploader.add({ types: ["Files"], items: [], getData });
      const text = await uploader.add({ types: ["text/plain"], items: [], getData });
      return [files.length, none.length, text.length];
    });
    assert.deepEqual(counts, [0, 0, 0]);
    const nothing = /** @type {any} */ (["", "", "file-unreadable", "no-file", undefined]);
    assert.deepEqual(await refused(), [nothing, nothing]);
  });
});

describe("chosen folders", () => {
  test("files have their paths, and the system's files are ignored", async () => {
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
