// Finds the platform features that a bundle uses, and since when browsers support them, with MDN's
// browser-compat-data.
//
// A name alone is ambiguous: 16 interfaces have `.add`. So a name counts as new if all its meanings are
// new, or if it belongs to an interface that the package uses.

import { readFileSync } from "node:fs";

import { parseSync } from "@swc/core";
import { transform } from "esbuild";

import { targets } from "../../pkg-config/browsers.mjs";

/** @typedef {import("../../pkg-config/browsers.mjs").Browsers} Browsers */
/** @typedef {{ path: string, support: Record<string, any> }} Feature */
/** @typedef {Map<string, Feature[]>} Index by name */

const data = JSON.parse(
  readFileSync(new URL(import.meta.resolve("@mdn/browser-compat-data")), "utf8"),
);

/** The interfaces that the package uses, for which one new meaning of a name is enough. */
const handled = new RegExp(
  `^(js\\.(?!(Async)?Iterator|Temporal|Atomics|SuppressedError|.*DisposableStack|ArrayBuffer)|api\\.(${[
    "Abort(Signal|Controller)|Blob|File|FormData|Headers|Response|Request|fetch|URL(SearchParams)?",
    "XMLHttpRequest(Upload)?|Event(Target)?|DataTransfer(Item)?|IDB(?!Record).*|LockManager|Crypto|Navigator",
    "Window|Document|ShadowRoot|Element(Internals)?|HTML(Input|Form|Button|Slot|Template)Element|Node",
    "CSSStyleSheet|createImageBitmap|(Intersection|Resize)Observer|Performance|Storage|DOMException",
  ].join("|")})\\.)`,
);

/**
 * Returns the first version of a browser with complete support, without a prefix or flag.
 *
 * @param {Feature} feature
 * @param {string} browser
 */
function since({ support }, browser) {
  const whole = [support[browser] ?? []].flat().find((statement) => {
    const { prefix, alternative_name, flags, partial_implementation, version_removed } = statement;
    return !(prefix || alternative_name || flags || partial_implementation || version_removed);
  });
  const version = Number.parseFloat(`${whole?.version_added ?? ""}`.replace("≤", ""));
  return Number.isNaN(version) ? Number.POSITIVE_INFINITY : version;
}

/** @param {Feature} feature @param {Browsers} promise */
const isYoung = (feature, promise) =>
  Object.entries(promise).some(([browser, version]) => since(feature, browser) > version);

/** @param {Feature} feature */
export const versions = (feature) =>
  ["chrome", "firefox", "safari"].map((browser) => since(feature, browser));

const [members, globals, options, iterators] = /** @type {Index[]} */ (
  Array.from({ length: 4 }, () => new Map())
);

/** @param {Index | undefined} index @param {string} name @param {string} path @param {any} node */
function enter(index, name, path, node) {
  const support = node?.__compat?.support;
  // Units, as in `CSS.s(1)`: minifiers use the same short names.
  const isUnit = /^api\.CSS\.[a-z]{1,5}_static$/i.test(path);
  if (!support || !index || isUnit) return;
  index.set(name, [...(index.get(name) ?? []), { path, support }]);
}

const { builtins } = data.javascript;
for (const [prefix, tree] of /** @type {const} */ ([
  ["api", data.api],
  ["js", builtins],
  ["js.Intl", builtins.Intl],
])) {
  for (const [owner, node] of Object.entries(tree)) {
    const path = `${prefix}.${owner}`;
    enter(globals, owner, path, node);
    for (const [key, child] of Object.entries(/** @type {Record<string, any>} */ (node))) {
      const name = key.replace(/_static$/, "");
      const own = owner === "Iterator" ? iterators : members;
      enter(own, name, `${path}.${key}`, child);
      if (/^(Window|WorkerGlobalScope|globals|Intl)$/.test(owner)) {
        enter(globals, name, `${path}.${key}`, child);
      }
      for (const [option, leaf] of [[key, child], ...Object.entries(child)]) {
        const parameter = /^(?:\w+_)?([a-zA-Z]+)_parameter$/.exec(option)?.[1];
        if (parameter) enter(options, parameter, `${path}.${key}`, leaf);
      }
    }
  }
}

/**
 * Returns the names in a program: `.member`, `{option`, `=global`, `()iterator`; and strings with CSS.
 *
 * @param {string} code
 * @param {boolean} isModule
 */
function namesIn(code, isModule) {
  /** @type {Set<string>} */
  const names = new Set();
  /** @type {string[]} */
  const styles = [];
  /** @param {any} node */
  const walk = (node) => {
    if (!node || typeof node !== "object") return;
    const { type, property, key, value } = node;
    // A private name is no name of the platform's.
    const isPrivate = property?.type === "PrivateName";
    if (!isPrivate && (type === "MemberExpression" || type === "SuperPropExpression")) {
      const name = property.value ?? property.expression?.value;
      names.add(`.${name}`);
      const { callee } =
        node.object.type === "CallExpression" ? node.object : { callee: undefined };
      const isIterator = /^(values|keys|entries|matchAll)$/.test(callee?.property?.value);
      if (isIterator && callee.object.value !== "Object") names.add(`()${name}`);
    } else if (type === "AssignmentPatternProperty" || type === "KeyValuePatternProperty") {
      names.add(`.${key.value}`);
    } else if (type === "KeyValueProperty" || type === "MethodProperty") names.add(`{${key.value}`);
    else if (type === "Identifier") names.add(`=${value}`);
    else if (type === "StringLiteral" || type === "TemplateElement") {
      const text = value ?? node.cooked;
      // `"VideoDecoder" in globalThis`
      if (/^[A-Z]\w+$/.test(text)) names.add(`=${text}`);
      if (/:host\b[\s\S]*\{/.test(text)) styles.push(text);
    }
    for (const [place, child] of Object.entries(node)) {
      // `.name` and `name:` are not globals.
      if (!(/^(property|key)$/.test(place) && child?.type === "Identifier")) walk(child);
    }
  };
  walk(parseSync(code, { syntax: "ecmascript", target: "esnext", ...(!isModule && { isModule }) }));
  return { names, styles };
}

/**
 * Returns the features of a program that are newer than the oldest supported browsers, by name.
 *
 * @param {string} code
 * @param {Browsers} promise
 * @param {{ isModule?: boolean }} [options]
 * @returns {Promise<Map<string, Feature[]>>}
 */
export async function youngerIn(code, promise, { isModule = true } = {}) {
  const found = new Map();
  const { names, styles } = namesIn(code, isModule);
  const indexes = { ".": members, "{": options, "=": globals, ")": iterators };
  for (const name of names) {
    const kind = name.startsWith("()") ? ")" : /** @type {keyof typeof indexes} */ (name[0]);
    const all = indexes[kind]?.get(name.slice(kind === ")" ? 2 : 1)) ?? [];
    const young = all.filter((feature) => isYoung(feature, promise));
    const known = young.filter(({ path }) => handled.test(path));
    // The names of options are too common.
    const isClear = young.length === all.length && kind !== "{";
    const meant = isClear ? young : kind === "=" ? [] : known;
    if (meant.length > 0) found.set(name, meant);
  }
  for (const style of styles) {
    for (const [name, feature] of stylesIn(style)) {
      if (isYoung(feature, promise)) found.set(name, [feature]);
    }
  }
  // Transpiled for the oldest supported browsers, the program must not change, or it uses newer syntax.
  const [asIs, forOlder] = await Promise.all(
    ["esnext", targets(promise)].map((target) =>
      transform(code, { target, logLevel: "silent" }).then(
        (result) => result.code,
        () => "cannot be written for them",
      ),
    ),
  );
  if (asIs !== forOlder) found.set("syntax", []);
  return found;
}

/**
 * Returns the selectors, properties, values, functions and conditions of a style sheet that MDN lists.
 *
 * @param {string} css
 * @returns {Map<string, Feature>}
 */
export function stylesIn(css) {
  const found = new Map();
  /** @param {string} name @param {string} path */
  const add = (name, path) => {
    const node = path.split("/").reduce((tree, key) => tree?.[key], data.css);
    if (node?.__compat) found.set(name, { path: `css/${path}`, support: node.__compat.support });
  };
  const text = css
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/"[^"]*"/g, '""')
    .replace(/--[\w-]+/g, "--");
  for (const [, name] of text.matchAll(/@([a-z-]+)/g)) add(`@${name}`, `at-rules/${name}`);
  for (const [, query] of text.matchAll(/@media([^{]*)/g)) {
    for (const [, name] of `${query}`.matchAll(/\(([a-z-]+)/g))
      add(`@media (${name})`, `at-rules/media/${name}`);
  }
  for (const [selectors] of text.matchAll(/[^{};]+(?=\{)/g)) {
    for (const [, name] of selectors.matchAll(/::?([a-z-]+)/g))
      add(`:${name}`, `selectors/${name}`);
  }
  for (const [, property, value] of text.matchAll(/(?<=[{;])\s*([a-z-]+)\s*:([^;{}]*)/g)) {
    add(`${property}:`, `properties/${property}`);
    for (const [word] of `${value}`.matchAll(/[a-z][a-z-]*/gi)) {
      add(`${property}: ${word}`, `properties/${property}/${word}`);
    }
    for (const [, name] of `${value}`.matchAll(/([a-z-]+)\(/g)) {
      for (const place of ["", "color/", "image/", "gradient/", "easing-function/"]) {
        add(`${name}()`, `types/${place}${name}`);
      }
    }
  }
  return found;
}
