// Generates the element's documentation from element.mjs: REFERENCE.md's tables, the custom-elements manifest
// for editors, and the types. Run `npm run reference` after changing element.mjs; a test checks that.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import en from "../../src/widget/js/words/en.js";
import { root } from "../run.mjs";
import {
  attributes,
  customProperties,
  events,
  globalAttributes,
  keyboard,
  methods,
  parts,
  properties,
  rowFields,
  slots,
  states,
} from "./element.mjs";

/** @typedef {import("./element.mjs").Attribute} Attribute */
/** @typedef {import("./element.mjs").Method} Method */

const summary =
  "An uploader: choose, drop or paste files, follow their progress, and submit their media objects with a form.";

/** @param {string} name */
export const camelCase = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/**
 * The type that a reflecting property returns, and the type that it accepts.
 *
 * @type {Record<Attribute["kind"], [string, string]>}
 */
const kinds = {
  flag: ["boolean", "boolean"],
  text: ["string", "string"],
  number: ["string", "string | number"],
  size: ["string", "string | number"],
  numbers: ["string", "string | number[]"],
};

/**
 * The type of an attribute in a template. Excludes `false`, which some template languages write into the
 * attribute, which then exists.
 *
 * @type {Record<Attribute["kind"], string>}
 */
const markup = {
  flag: 'true | ""',
  text: "string",
  number: "string | number",
  size: "string | number",
  numbers: "string",
};

/** The kind of an attribute's value, for a reader. @type {Record<Attribute["kind"], string>} */
const values = {
  flag: "boolean",
  text: "text",
  number: "number",
  size: "size",
  numbers: "numbers",
};

/**
 * Returns the types of a property. The property `endpoint` also accepts functions.
 *
 * @param {Attribute} attribute
 */
const typeOf = ({ name, kind }) =>
  name === "endpoint" ? ['UploadOptions["endpoint"]', 'UploadOptions["endpoint"]'] : kinds[kind];

/** @param {Method} method */
const signature = ({ name, parameters, returns }) =>
  `${name}(${parameters
    .map(({ name, type, isOptional }) => `${name}${isOptional ? "?" : ""}: ${type}`)
    .join(", ")}): ${returns}`;

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
function table(head, rows) {
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

/** @param {string} text */
const code = (text) => `\`${text}\``;

/** @param {{ name: string, text: string }[]} all */
const named = (all) => all.map(({ name, text }) => [code(name), text]);

/** @returns {Record<string, string>} the tables, by the names of their places in REFERENCE.md */
function tables() {
  return {
    attributes: table(
      ["Attribute", "Property", "Value", "Default", ""],
      attributes.map(({ name, kind, fallback, text }) => [
        code(name),
        code(camelCase(name)),
        values[kind],
        fallback ? code(fallback) : "",
        text,
      ]),
    ),
    "global-attributes": table(["Attribute", ""], named(globalAttributes)),
    properties: table(
      ["Property", "Type", ""],
      properties.map(({ name, type, isReadonly, text }) => [
        code(name),
        code(type) + (isReadonly ? ", read only" : ""),
        text,
      ]),
    ),
    methods: table(
      ["Method", ""],
      methods.map((method) => [code(signature(method)), method.text]),
    ),
    events: table(
      ["Event", "`detail`", "When", "Prevented"],
      events.map(({ name, detail, text, prevented }) => [
        code(name),
        detail.split(", ").map(code).join(", "),
        text,
        prevented ?? "",
      ]),
    ),
    slots: table(["Slot", ""], named(slots)),
    row: table(["`data-field`", ""], named(rowFields)),
    parts: table(["Part", ""], named(parts)),
    "custom-properties": table(
      ["Property", "Default", ""],
      customProperties.map(({ name, fallback, text }) => [code(name), fallback, text]),
    ),
    states: table(
      ["State", ""],
      states.map(({ name, text }) => [code(name), text]),
    ),
    keyboard: table(
      ["Key", "Where", ""],
      keyboard.map(({ keys, name, text }) => [keys, name, text]),
    ),
    words: table(
      ["Key", "English"],
      Object.entries(en)
        .filter(([key]) => key !== "lang")
        .map(([key, entry]) => [
          code(key),
          typeof entry === "string" ? entry : Object.values(entry).join(" / "),
        ]),
    ),
  };
}

/**
 * Returns REFERENCE.md with up-to-date tables. Each table is between two comments with its name.
 *
 * @param {string} before
 */
function reference(before) {
  let text = before;
  for (const [name, rows] of Object.entries(tables())) {
    const place = new RegExp(`(<!-- ${name} -->\n).*?(<!-- /${name} -->)`, "s");
    if (!place.test(text)) throw new Error(`REFERENCE.md must have a place for ${name}.`);
    text = text.replace(place, (_, start, end) => `${start}\n${rows}\n\n${end}`);
  }
  return text;
}

/** The manifest for editors: https://github.com/webcomponents/custom-elements-manifest, version 2.1.0. */
function manifest() {
  const describe = (/** @type {{ name: string, text: string }[]} */ all) =>
    all.map(({ name, text }) => ({ name, description: text }));
  const declaration = {
    kind: "class",
    customElement: true,
    tagName: "ittybit-uploader",
    name: "IttybitUploaderElement",
    description: summary,
    superclass: { name: "HTMLElement" },
    attributes: attributes.map(({ name, kind, fallback, text }) => ({
      name,
      fieldName: camelCase(name),
      type: { text: kinds[kind][0] },
      ...(fallback && { default: fallback }),
      description: text,
    })),
    members: [
      ...attributes.map((attribute) => ({
        kind: "field",
        name: camelCase(attribute.name),
        attribute: attribute.name,
        reflects: true,
        type: { text: typeOf(attribute)[1] },
        description: attribute.text,
      })),
      ...properties.map(({ name, type, isReadonly, text }) => ({
        kind: "field",
        name,
        type: { text: type },
        ...(isReadonly && { readonly: true }),
        description: text,
      })),
      ...methods.map(({ name, parameters, returns, text }) => ({
        kind: "method",
        name,
        parameters: parameters.map(({ name, type, isOptional }) => ({
          name,
          type: { text: type },
          ...(isOptional && { optional: true }),
        })),
        return: { type: { text: returns } },
        description: text,
      })),
    ],
    events: events.map(({ name, text }) => ({
      name,
      type: { text: `UploaderEventMap["${name}"]` },
      description: text,
    })),
    slots: describe(slots),
    cssParts: describe(parts),
    cssProperties: customProperties.map(({ name, syntax, fallback, text }) => ({
      name,
      syntax,
      default: fallback.replaceAll("`", ""),
      description: text,
    })),
    cssStates: describe(states),
  };
  const exported = (/** @type {string} */ path) => ({
    kind: "javascript-module",
    path,
    declarations: path === "dist/element.bundler.js" ? [declaration] : [],
    exports: [
      {
        kind: "custom-element-definition",
        name: "ittybit-uploader",
        declaration: { name: "IttybitUploaderElement", module: "dist/element.bundler.js" },
      },
    ],
  });
  const modules = ["element.bundler.js", "ittybit-uploader.js", "ittybit-uploader.inline.js"];
  return `${JSON.stringify(
    {
      schemaVersion: "2.1.0",
      readme: "README.md",
      modules: modules.map((name) => exported(`dist/${name}`)),
    },
    null,
    2,
  )}\n`;
}

/**
 * Formats a comment, in lines of at most 100 characters.
 *
 * @param {string} text
 * @param {string} indent
 */
function comment(text, indent) {
  if (indent.length + text.length + 8 <= 100) return `${indent}/** ${text} */\n`;
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = `${lines.at(-1)} ${word}`;
    if (indent.length + 2 + line.length > 100) lines.push(` ${word}`);
    else lines[lines.length - 1] = line;
  }
  return `${indent}/**\n${lines.map((line) => `${indent} *${line}\n`).join("")}${indent} */\n`;
}

function types() {
  const lines = [];
  const inMarkup = [];
  const options = [];
  for (const attribute of attributes) {
    const name = camelCase(attribute.name);
    const [get, set] = typeOf(attribute);
    const { fallback, kind, choices } = attribute;
    lines.push(comment(attribute.text + (fallback ? ` Default: \`${fallback}\`.` : ""), "  "));
    const key = attribute.name.includes("-") ? `"${attribute.name}"` : attribute.name;
    inMarkup.push(`  ${key}?: ${choices ?? markup[kind]} | undefined;\n`);
    options.push(`  ${name}?: ${choices ?? set} | undefined;\n`);
    if (get === set) lines.push(`  ${name}: ${get};\n`);
    else lines.push(`  get ${name}(): ${get};\n  set ${name}(value: ${set});\n`);
  }
  for (const { name, type, isReadonly, text } of properties) {
    lines.push(comment(text, "  "), `  ${isReadonly ? "readonly " : ""}${name}: ${type};\n`);
    if (!isReadonly) options.push(`  ${name}?: ${type} | undefined;\n`);
  }
  for (const method of methods) {
    lines.push(comment(method.text, "  "), `  ${signature(method)};\n`);
  }
  return `// Written by \`npm run reference\`, from pkg-config/reference/element.mjs.

import type {
  FileSource,
  Media,
  Progress,
  Recoverable,
  Result,
  UploaderEventMap,
  UploadFile,
  UploadOptions,
} from "./index.js";

/** Texts that replace the element's own: a text, or one for each plural category. */
export type Words = Record<string, string | Partial<Record<Intl.LDMLPluralRule, string>>>;

/** The events of the uploader, and those of every element. */
export interface IttybitUploaderElementEventMap extends HTMLElementEventMap, UploaderEventMap {}

/** The attributes of the element, for template languages that check types. */
export interface IttybitUploaderAttributes {
${inMarkup.join("")}}

/** The properties that can be set, including those that reflect attributes. */
export interface IttybitUploaderOptions {
${options.join("")}}

${comment(summary, "")}export interface IttybitUploaderElement extends HTMLElement {
${lines.join("")}
  addEventListener<K extends keyof IttybitUploaderElementEventMap>(
    type: K,
    listener: (this: IttybitUploaderElement, event: IttybitUploaderElementEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof IttybitUploaderElementEventMap>(
    type: K,
    listener: (this: IttybitUploaderElement, event: IttybitUploaderElementEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "ittybit-uploader": IttybitUploaderElement;
  }
}
`;
}

/**
 * Returns the content of each generated file.
 *
 * @returns {Record<string, string>}
 */
export const written = () => ({
  "REFERENCE.md": reference(readFileSync(join(root, "REFERENCE.md"), "utf8")),
  "custom-elements.json": manifest(),
  "src/package/element.d.ts": types(),
});

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const [file, text] of Object.entries(written())) writeFileSync(join(root, file), text);
}
