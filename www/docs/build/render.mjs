// Renders a page's Markdown to HTML that works under the strictest content security policy: without
// inline styles or scripts, and with classes to colour code. Knows nothing about the page around it.

import hljs from "highlight.js";
import { Marked } from "marked";

import { sampleOf } from "./sources.mjs";

/**
 * @typedef {object} Rendered
 * @property {string} html
 * @property {{ id: string, html: string, depth: number }[]} headings
 * @property {boolean} isLive whether it contains a live sample
 */

/** Languages that the highlighter knows by another name. @type {Record<string, string>} */
const languages = { tsx: "typescript", jsx: "javascript", sh: "bash", vue: "xml", svelte: "xml" };

/** The captions of samples without a file. @type {Record<string, string>} */
const captions = {
  ...{ ts: "TypeScript", tsx: "TypeScript", js: "JavaScript", rust: "Rust", python: "Python" },
  ...{ html: "HTML", css: "CSS", json: "JSON", http: "HTTP", sh: "Shell", ini: "Environment" },
  ...{ php: "PHP", ruby: "Ruby", vue: "Vue", svelte: "Svelte", toml: "TOML" },
};

/**
 * @param {string} text Markdown
 * @returns {Rendered}
 */
export function render(text) {
  /** @type {Rendered["headings"]} */
  const headings = [];
  /** @type {Map<string, number>} */
  const taken = new Map();
  let isLive = false;
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth }) {
        const html = this.parser.parseInline(tokens);
        const slug = slugOf(plain(html));
        const count = taken.get(slug) ?? 0;
        taken.set(slug, count + 1);
        const id = count ? `${slug}-${count}` : slug;
        if (depth === 2 || depth === 3) headings.push({ id, html: unlinked(html), depth });
        return `<h${depth} id="${id}"><a href="#${id}">${unlinked(html)}</a></h${depth}>\n`;
      },
      code({ lang = "", text }) {
        const sample = sampleOf(lang, text);
        if (!sample.flags.includes("live")) return figure(sample);
        isLive = true;
        // The page loads the script by itself.
        const html = sample.code.replace(/<script\b.*<\/script>\n?/g, "");
        return `<div class="live">\n${html}\n</div>\n${figure(sample)}`;
      },
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens);
        return `<a href="${escaped(href.replace(/^([\w-]+)\.md(?=#|$)/, "$1.html"))}">${inner}</a>`;
      },
      table({ header, rows }) {
        const cells = header.map(({ tokens }) => this.parser.parseInline(tokens));
        const isNumeric = header.some(({ align }) => align === "right");
        const body = rows.map((row) => {
          const columns = row.map(({ tokens }, index) =>
            cell(this.parser.parseInline(tokens), cells[index] ?? "", header[index]?.align, index),
          );
          return `<tr role="row">${columns.join("")}</tr>`;
        });
        const heads = cells.map((html, index) =>
          html
            ? `<th role="columnheader" scope="col"${side(header[index]?.align)}>${html}</th>`
            : '<td role="cell"></td>',
        );
        // If a style lays out a table as a list, browsers need the role to know that it is a table.
        return `<div class="table${isNumeric ? " numbers" : ""}" tabindex="0"><table role="table">
<thead role="rowgroup"><tr role="row">${heads.join("")}</tr></thead>
<tbody role="rowgroup">${body.join("\n")}</tbody></table></div>\n`;
      },
      html({ text }) {
        if (/^<!--[\s\S]*-->\s*$/.test(text)) return "";
        throw new Error(`No HTML in a page: ${text}`);
      },
    },
  });
  const html = marked.parse(text, { async: false });
  return { html, headings, isLive };
}

/**
 * @param {string} html
 * @param {string} label
 * @param {string | null | undefined} align
 * @param {number} index
 */
function cell(html, label, align, index) {
  if (index === 0) return `<th role="rowheader" scope="row">${html}</th>`;
  const named = label ? ` data-label="${escaped(plain(label))}"` : "";
  return `<td role="cell"${named}${side(align)}>${html}</td>`;
}

/** @param {string | null | undefined} align */
const side = (align) => (align === "right" ? ' class="number"' : "");

/** @param {import("./sources.mjs").Sample} sample */
function figure({ language, code, title, untested }) {
  const known = languages[language] ?? language;
  const html = hljs.getLanguage(known)
    ? hljs.highlight(code, { language: known }).value
    : escaped(code);
  const why = untested ? `<p class="untested">Not held by a test: ${escaped(untested)}.</p>` : "";
  const caption = escaped(title ?? captions[language] ?? language);
  return `<figure class="code"><figcaption>${caption}</figcaption><pre tabindex="0"><code>${html}</code></pre>${why}</figure>\n`;
}

/**
 * Returns the same slug as GitHub, so that links work there too.
 *
 * @param {string} text
 */
function slugOf(text) {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}

/** @param {string} html */
const plain = (html) =>
  html
    .replace(/<[^>]+>/g, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&");

/** @param {string} html */
const unlinked = (html) => html.replace(/<\/?a\b[^>]*>/g, "");

/** @param {string} text */
export const escaped = (text) =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
