// Tests the demo's pages as a person uses them, with real files and the stand-in.

import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { root } from "../../pkg-config/run.mjs";
import {
  drop,
  filmSized,
  launchBrowser,
  openPage,
  sha256,
  startDemo,
  temporaryFolder,
} from "./support.mjs";

const { folder, remove } = temporaryFolder();
const odd = 'a "quoted" 🎬 אב صورة.jpg';
const picture = new URL("fixtures/harbour.jpg", import.meta.url);

/** @type {Awaited<ReturnType<typeof launchBrowser>>} */
let browser;
/** @type {import("./support.mjs").Demo} */
let demo;

before(async () => {
  cpSync(picture, join(folder, "harbour.jpg"));
  cpSync(picture, join(folder, odd));
  writeFileSync(join(folder, "film.mp4"), filmSized());
  writeFileSync(join(folder, "nothing.txt"), "");
  [browser, demo] = await Promise.all([launchBrowser(), startDemo()]);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
  remove();
});

/**
 * Opens a page of the demo and runs a test in it.
 *
 * @param {string} path
 * @param {(page: import("playwright-core").Page) => Promise<void>} body
 */
async function inPage(path, body) {
  const { page, close } = await openPage(browser, { viewport: { width: 360, height: 800 } });
  // Listens from the start, because a key can open a picker before the driver would listen.
  page.on("filechooser", () => {});
  await page.goto(`${demo.address}${path}`);
  await body(page);
  await close();
}

/**
 * @param {import("playwright-core").Page} page
 * @param {string} state
 */
const reaches = (page, state) => page.waitForSelector(`#upload[data-state="${state}"]`);

/**
 * Returns the media object that the page shows.
 *
 * @param {import("playwright-core").Page} page
 */
async function media(page) {
  await reaches(page, "done");
  return JSON.parse((await page.textContent("#media pre")) ?? "");
}

/** @param {import("playwright-core").Page} page */
const fitsTheScreen = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

/**
 * Opens the widget's file picker with a button, and chooses files.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} button
 * @param {string[]} names
 */
async function choose(page, button, ...names) {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: button, exact: true }).click();
  await (await chooser).setFiles(names.map((name) => join(folder, name)));
}

/**
 * Waits until the front page shows this many media objects, and returns them.
 *
 * @param {import("playwright-core").Page} page
 * @param {number} count
 */
async function shown(page, count) {
  await page
    .locator("#media pre")
    .nth(count - 1)
    .waitFor();
  const texts = await page.locator("#media pre").allTextContents();
  return texts.map((text) => JSON.parse(text));
}

describe("the front page, with the widget", () => {
  for (const name of ["harbour.jpg", "film.mp4", "nothing.txt", odd]) {
    test(`${name} is stored unchanged`, () =>
      inPage("/", async (page) => {
        const content = readFileSync(join(folder, name));
        await choose(page, "Choose files", name);
        await page.getByRole("button", { name: "Upload 1 file" }).click();
        const [object] = await shown(page, 1);
        assert.equal(object.filename, name);
        assert.equal(object.filesize, content.length);
        assert.equal(sha256(demo.stored(object)), sha256(content));
        const row = page.getByRole("listitem");
        assert.match((await row.textContent()) ?? "", /Uploaded/);
        assert.equal(await row.locator("bdi").textContent(), name);
        assert(await fitsTheScreen(page));
      }));
  }

  test("several files are one run, with a media object for each", () =>
    inPage("/", async (page) => {
      await choose(page, "Choose files", "harbour.jpg", odd);
      await choose(page, "Add more files", "nothing.txt");
      await page.getByRole("button", { name: "Upload 3 files" }).click();
      const objects = await shown(page, 3);
      assert.deepEqual(
        objects.map(({ filename }) => filename).sort(),
        [odd, "harbour.jpg", "nothing.txt"].sort(),
      );
      await page.locator("[part=total]", { hasText: "3 files uploaded" }).waitFor();
    }));

  test("a failure shows its reason as text, and can be retried", () =>
    inPage("/", async (page) => {
      const refusal = { status: 403, json: { error: { message: "Only <b>films</b>, please." } } };
      await page.route("**/api/uploads", (route) => route.fulfill(refusal), { times: 1 });
      await choose(page, "Choose files", "harbour.jpg");
      await page.getByRole("button", { name: "Upload 1 file" }).click();
      const row = page.getByRole("listitem");
      await row.filter({ hasText: "Only <b>films</b>, please." }).waitFor();
      assert(await fitsTheScreen(page));
      await page.getByRole("button", { name: /^Retry/ }).click();
      assert.equal((await shown(page, 1))[0].filename, "harbour.jpg");
    }));

  test("cancelling stops the upload, and is no error", () =>
    inPage("/", async (page) => {
      await page.route(`${demo.host}/store/**`, () => {});
      await choose(page, "Choose files", "film.mp4");
      await page.getByRole("button", { name: "Upload 1 file" }).click();
      await page.getByRole("button", { name: /^Cancel/ }).click();
      await page.getByRole("listitem").filter({ hasText: "Canceled" }).waitFor();
      await page.unroute(`${demo.host}/store/**`);
      await page.getByRole("button", { name: /^Retry/ }).click();
      assert.equal((await shown(page, 1))[0].filesize, 60_000_000);
    }));

  test("a file can be dropped anywhere", () =>
    inPage("/", async (page) => {
      await page.locator("ittybit-uploader [part=dropzone]").waitFor();
      await drop(page, "h1", [join(folder, "nothing.txt")]);
      await page.getByRole("listitem").filter({ hasText: "nothing.txt" }).waitFor();
      assert.equal(await page.title(), "Upload files: ittybit-uploader", "the page has stayed");
    }));

  test("the displayed source is the source that runs", () =>
    inPage("/", async (page) => {
      const html = readFileSync(join(root, "www/index.html"), "utf8");
      await page.locator(".source code").nth(1).waitFor();
      const [snippet, script] = await page.locator(".source code").allTextContents();
      for (const line of (snippet ?? "").split("\n")) assert(html.includes(line), line);
      assert.match(snippet ?? "", /^<script src=.*<\/script>\n\n<ittybit-uploader\n {2}endpoint=/);
      assert.match(snippet ?? "", /><\/ittybit-uploader>$/);
      assert.equal(script, readFileSync(join(root, "www/index.js"), "utf8").trim());
    }));
});

test("every page links to all others, and marks itself", async () => {
  const { page, close } = await openPage(browser, { viewport: { width: 320, height: 800 } });
  await page.goto(`${demo.address}/`);
  // tests/docs checks the links of the documentation.
  const own = "nav a:not([href^=docs])";
  const links = await page.locator(own).evaluateAll((all) => all.map((link) => String(link)));
  assert.equal(links.length, 4);
  for (const link of links) {
    await page.goto(link);
    assert.equal(await page.locator("nav a[href='docs/']").count(), 1);
    const here = page.locator(own);
    assert.deepEqual(await here.evaluateAll((all) => all.map((link) => String(link))), links);
    assert.equal(
      String(await page.locator("[aria-current=page]").evaluate((link) => `${link}`)),
      link,
    );
    assert(await fitsTheScreen(page), link);
  }
  await close();
});

describe("the ES module, without the widget", () => {
  const path = "/module.html";

  for (const name of ["harbour.jpg", "film.mp4", "nothing.txt", odd]) {
    test(`${name} is stored unchanged`, () =>
      inPage(path, async (page) => {
        const content = readFileSync(join(folder, name));
        await page.getByLabel("Choose a file").setInputFiles(join(folder, name));
        const object = await media(page);
        assert.equal(object.filename, name);
        assert.equal(object.filesize, content.length);
        assert.equal(sha256(demo.stored(object)), sha256(content));
        assert.equal(await page.textContent("#name"), name);
        assert.equal(await page.textContent("#percent"), "100%");
        assert.match((await page.textContent("#status")) ?? "", /^Done/);
        assert(await fitsTheScreen(page));
        if (object.kind === "image") {
          assert.deepEqual([object.width, object.height], [640, 427]);
          await page.waitForFunction(() => {
            const image = document.querySelector("#preview");
            return image instanceof HTMLImageElement && image.naturalWidth === 640;
          });
        }
      }));
  }

  test("progress stays below 100 until the host has answered", () =>
    inPage(path, async (page) => {
      /** @type {() => void} */
      let answer = () => {};
      const held = new Promise((resolve) => {
        answer = () => resolve(undefined);
      });
      await page.route(`${demo.host}/store/**`, async (route) => {
        await held;
        await route.continue();
      });
      await page.setInputFiles("#file", join(folder, "harbour.jpg"));
      await page.waitForSelector('#upload[data-phase="uploading"]');
      assert.notEqual(await page.textContent("#percent"), "100%");
      answer();
      await media(page);
    }));

  test("a failure shows its reason, and can be retried with the same file", () =>
    inPage(path, async (page) => {
      const refusal = { status: 403, json: { error: { message: "Only <b>films</b>, please." } } };
      await page.route("**/api/uploads", (route) => route.fulfill(refusal), { times: 1 });
      await page.setInputFiles("#file", join(folder, "harbour.jpg"));
      await reaches(page, "failed");
      const alert = page.getByRole("alert");
      // A server's message is shown as text, never as markup.
      assert.match((await alert.textContent()) ?? "", /Only <b>films<\/b>, please\./);
      assert(await fitsTheScreen(page));
      await page.getByRole("button", { name: "Try again" }).click();
      assert.equal((await media(page)).filename, "harbour.jpg");
      assert.equal(await alert.isHidden(), true);
    }));

  test("cancelling stops the upload, and is no error", () =>
    inPage(path, async (page) => {
      await page.route(`${demo.host}/store/**`, () => {});
      await page.setInputFiles("#file", join(folder, "film.mp4"));
      await page.getByRole("button", { name: "Cancel" }).click();
      await reaches(page, "cancelled");
      assert.equal(await page.textContent("#status"), "Cancelled.");
      assert.equal(await page.getByRole("alert").isHidden(), true);
      await page.unroute(`${demo.host}/store/**`);
      await page.getByRole("button", { name: "Try again" }).click();
      assert.equal((await media(page)).filesize, 60_000_000);
    }));

  test("choosing another file replaces the current one", () =>
    inPage(path, async (page) => {
      await page.route(`${demo.host}/store/**`, () => {}, { times: 1 });
      await page.setInputFiles("#file", join(folder, "film.mp4"));
      await page.waitForSelector('#upload[data-phase="uploading"]');
      await page.setInputFiles("#file", join(folder, "harbour.jpg"));
      assert.equal((await media(page)).filename, "harbour.jpg");
    }));
});
