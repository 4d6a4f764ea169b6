// Common code for Firefox and WebKit: both protocols have the same actions, and neither can drop files,
// so drops are simulated in the page.

import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";

/** @typedef {import("./engine.mjs").Selectors} Selectors */

/** The codes of keys that are not characters (WebDriver, section 17.4.2). */
const keys = /** @type {Record<string, string>} */ ({
  Backspace: "\uE003",
  Tab: "\uE004",
  Enter: "\uE007",
  Shift: "\uE008",
  Control: "\uE009",
  Alt: "\uE00A",
  Escape: "\uE00C",
  Space: " ",
  PageUp: "\uE00E",
  PageDown: "\uE00F",
  End: "\uE010",
  Home: "\uE011",
  ArrowLeft: "\uE012",
  ArrowUp: "\uE013",
  ArrowRight: "\uE014",
  ArrowDown: "\uE015",
  Delete: "\uE017",
});

/**
 * Runs in the page: finds an element.
 *
 * @param {string[]} selectors
 */
export function find(selectors) {
  /** @type {Document | ShadowRoot | null | undefined} */
  let root = document;
  /** @type {Element | null | undefined} */
  let element;
  for (const selector of selectors) {
    element = root?.querySelector(selector);
    root = element?.shadowRoot;
  }
  if (!element) throw new Error(`There is no ${selectors.join(" > ")}`);
  return element;
}

/** A page behind a driver. */
export class WebDriver {
  dropsReally = false;

  /**
   * @template {unknown[]} A
   * @template T
   * @param {(...args: A) => T | Promise<T>} work
   * @param {A} args
   * @returns {Promise<T>}
   */
  evaluate(work, ...args) {
    return this.evaluateText(`${work}`, ...args);
  }

  /**
   * @param {string} work the source of a function
   * @param {unknown[]} args
   * @returns {Promise<any>}
   */
  async evaluateText(work, ...args) {
    const { value, error } = JSON.parse(
      await this.run(`async () => {
        try {
          return JSON.stringify({ value: await (${work})(...${JSON.stringify(args)}) });
        } catch (error) {
          return JSON.stringify({ error: String(error) });
        }
      }`),
    );
    if (error !== undefined) throw new Error(error);
    return value;
  }

  /**
   * @param {string} _work the source of a function
   * @returns {Promise<string>}
   */
  run(_work) {
    throw new Error("each engine must implement this");
  }

  /**
   * @param {object[]} _actions
   * @returns {Promise<void>}
   */
  perform(_actions) {
    throw new Error("each engine must implement this");
  }

  /**
   * @param {Selectors} _selectors
   * @param {string[]} _paths
   * @returns {Promise<void>}
   */
  pick(_selectors, ..._paths) {
    throw new Error("each engine must implement this");
  }

  /** @param {string} key */
  async press(key) {
    const pressed = key.split(/\+(?=.)/).map((name) => keys[name] ?? name);
    const down = pressed.map((value) => ({ type: "keyDown", value }));
    const up = pressed.reverse().map((value) => ({ type: "keyUp", value }));
    await this.perform([{ type: "key", id: "keyboard", actions: [...down, ...up] }]);
  }

  /** @param {Selectors} selectors */
  async click(selectors) {
    const { x, y } = await this.evaluateText(
      `(selectors) => {
        const element = (${find})(selectors);
        element.scrollIntoView({ block: "nearest" });
        const { left, right, top, bottom } = element.getBoundingClientRect();
        return { x: Math.round((left + right) / 2), y: Math.round((top + bottom) / 2) };
      }`,
      [selectors].flat(),
    );
    const actions = [
      { type: "pointerMove", x, y, origin: "viewport" },
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ];
    const parameters = { pointerType: "mouse" };
    await this.perform([{ type: "pointer", id: "mouse", parameters, actions }]);
  }

  /**
   * Dispatches the events of a drop. The files are real, because they are picked first. Folders are
   * objects that behave like a `FileSystemEntry`.
   *
   * @param {Selectors} selectors
   * @param {string[]} paths
   */
  async drop(selectors, ...paths) {
    await this.evaluate(() => {
      const input = document.createElement("input");
      Object.assign(input, { type: "file", multiple: true, id: "to-be-dropped" });
      document.body.append(input);
    });
    /** @type {string[]} */
    const picked = [];
    const trees = paths.map((path) => tree(path, "", picked));
    if (picked.length > 0) await this.pick("#to-be-dropped", ...picked);
    await this.evaluateText(
      `(selectors, trees) => (${dropInPage})((${find})(selectors), trees)`,
      [selectors].flat(),
      trees,
    );
  }
}

/**
 * @typedef {{ fullPath: string, name: string, file?: number, children?: Tree[] }} Tree `file` is the
 *   number of the picked file
 */

/**
 * Returns the tree of files at a path.
 *
 * @param {string} path
 * @param {string} folder that it is in
 * @param {string[]} picked gets the files
 * @returns {Tree}
 */
function tree(path, folder, picked) {
  const name = basename(path);
  const fullPath = `${folder}/${name}`;
  if (!statSync(path).isDirectory()) return { fullPath, name, file: picked.push(path) - 1 };
  const children = readdirSync(path).map((child) => tree(join(path, child), fullPath, picked));
  return { fullPath, name, children };
}

/**
 * @param {Element} target
 * @param {Tree[]} trees
 */
function dropInPage(target, trees) {
  const input = /** @type {HTMLInputElement} */ (document.querySelector("#to-be-dropped"));
  const files = [...(input.files ?? [])];
  input.remove();
  /** @param {Tree} tree @returns {any} */
  const entry = ({ fullPath, name, file, children = [] }) => ({
    ...{ fullPath, name, isFile: file !== undefined, isDirectory: file === undefined },
    [Symbol.toStringTag]: file === undefined ? "FileSystemDirectoryEntry" : "FileSystemFileEntry",
    file: (/** @type {(file: File | undefined) => void} */ found) =>
      setTimeout(() => found(files[file ?? -1])),
    createReader() {
      const left = children.map(entry);
      return {
        readEntries: (/** @type {(entries: any[]) => void} */ found) =>
          setTimeout(() => found(left.splice(0, 100))),
      };
    },
  });
  const folders = trees.some(({ children }) => children);
  /** @type {any} */
  let transfer = new DataTransfer();
  if (folders) {
    // Pages can't add folders to a real DataTransfer.
    transfer = {
      items: trees.map((tree) => ({
        kind: "file",
        type: files[tree.file ?? -1]?.type ?? "",
        getAsFile: () => files[tree.file ?? -1] ?? null,
        webkitGetAsEntry: () => entry(tree),
      })),
      files: trees.flatMap(({ file }) => files[file ?? -1] ?? []),
      types: ["Files"],
      getData: () => "",
    };
  } else {
    for (const file of files) transfer.items.add(file);
  }
  for (const type of ["dragenter", "dragover", "drop"]) {
    const event = new DragEvent(type, {
      ...{ bubbles: true, cancelable: true, composed: true },
      ...(!folders && { dataTransfer: transfer }),
    });
    if (folders) Object.defineProperty(event, "dataTransfer", { value: transfer });
    target.dispatchEvent(event);
  }
}
