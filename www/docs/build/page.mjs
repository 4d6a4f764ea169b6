// Writes the HTML around a page of the documentation: links to all pages, its table of contents, and
// links to the previous and next page.

import { escaped } from "./render.mjs";

/** @typedef {import("./sources.mjs").Page} Page */
/** @typedef {import("./render.mjs").Rendered} Rendered */

/**
 * @param {Page} page
 * @param {Rendered} rendered
 * @param {Page[]} pages all pages, in order
 * @param {{ demo?: string | undefined }} options `demo` is the relative URL of the demo
 */
export function pageOf(page, { html, headings, isLive }, pages, { demo }) {
  const index = pages.indexOf(page);
  const before = pages[index - 1];
  const after = pages[index + 1];
  const isHome = page.name === "index";
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escaped(page.title)}: ittybit-uploader</title>
    <meta name="description" content="${escaped(page.description)}">
    <link rel="icon" href="icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="theme.css">
    <link rel="stylesheet" href="docs.css">
    <script type="module" src="docs.js"></script>
${isLive ? '    <script src="dist/ittybit-uploader.js"></script>\n    <script type="module" src="live.js"></script>\n' : ""}  </head>
  <body>
    <a class="skip" href="#main">To the text</a>
    <header>
      <a class="project" href="index.html">ittybit-uploader</a>
      ${demo ? `<a href="${demo}">Demo</a>` : ""}
    </header>
    <details class="pages">
      <summary>All pages</summary>
      <nav aria-label="Pages">
${listOf(page, pages)}
      </nav>
    </details>
    <main id="main" tabindex="-1">
      <div class="head">
        <h1>${escaped(page.title)}</h1>
        <p class="lead">${escaped(page.description)}</p>
      </div>
${contents(headings, isHome)}
      <div class="text">
${html}      </div>
      <nav class="neighbours" aria-label="Next and previous">
${before ? `        <a rel="prev" href="${before.name}.html"><span>Previous</span> ${escaped(before.title)}</a>\n` : ""}${after ? `        <a rel="next" href="${after.name}.html"><span>Next</span> ${escaped(after.title)}</a>\n` : ""}      </nav>
    </main>
    <footer>An independent project, not affiliated with Ittybit.</footer>
  </body>
</html>
`;
}

/**
 * @param {Page} here
 * @param {Page[]} pages
 */
function listOf(here, pages) {
  const sections = [...new Set(pages.map(({ section }) => section))];
  return sections
    .map((section) => {
      const links = pages
        .filter((page) => page.section === section)
        .map(({ name, title }) => {
          const current = name === here.name ? ' aria-current="page"' : "";
          return `          <li><a href="${name}.html"${current}>${escaped(title)}</a></li>`;
        });
      return `        <p>${escaped(section)}</p>\n        <ul>\n${links.join("\n")}\n        </ul>`;
    })
    .join("\n");
}

/**
 * @param {Rendered["headings"]} headings
 * @param {boolean} isHome
 */
function contents(headings, isHome) {
  if (isHome || headings.length < 3) return "";
  const links = headings.map(
    ({ id, html, depth }) =>
      `          <li class="depth-${depth}"><a href="#${id}">${html}</a></li>`,
  );
  return `      <details class="contents">
        <summary>On this page</summary>
        <nav aria-label="On this page">
        <ul>
${links.join("\n")}
        </ul>
        </nav>
      </details>`;
}
