// Compares the reference with the built element and the sources of its view.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";

import {
  attributes,
  customProperties,
  events,
  globalAttributes,
  methods,
  parts,
  properties,
  rowFields,
  slots,
  states,
} from "../../pkg-config/reference/element.mjs";
import { camelCase, written } from "../../pkg-config/reference/write.mjs";
import { root } from "../../pkg-config/run.mjs";
import en from "../../src/widget/js/words/en.js";

/** @param {{ name: string }[]} all */
const names = (all) => all.map(({ name }) => name);

/** @param {Iterable<string>} all */
const sorted = (all) => [...new Set(all)].sort();

/** @param {string} name */
const source = (name) => readFileSync(join(root, "src/widget", name), "utf8");

const html = ["view.html", "row.html", "unfinished.html"].map(source).join("");

/**
 * Returns all words in an attribute of the view's HTML.
 *
 * @param {string} attribute
 * @param {string} [text]
 */
const said = (attribute, text = html) =>
  [...text.matchAll(new RegExp(` ${attribute}="([^"]*)"`, "g"))].flatMap(([, value = ""]) =>
    value.split(" "),
  );

/** @type {any} */
let element;

before(async () => {
  // The parts of a browser that defining an element needs.
  Object.assign(globalThis, {
    customElements: {
      get() {},
      define(/** @type {string} */ name, /** @type {unknown} */ defined) {
        assert.equal(name, "ittybit-uploader");
        element = defined;
      },
    },
    HTMLElement: class {},
    CSSStyleSheet: class {
      replaceSync() {}
    },
    IntersectionObserver: class {},
  });
  await import(join(root, "dist/element.js"));
});

for (const [file, text] of Object.entries(written())) {
  test(`${file} is up to date`, () => {
    const isSame = readFileSync(join(root, file), "utf8") === text;
    assert(isSame, "`npm run reference` must be run");
  });
}

test("lists the attributes that the element observes", () => {
  const all = names([...attributes, ...globalAttributes]);
  assert.deepEqual(sorted(element.observedAttributes), sorted(all));
});

test("lists the properties and methods of the element", () => {
  const isOwn = (/** @type {string} */ name) => !/^constructor$|Callback$/.test(name);
  assert.deepEqual(
    Object.getOwnPropertyNames(element.prototype).filter(isOwn).sort(),
    sorted([...names(attributes).map(camelCase), ...names([...properties, ...methods])]),
  );
});

test("read-only properties can't be set", () => {
  for (const { name, isReadonly = false } of properties) {
    const { set } = Object.getOwnPropertyDescriptor(element.prototype, name) ?? {};
    assert.equal(set === undefined, isReadonly, name);
  }
});

test("lists the events that the element passes on, and which can be prevented", () => {
  const queue = source("js/queue.js");
  const [, list = ""] = /export const events = \[(.*?)\];/s.exec(queue) ?? [];
  const all = [...list.matchAll(/"(.*?)"/g)].map(([, name = ""]) => name);
  assert(all.length > 0);
  assert.deepEqual(names(events), all);
  const [, preventable = ""] = /preventable = \/\^\((.*?)\)\$\//.exec(queue) ?? [];
  assert.deepEqual(
    sorted(preventable.split("|")),
    sorted(names(events.filter(({ prevented }) => prevented))),
  );
});

test("lists the slots of the view, and the row", () => {
  const view = [...html.matchAll(/<slot name="(.*?)"/g)].map(([, name = ""]) => name);
  assert.deepEqual(sorted([...view, "row"]), sorted(names(slots)));
});

test("lists the parts of the view", () => {
  // The shell creates the picture.
  assert.deepEqual(sorted([...said("part"), "picture"]), sorted(names(parts)));
});

test("lists the fields of a row's HTML", () => {
  assert.deepEqual(sorted(said("data-field", source("row.html"))), sorted(names(rowFields)));
});

test("lists the custom properties of the style sheet", () => {
  const read = [...source("style.css").matchAll(/var\((--ittybit-[\w-]+)/g)];
  assert.deepEqual(sorted(read.map(([, name = ""]) => name)), sorted(names(customProperties)));
});

test("lists the states that the view sets, and dragging", () => {
  const [, list = ""] = /STATES: \[&str; \d+\] = \[(.*?)\]/s.exec(source("view.rs")) ?? [];
  const set = [...list.matchAll(/"(.*?)"/g)].map(([, name = ""]) => name);
  assert.deepEqual(sorted([...set, "dragging"]), sorted(names(states)));
});

test("every field of the view has a text", () => {
  // Fields without their own key: they come from a file, or combine several sentences.
  const made = ["name", "note", "bar", "thumbnail", "status", "hint", "refused", "news"];
  const keys = Object.keys(en);
  for (const name of said("data-field")) assert(made.includes(name) || keys.includes(name), name);
});

test("the manifest lists modules of the package", () => {
  const { exports, customElements } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { modules } = JSON.parse(readFileSync(join(root, customElements), "utf8"));
  const published = Object.values(exports).map((entry) => entry.default ?? entry);
  for (const { path } of modules) assert(published.includes(`./${path}`), path);
});
