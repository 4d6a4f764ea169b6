// Reads the sources of the documentation: pages of Markdown with front matter in www/docs/, with
// content from other files inserted. Knows what a page and a sample are, and nothing about HTML. The
// tests read the samples through this module, so that the documentation shows exactly what is tested.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { Lexer } from "marked";

import { root } from "../../../pkg-config/run.mjs";
import { expand } from "./expand.mjs";

/**
 * @typedef {object} Page
 * @property {string} name the file's name, without its extension
 * @property {string} title
 * @property {string} description
 * @property {string} section its heading in the sidebar
 * @property {number} order
 * @property {string} text Markdown, with all content inserted
 */

/**
 * @typedef {object} Sample
 * @property {string} language
 * @property {string} code
 * @property {string[]} flags `run`, `page`, `live`, `declaration`
 * @property {string} [title]
 * @property {string} [file] the file from which the code is read
 * @property {string} [untested] why it can't be tested
 */

const folder = join(root, "www/docs");

/**
 * Returns all pages, in order.
 *
 * @returns {Page[]}
 */
export function readPages() {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(".md"))
    .map((file) => file.slice(0, -".md".length));
  const texts = names.map((name) => readFileSync(join(folder, `${name}.md`), "utf8"));
  const everything = texts.join("\n");
  const pages = names.map((name, index) => pageOf(name, texts[index] ?? "", everything));
  return pages.sort((a, b) => a.order - b.order);
}

/**
 * @param {string} name
 * @param {string} whole the text of the page
 * @param {string} everything the text of all pages
 * @returns {Page}
 */
function pageOf(name, whole, everything) {
  const [all, matter = ""] = /^---\n(.*?)\n---\n/s.exec(whole) ?? [];
  const fields = new Map(
    matter.split("\n").map((line) => {
      const [, key = "", value = ""] = /^(\w+): *(.*)$/.exec(line) ?? [];
      return [key, value.replace(/^"(.*)"$/, "$1")];
    }),
  );
  const field = (/** @type {string} */ key) => {
    const value = fields.get(key);
    if (!value) throw new Error(`${name}.md has no ${key}.`);
    return value;
  };
  return {
    name,
    title: field("title"),
    description: field("description"),
    section: field("section"),
    order: Number(field("order")),
    text: expand(whole.slice(all?.length ?? 0), everything),
  };
}

/**
 * Returns the samples in a text, in order.
 *
 * @param {string} text
 * @returns {Sample[]}
 */
export function samplesOf(text) {
  /** @type {Sample[]} */
  const samples = [];
  /** @param {import("marked").Token[]} tokens */
  const walk = (tokens) => {
    for (const token of tokens) {
      if (token.type === "code") samples.push(sampleOf(token.lang ?? "", token.text));
      if ("tokens" in token && token.tokens) walk(token.tokens);
      if (token.type === "list") walk(token.items);
    }
  };
  walk(new Lexer().lex(text));
  return samples;
}

/**
 * @param {string} info the info string of the fence
 * @param {string} text the content of the fence
 * @returns {Sample}
 */
export function sampleOf(info, text) {
  const [language = "", ...flags] = info
    .replace(/\w+="[^"]*"|\w+=\S+/g, "")
    .trim()
    .split(/[\s,]+/);
  const values = new Map(
    [...info.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)].map(([, key, quoted, bare]) => [
      key,
      quoted ?? bare ?? "",
    ]),
  );
  const [title, file, region, untested] = ["title", "file", "region", "untested"].map((key) =>
    values.get(key),
  );
  const caption = title ?? file;
  return {
    language,
    flags,
    code: file ? readRegion(file, region) : text,
    ...(file && { file }),
    ...(caption && { title: caption }),
    ...(untested && { untested }),
  };
}

/**
 * Reads a file, or its part between `#region` and `#endregion`.
 *
 * @param {string} file
 * @param {string | undefined} region
 */
function readRegion(file, region) {
  const text = readFileSync(join(root, file), "utf8").trimEnd();
  if (!region) return text;
  const [, inside] =
    new RegExp(`^[^\\n]*#region ${region}\\n(.*?)\\n[^\\n]*#endregion`, "ms").exec(text) ?? [];
  if (inside === undefined) throw new Error(`${file} has no region ${region}.`);
  const indents = inside.match(/^ *(?=\S)/gm) ?? [];
  const least = Math.min(...indents.map(({ length }) => length));
  return inside.replace(new RegExp(`^ {${least}}`, "gm"), "");
}
