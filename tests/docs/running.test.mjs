// Runs the samples that are pages, or parts of one, in a browser, on the demo and under its policy. Each must upload
// a file unchanged.

import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { root } from "../../pkg-config/run.mjs";
import { launchBrowser, openPage, sha256, startDemo, temporaryFolder } from "../e2e/support.mjs";
import { samples, samplesIn } from "./support.mjs";

const picture = join(root, "tests/e2e/fixtures/harbour.jpg");

/** @type {Awaited<ReturnType<typeof launchBrowser>>} */
let browser;
/** @type {import("../e2e/support.mjs").Demo} */
let demo;
const { folder, remove } = temporaryFolder();

before(async () => {
  cpSync(join(root, "tests/docs/given.js"), join(folder, "given.js"));
  [browser, demo] = await Promise.all([launchBrowser(), startDemo({ pages: folder })]);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
  remove();
});

/**
 * Opens a page with these files, and chooses a picture like a person.
 *
 * @param {Record<string, string>} files
 */
async function arrives(files) {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const { page, close } = await openPage(browser);
  await page.addInitScript(() => {
    addEventListener("upload-success", (event) => {
      const { media } = /** @type {CustomEvent} */ (event).detail;
      document.documentElement.dataset.id = media.id;
    });
  });
  await page.goto(`${demo.address}/`);
  const isElement = (await page.locator("ittybit-uploader").count()) > 0;
  if (isElement) {
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: /^Choose/ }).click();
    await (await chooser).setFiles(picture);
    const isAuto = (await page.locator("ittybit-uploader[auto]").count()) > 0;
    if (!isAuto) await page.getByRole("button", { name: "Upload 1 file" }).click();
  } else {
    await page.setInputFiles("input[type=file]", picture);
  }
  const id = await page
    .waitForFunction(() => {
      const { id } = document.documentElement.dataset;
      return id ?? document.querySelector("output")?.textContent;
    })
    .then((told) => told.jsonValue());
  assert.match(String(id), /^med_/);
  assert.equal(sha256(demo.stored({ id: String(id) })), sha256(readFileSync(picture)));
  await close();
}

describe("pages", () => {
  const pages = samplesIn("html").filter(({ flags }) => flags.includes("page"));
  assert(pages.length > 2);
  for (const { name, code } of pages) {
    test(name, () => {
      // The demo's policy allows no inline scripts, so the script becomes a file.
      const [whole, script = ""] = /<script>(.*?)<\/script>/s.exec(code) ?? [];
      const html = whole ? code.replace(whole, '<script src="page.js"></script>') : code;
      return arrives({ "index.html": html, "page.js": script });
    });
  }
});

describe("modules", () => {
  const modules = samplesIn("js").filter(({ flags }) => flags.includes("run"));
  assert(modules.length > 2);
  for (const { name, code } of modules) {
    test(name, () => {
      const html =
        '<!doctype html><input type="file" id="file"><output id="result"></output>' +
        '<script defer src="given.js"></script><script type="module" src="page.js"></script>';
      const script = code.replace(/"ittybit-uploader"/g, '"/dist/index.js"');
      return arrives({ "index.html": html, "page.js": script });
    });
  }
});

/** @param {string} words @returns the only sample in README and the pages that contains these words */
function sampleWith(words) {
  const found = samples.filter(({ code }) => code.includes(words));
  assert.equal(found.length, 1, words);
  return found[0]?.code ?? "";
}

test("in a form, the element sends the media object's id", async () => {
  const html = `<script type="module" src="/dist/element.js"></script>${sampleWith("<form action")}`;
  writeFileSync(join(folder, "index.html"), html.replace('accept="video/*"', ""));
  const { page, close } = await openPage(browser);
  await page.goto(`${demo.address}/`);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: /^Choose/ }).click();
  await (await chooser).setFiles(picture);
  await page.getByText("harbour.jpg", { exact: true }).waitFor();
  const sent = page.waitForRequest(/\/trips\?film=med_\w+$/);
  await page.getByRole("button", { name: "Send" }).click();
  await sent;
  await close();
});

test("an unfinished upload is resumed", async () => {
  const script = sampleWith("recover()").replace('"ittybit-uploader"', '"/dist/index.js"');
  writeFileSync(
    join(folder, "index.html"),
    '<!doctype html><input type="file" id="file"><output id="result"></output>' +
      '<script defer src="given.js"></script><script type="module" src="page.js"></script>',
  );
  writeFileSync(join(folder, "page.js"), script);
  const film = join(folder, "film.mp4");
  writeFileSync(film, new Uint8Array(70_000_000));
  const { page, close } = await openPage(browser);
  const shows = (/** @type {RegExp} */ text) =>
    page.locator("#result").filter({ hasText: text }).waitFor();
  await page.goto(`${demo.address}/`);
  await page.route(`${demo.store}/**`, () => {});
  const sent = page.waitForRequest(`${demo.store}/**`);
  await page.setInputFiles("#file", film);
  await sent;
  await page.reload();
  await shows(/^film\.mp4: 0 of 70000000 bytes are stored$/);
  await page.unroute(`${demo.store}/**`);
  await page.setInputFiles("#file", film);
  await shows(/^med_/);
  await close();
});
