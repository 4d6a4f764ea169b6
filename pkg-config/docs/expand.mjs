// What a page of the documentation takes from elsewhere instead of saying it a second time. A comment
// in its Markdown stands for it:
//
//   <!-- reference -->            REFERENCE.md, without its heading
//   <!-- types FILE NAME -->      a declaration of a .d.ts: a table of its members, or itself
//   <!-- sizes -->                what a page loads, in bytes of dist/ as it is
//   <!-- integrity -->            the hashes of what a page may load by itself

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { sizesOf } from "../budget.mjs";
import { integrity } from "../build.mjs";
import { root } from "../run.mjs";
import { declarationsOf } from "./declarations.mjs";

/** @param {string} text */
export function expand(text) {
  return text.replace(/^<!-- (reference|types|sizes|integrity)(.*) -->$/gm, (_, what, rest) => {
    const [first = "", second = ""] = rest.trim().split(" ");
    if (what === "types") return typesOf(first, second);
    if (what === "sizes") return sizes();
    if (what === "integrity") return hashes();
    return reference();
  });
}

/** Its link to the types leads to the page that is made of them. */
function reference() {
  return readFileSync(join(root, "REFERENCE.md"), "utf8")
    .replace(/^# .*\n+/, "")
    .replaceAll("pkg-config/entries/index.d.ts", "api.md");
}

/**
 * @param {string} file
 * @param {string} name
 */
function typesOf(file, name) {
  const declaration = declarationsOf(readFileSync(join(root, file), "utf8")).get(name);
  if (!declaration) throw new Error(`${file} does not declare ${name}.`);
  const { doc, head, members, text } = declaration;
  const said = doc ? `${doc}\n\n` : "";
  if (members.length === 0) return `${said}\`\`\`ts declaration\n${text}\n\`\`\``;
  const base = /\bextends (.+)$/.exec(head)?.[1];
  const also = base ? `It has all that \`${base}\` has, and:\n\n` : "";
  const rows = members.map(({ name, type, isOptional, doc }) => {
    const mark = isOptional ? "?" : "";
    return [`\`${name}${mark}\``, type && `\`${type}\``, doc.replace(/\s+/g, " ")];
  });
  const hasTypes = rows.some(([, type]) => type);
  return said + also + table(hasTypes ? ["", "Type", ""] : ["", ""], rows.map((row) => (hasTypes ? row : [row[0] ?? "", row[2] ?? ""])));
}

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
function table(head, rows) {
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

/** What a page loads, and when. */
const loads = [
  ["`upload()` and `Uploader`, from npm", ["index.js", "ittybit-uploader.wasm"]],
  ["the element before a person acts, from npm", ["element.js"]],
  ["the script tag before a person acts: element and global", ["ittybit-uploader.js"]],
  [
    "the element, whole: with queue, protocols, style, English and its wasm",
    ["element.js", "widget.js", "element.wasm"],
  ],
  ["the script tag as one file, all of that inside", ["ittybit-uploader.inline.js"]],
  ["another language, such as German", ["words/de.js"]],
  ["pictures of pictures, and frames of films", ["thumbnails.js", "film.js"]],
];

function sizes() {
  const kb = (/** @type {number} */ bytes) => `${(bytes / 1024).toFixed(1)} KB`;
  const rows = loads.map(([what, files]) => {
    const { raw, gzip, brotli } = sizesOf(/** @type {string[]} */ (files));
    return [String(what), kb(raw), kb(gzip), kb(brotli)];
  });
  return table(["What a page loads", "raw", "gzip", "brotli"], rows).replace(
    "|---|---|---|---|",
    "|---|--:|--:|--:|",
  );
}

function hashes() {
  const names = ["ittybit-uploader.js", "ittybit-uploader.inline.js", "element.js", "index.js"];
  const rows = names.map((name) => [
    `\`${name}\``,
    `\`${integrity(readFileSync(join(root, "dist", name)))}\``,
  ]);
  return table(["File", "`integrity`"], rows);
}
