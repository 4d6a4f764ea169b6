// What is said of the element is what it has: the reference against the built element and the sources
// of its view.

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
 * All words in an attribute of the view's HTML.
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
  // As much of a browser as it takes to define an element, and no more.
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
    assert(isSame, "`npm run reference` writes it anew");
  });
}

test("attributes are those that the element observes", () => {
  const all = names([...attributes, ...globalAttributes]);
  assert.deepEqual(sorted(element.observedAttributes), sorted(all));
});

test("properties and methods are those that it has", () => {
  const isOwn = (/** @type {string} */ name) => !/^constructor$|Callback$/.test(name);
  assert.deepEqual(
    Object.getOwnPropertyNames(element.prototype).filter(isOwn).sort(),
    sorted([...names(attributes).map(camelCase), ...names([...properties, ...methods])]),
  );
});

test("properties that are read only can't be set", () => {
  for (const { name, isReadonly = false } of properties) {
    const { set } = Object.getOwnPropertyDescriptor(element.prototype, name) ?? {};
    assert.equal(set === undefined, isReadonly, name);
  }
});

test("events are those that it passes on, and can be prevented where it looks", () => {
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

test("slots are those of the view, and the row", () => {
  const view = [...html.matchAll(/<slot name="(.*?)"/g)].map(([, name = ""]) => name);
  assert.deepEqual(sorted([...view, "row"]), sorted(names(slots)));
});

test("parts are those of the view", () => {
  // The picture is made by the shell.
  assert.deepEqual(sorted([...said("part"), "picture"]), sorted(names(parts)));
});

test("a row's places are those of its HTML", () => {
  assert.deepEqual(sorted(said("data-field", source("row.html"))), sorted(names(rowFields)));
});

test("custom properties are those that the style sheet reads", () => {
  const read = [...source("style.css").matchAll(/var\((--ittybit-[\w-]+)/g)];
  assert.deepEqual(sorted(read.map(([, name = ""]) => name)), sorted(names(customProperties)));
});

test("states are those that the view sets, and dragging", () => {
  const [, list = ""] = /STATES: \[&str; \d+\] = \[(.*?)\]/s.exec(source("view.rs")) ?? [];
  const set = [...list.matchAll(/"(.*?)"/g)].map(([, name = ""]) => name);
  assert.deepEqual(sorted([...set, "dragging"]), sorted(names(states)));
});

test("every place in the view has words", () => {
  // What is no key of its own: it is said of a file, or made of several sentences.
  const made = ["name", "note", "bar", "thumbnail", "status", "hint", "refused", "news"];
  const keys = Object.keys(en);
  for (const name of said("data-field")) assert(made.includes(name) || keys.includes(name), name);
});

test("the types name what the package has", () => {
  const { exports, customElements } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { modules } = JSON.parse(readFileSync(join(root, customElements), "utf8"));
  const published = Object.values(exports).map((entry) => entry.default ?? entry);
  for (const { path } of modules) assert(published.includes(`./${path}`), path);
});
