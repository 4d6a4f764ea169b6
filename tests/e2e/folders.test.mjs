// `Uploader` of the built package, in a real browser: real folders, dropped and picked.

import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
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
    ...["cloud/a.txt", "cloud/.clip.mov.icloud", "cloud/sub/.b.txt.iCloud", ".film.mp4.icloud"],
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
    /** What was not added: its path, the file's name, and why. @type {string[][]} */
    const refused = [];
    uploader.addEventListener("restriction-failed", ({ detail: { path, file, error } }) => {
      const { code, detail = "", cause } = error;
      refused.push([path ?? "", file?.name ?? "", code, detail, /** @type {any} */ (cause)?.name]);
    });
    Object.assign(window, { uploader, added, transfers, refused });
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

/** What was not added. @returns {Promise<string[][]>} */
const refused = () => tab.page.evaluate(() => /** @type {any} */ (window).refused);

describe("what can't be read is named, and the rest is added", () => {
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

  test("a folder that is gone by then", async () => {
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

  test("what iCloud has not downloaded, in a folder or by itself", async () => {
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

  test("a drop that says it has files, and brings none", async () => {
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
