// What a page of the documentation takes from elsewhere instead of saying it a second time. A comment
// in its Markdown stands for it:
//
//   <!-- reference -->            REFERENCE.md, without its heading
//   <!-- types FILE NAME -->      a declaration of a .d.ts: a table of its members, or itself
//   <!-- types FILE * -->         all others of that file, each under its name: none is forgotten
//   <!-- files FOLDER -->         each file of a folder, under its name
//   <!-- sizes -->                what a page loads, in bytes of dist/ as it is
//   <!-- integrity -->            the hashes of what a page may load by itself
//   <!-- compared NAME -->        a table of what was found about us and others

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { sizesOf } from "../budget.mjs";
import { root } from "../run.mjs";
import { compared } from "./compared.mjs";
import { declarationsOf } from "./declarations.mjs";

const place = /^<!-- (reference|types|files|sizes|integrity|compared)(?: (\S+))?(?: (\S+))? -->$/gm;

/**
 * @param {string} text
 * @param {string} everything all pages: what is declared in one of them needs no other place
 */
export function expand(text, everything) {
  return text.replace(place, (_, what, file = "", name = "") => {
    if (what === "types") return name === "*" ? others(file, everything) : typesOf(file, name);
    if (what === "files") return filesOf(file);
    if (what === "sizes") return sizes();
    if (what === "integrity") return hashes();
    if (what === "compared") return comparison(file);
    return reference();
  });
}

/** Its link to the types leads to the page that is made of them. */
function reference() {
  return readFileSync(join(root, "REFERENCE.md"), "utf8")
    .replace(/^# .*\n+/, "")
    .replaceAll("pkg-config/entries/index.d.ts", "api.md");
}

/** @param {string} file */
const declared = (file) => declarationsOf(readFileSync(join(root, file), "utf8"));

/**
 * @param {string} file
 * @param {string} everything
 */
function others(file, everything) {
  const shown = [...everything.matchAll(place)].map(([, , of, name]) => `${of} ${name}`);
  const headings = [...everything.matchAll(/^#+ (\w+)$/gm)].map(([, name]) => name);
  const rest = [...declared(file).keys()].filter(
    (name) => !shown.includes(`${file} ${name}`) && !headings.includes(name),
  );
  const texts = rest.map((name) => `### ${name}\n\n${typesOf(file, name)}`);
  return texts.length > 0 ? ["## Other types", ...texts].join("\n\n") : "";
}

/**
 * @param {string} file
 * @param {string} name
 */
function typesOf(file, name) {
  const declaration = declared(file).get(name);
  if (!declaration) throw new Error(`${file} does not declare ${name}.`);
  const { doc, head, members, text } = declaration;
  // The page has samples of its own.
  const words = doc.replace(/```[\s\S]*?```\n*/g, "").trim();
  const said = words ? `${words}\n\n` : "";
  if (members.length === 0) return `${said}\`\`\`ts declaration\n${text}\n\`\`\``;
  const base = /\bextends (.+)$/.exec(head)?.[1];
  const also = base ? `It has all that \`${base}\` has, and:\n\n` : "";
  const rows = members.map(({ name, type, isOptional, doc }) => [
    `\`${name}${isOptional ? "?" : ""}\``,
    `\`${isOptional ? type.replace(/ \| undefined$/, "") : type}\``,
    doc.replace(/\s+/g, " "),
  ]);
  return said + also + table(["Name", "Type", ""], rows);
}

/** By the end of a file's name. @type {Record<string, string>} */
const languages = {
  ...{ mjs: "js", js: "js", ts: "ts", tsx: "tsx", jsx: "tsx", vue: "vue", svelte: "svelte" },
  ...{ py: "python", php: "php", rb: "ruby", rs: "rust" },
};

/** @param {string} folder */
function filesOf(folder) {
  const path = join(root, folder);
  const names = existsSync(path) ? readdirSync(path, { recursive: true }).map(String).sort() : [];
  const fences = names.flatMap((name) => {
    const language = languages[name.split(".").pop() ?? ""];
    const isShown = language && !/node_modules|\.d\.ts$/.test(name);
    return isShown ? [`### ${name}\n\n\`\`\`${language} file=${folder}/${name}\n\`\`\``] : [];
  });
  return fences.length > 0 ? ["## Files that the tests use", ...fences].join("\n\n") : "";
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
  [
    "the script tag as one file: all of that, all languages, pictures and debugging inside",
    ["ittybit-uploader.inline.js"],
  ],
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

/** Numbers stand at the right. @param {string} name */
function comparison(name) {
  const [head = [], ...rows] = compared(name);
  const text = table(head, rows);
  if (name !== "sizes") return text;
  return text.replace(/^\|(?:---\|)+$/m, `|---|${"--:|".repeat(head.length - 1)}`);
}

/** As the build has written them. */
function hashes() {
  const all = JSON.parse(readFileSync(join(root, "dist/integrity.json"), "utf8"));
  const names = ["ittybit-uploader.js", "ittybit-uploader.inline.js", "element.js", "index.js"];
  return table(
    ["File", "`integrity`"],
    names.map((name) => [`\`${name}\``, `\`${all[name]}\``]),
  );
}
