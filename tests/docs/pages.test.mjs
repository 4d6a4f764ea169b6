// Tests the built pages: their links, that they work under the strictest policy, and that they are accessible in
// light and dark mode and on a phone.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { root } from "../../pkg-config/run.mjs";
import { buildDocs } from "../../www/docs/build/build.mjs";
import { readPages } from "../../www/docs/build/sources.mjs";
import { launchBrowser, openPage, startDemo } from "../e2e/support.mjs";

const axe = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");
const site = join(root, "site");

buildDocs();
const names = readdirSync(site).filter((name) => name.endsWith(".html"));

/** @type {Awaited<ReturnType<typeof launchBrowser>>} */
let browser;
/** Serves the site as any static host does, under the demo's policy. @type {import("../e2e/support.mjs").Demo} */
let demo;

before(async () => {
  [browser, demo] = await Promise.all([launchBrowser(), startDemo({ pages: site })]);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** @param {string} name */
const html = (name) => readFileSync(join(site, name), "utf8");

/** @param {string} text */
const idsOf = (text) => [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);

describe("links", () => {
  for (const name of names) {
    test(`${name} has no broken links`, () => {
      const text = html(name);
      for (const [, href = ""] of text.matchAll(/ (?:href|src)="([^"]*)"/g)) {
        if (/^https:\/\//.test(href)) continue;
        const [path, id] = href.split("#");
        const target = path || name;
        // Paths in samples are the reader's.
        if (target.startsWith("/dist/")) continue;
        assert(existsSync(join(site, target)), href);
        if (id) assert(idsOf(html(target)).includes(id), href);
      }
    });

    test(`${name} has no duplicate ids, and no inline style or script`, () => {
      const text = html(name);
      const ids = idsOf(text);
      assert.deepEqual(ids, [...new Set(ids)]);
      const tags = text.match(/<[a-z][^>]*>/g) ?? [];
      for (const tag of tags) assert.doesNotMatch(tag, /\s(style|on\w+)=/);
      assert.doesNotMatch(text, /<style|<script(?![^>]* src=)/);
    });
  }
});

test("every page lists all pages, and links to the next one", () => {
  const pages = readPages();
  for (const [index, { name }] of pages.entries()) {
    const text = html(`${name}.html`);
    for (const other of pages) assert(text.includes(`<a href="${other.name}.html"`), other.name);
    assert(text.includes(`href="${name}.html" aria-current="page"`));
    const next = pages[index + 1];
    assert.equal(/rel="next" href="([^"]*)"/.exec(text)?.[1], next && `${next.name}.html`);
  }
});

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  describe(`in the ${colorScheme}`, () => {
    for (const name of names) {
      test(name, async () => {
        const viewport = { width: 320, height: 800 };
        const looks = { viewport, colorScheme, reducedMotion: /** @type {const} */ ("reduce") };
        const { page, close } = await openPage(browser, looks);
        /** @type {string[]} */
        const refused = [];
        page.on("response", (response) => {
          if (response.status() >= 400) refused.push(response.url());
        });
        await page.goto(`${demo.address}/${name}`);
        // Waits until running samples are drawn.
        for (const element of await page.locator("ittybit-uploader").all()) {
          await element.getByRole("button", { name: /^Choose/ }).waitFor();
        }
        const width = () => page.evaluate(() => document.documentElement.scrollWidth);
        assert.equal(await width(), 320, "no wider than a phone");
        for (const summary of await page.locator("summary").all()) await summary.click();
        assert.equal(await width(), 320, "no wider with its lists open");
        await page.evaluate(axe);
        const violations = await page.evaluate(async () => {
          const { axe } = /** @type {any} */ (window);
          const { violations } = await axe.run();
          return violations.map((/** @type {any} */ { id, nodes }) => [
            id,
            nodes.slice(0, 3).map((/** @type {any} */ { html }) => html),
          ]);
        });
        assert.deepEqual(violations, []);
        await page.setViewportSize({ width: 1400, height: 900 });
        await page.locator(".pages nav").waitFor();
        assert((await width()) <= 1400);
        assert.deepEqual(refused, []);
        await close();
      });
    }
  });
}

test("the demo serves the pages, they link to each other, and trailing slashes don't matter", async () => {
  buildDocs({ demo: "../" });
  const whole = await startDemo();
  const { page, close } = await openPage(browser);
  try {
    await page.goto(`${whole.address}/`);
    await page.getByRole("link", { name: "Documentation" }).click();
    await page.getByRole("heading", { level: 1, name: "Documentation" }).waitFor();
    await page.getByRole("link", { name: "Demo" }).click();
    await page.getByRole("heading", { level: 1, name: "Upload files" }).waitFor();
    await page.goto(`${whole.address}/docs`);
    assert.equal(page.url(), `${whole.address}/docs/`);
    await page.getByRole("button", { name: "Choose files" }).waitFor();
  } finally {
    await close();
    await whole.stop();
    buildDocs();
  }
});

test("the element on the first page accepts a file, and sends nothing", async () => {
  const { page, close } = await openPage(browser);
  /** @type {string[]} */
  const asked = [];
  page.on("request", (request) => asked.push(request.method()));
  await page.goto(`${demo.address}/index.html`);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose files" }).click();
  await (await chooser).setFiles(join(root, "tests/e2e/fixtures/harbour.jpg"));
  await page.getByRole("button", { name: "Upload 1 file" }).click();
  await page.getByText(/^Uploaded\s/).waitFor();
  assert(asked.every((method) => method === "GET"));
  await close();
});

test("a sample is copied unchanged", async () => {
  const { page, close } = await openPage(browser, {
    permissions: ["clipboard-read", "clipboard-write"],
  });
  await page.goto(`${demo.address}/getting-started.html`);
  const figure = page.locator("figure.code").filter({ hasText: "createUploadHandler" }).first();
  await figure.getByRole("button", { name: "Copy" }).click();
  await page.getByRole("status").filter({ hasText: "Copied" }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, await figure.locator("code").textContent());
  await close();
});

test("with the keyboard, the first link skips the lists", async () => {
  const { page, close } = await openPage(browser);
  await page.goto(`${demo.address}/api.html`);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "main");
  await close();
});

test("without scripts, the whole text is there", async () => {
  const { page, close } = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(`${demo.address}/api.html`);
  await page.getByRole("heading", { name: "UploadOptions" }).waitFor();
  await page.getByRole("link", { name: "Large files" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Large files" }).waitFor();
  await close();
});
