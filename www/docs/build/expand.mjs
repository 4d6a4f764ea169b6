// Inserts content from other files into pages of the documentation, so that nothing is written twice. A
// comment in a page's Markdown stands for it:
//
//   <!-- reference -->            REFERENCE.md, without its heading
//   <!-- types FILE NAME -->      a declaration of a .d.ts: a table of its members, or itself
//   <!-- types FILE * -->         all other declarations of that file, each under its name
//   <!-- files FOLDER -->         each file of a folder, under its name
//   <!-- sizes -->                the sizes of what a page loads, measured from dist/
//   <!-- integrity -->            the hashes of the files that a page may load by itself
//   <!-- compared NAME -->        a table of the comparison with others

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { sizesOf } from "../../../pkg-config/budget.mjs";
import { root } from "../../../pkg-config/run.mjs";
import { compared } from "./compared.mjs";
import { declarationsOf } from "./declarations.mjs";

const place = /^<!-- (reference|types|files|sizes|integrity|compared)(?: (\S+))?(?: (\S+))? -->$/gm;

/**
 * @param {string} text
 * @param {string} everything the text of all pages, to find declarations that have a place already
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

/** Returns REFERENCE.md. Its link to the types leads to the page with their documentation. */
function reference() {
  return readFileSync(join(root, "REFERENCE.md"), "utf8")
    .replace(/^# .*\n+/, "")
    .replaceAll("src/package/index.d.ts", "api.md");
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
  // Removes samples, because the page has its own.
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

/** Languages by file extension. @type {Record<string, string>} */
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

/** The files that a page loads, and when. */
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
  ["what remembers uploads, looks into folders, and explains a failed start", ["extras.js"]],
  ["checksums of files in parts", ["checksum.wasm", "checksum.js", "checksum.worker.js"]],
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

/** Returns a table, with numbers aligned to the right. @param {string} name */
function comparison(name) {
  const [head = [], ...rows] = compared(name);
  const text = table(head, rows);
  if (name !== "sizes") return text;
  return text.replace(/^\|(?:---\|)+$/m, `|---|${"--:|".repeat(head.length - 1)}`);
}

/** Returns the hashes that the build has written. */
function hashes() {
  const all = JSON.parse(readFileSync(join(root, "dist/integrity.json"), "utf8"));
  const names = ["ittybit-uploader.js", "ittybit-uploader.inline.js", "element.js", "index.js"];
  return table(
    ["File", "`integrity`"],
    names.map((name) => [`\`${name}\``, `\`${all[name]}\``]),
  );
}
