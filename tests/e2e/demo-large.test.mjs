// Tests the demo's page for large files as a person uses it: sends files in pieces, pauses, reloads and resumes.

import assert from "node:assert/strict";
import { createHash, randomFillSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { remembered } from "./large.mjs";
import {
  launchBrowser,
  openPage,
  planFaults,
  sha256,
  startDemo,
  temporaryFolder,
} from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

const { folder, remove } = temporaryFolder();
const film = join(folder, "film.mp4");
const other = join(folder, "other.mp4");
const size = 120_000_000;
let hash = "";

/** Slows the store down, so that an upload can be interrupted. */
const slow = [{ kind: "slow", bytes_per_second: 10_000_000, times: 1000 }];

/** @type {Awaited<ReturnType<typeof launchBrowser>>} */
let browser;
/** @type {import("./support.mjs").Demo} */
let demo;

before(async () => {
  const content = randomFillSync(Buffer.alloc(size));
  hash = sha256(content);
  writeFileSync(film, content);
  writeFileSync(other, content.subarray(0, 70_000_000));
  const started = startDemo({ settings: { STAND_IN_FAULTS: "1" } });
  [browser, demo] = await Promise.all([launchBrowser(), started]);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
  remove();
});

/**
 * Sets the faults of the store, for parts, and of the host, for chunks.
 *
 * @param {object[]} faults
 */
async function plan(faults) {
  await planFaults(demo.store, { part: faults });
  await planFaults(demo.host, { chunk: faults });
}

/**
 * Opens the page and runs a test in it.
 *
 * @param {(page: Page) => Promise<void>} body
 * @param {object[]} [faults]
 */
async function inPage(body, faults = []) {
  await plan(faults);
  const { page, close } = await openPage(browser, { viewport: { width: 320, height: 800 } });
  await page.goto(`${demo.address}/large.html`);
  await body(page);
  await close();
}

/**
 * @param {Page} page
 * @param {string} name
 */
const button = (page, name) => page.getByRole("button", { name, exact: true });

/** @param {Page} page */
const status = (page) => page.locator("#files .status");

/** @param {Page} page */
const note = (page) => page.locator("#files .note");

/** @param {Page} page */
const saysOffset = (page) =>
  note(page)
    .filter({ hasText: /^Resumed from [1-9]/ })
    .waitFor();

/**
 * @param {Page} page
 * @param {number} percent
 */
const reaches = (page, percent) =>
  page.waitForFunction(
    (percent) => (document.querySelector("progress")?.value ?? 0) >= percent,
    percent,
  );

/**
 * Chooses a file with a button that opens a file picker.
 *
 * @param {Page} page
 * @param {string} name
 * @param {string} path
 */
async function pickWith(page, name, path) {
  const chooser = page.waitForEvent("filechooser");
  await button(page, name).click();
  await (await chooser).setFiles(path);
}

/**
 * Waits until the upload is complete, and compares the linked file with the original.
 *
 * @param {Page} page
 */
async function isStored(page) {
  await page.waitForSelector('#files [data-state="done"]', { timeout: 60_000 });
  assert.equal(await status(page).textContent(), "Done.");
  assert.match((await note(page).textContent()) ?? "", /^Media object \S+$/);
  assert.equal(await page.textContent("#news"), "film.mp4 is stored.");
  const link = page.getByRole("link", { name: "Open the stored film.mp4" });
  const response = await fetch((await link.getAttribute("href")) ?? "");
  const stored = createHash("sha256");
  for await (const chunk of /** @type {any} */ (response.body)) stored.update(chunk);
  assert.equal(stored.digest("hex"), hash);
  assert(await fitsTheScreen(page));
}

/** @param {Page} page */
const fitsTheScreen = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

/**
 * Starts uploading the film, and reloads the page in the middle.
 *
 * @param {Page} page
 * @param {string} way
 */
async function leaveInTheMiddle(page, way) {
  await page.getByLabel(way).check();
  await page.setInputFiles("#file", film);
  await reaches(page, 75);
  await page.reload();
  await page.waitForSelector("#unfinished:not([hidden])");
}

for (const way of ["In parts", "In chunks"]) {
  describe(way, () => {
    test("a file is paused, resumed, and stored unchanged", () =>
      inPage(async (page) => {
        await page.getByLabel(way).check();
        await page.setInputFiles("#file", film);
        await reaches(page, 75);
        assert.match((await page.textContent("#files .rate")) ?? "", /^\d+\.\d MB of 120 MB · /);
        await button(page, "Pause film.mp4").click();
        assert.equal(await status(page).textContent(), "Paused.");
        await button(page, "Resume film.mp4").click();
        await saysOffset(page);
        await plan([]);
        await isStored(page);
      }, slow));

    test("after a reload, the file is chosen again and resumed", () =>
      inPage(async (page) => {
        await leaveInTheMiddle(page, way);
        const left = await page.textContent("#unfinished .kind");
        const [, sent] = /^([1-9][\d.]* MB) of 120 MB sent$/.exec(left ?? "") ?? [];
        assert(sent, left ?? "");
        await pickWith(page, "Choose file again film.mp4", film);
        await page.waitForSelector("#unfinished", { state: "hidden" });
        await saysOffset(page);
        await plan([]);
        await isStored(page);
        await page.reload();
        await page.waitForTimeout(300);
        assert(await page.isHidden("#unfinished"), "nothing is left");
      }, slow));
  });
}

test("one click resumes the upload if the browser has a handle of the file", () =>
  inPage(async (page) => {
    // A test can't use the browser's own dialog, so this uses a file in the page's own file system.
    await page.evaluate(async () => {
      const folder = await navigator.storage.getDirectory();
      const handle = await folder.getFileHandle("film.mp4", { create: true });
      const stream = await handle.createWritable();
      await stream.write(new Uint8Array(120_000_000));
      await stream.close();
    });
    const stub = () => {
      Object.assign(window, {
        showOpenFilePicker: async () => [
          await (await navigator.storage.getDirectory()).getFileHandle("film.mp4"),
        ],
      });
    };
    await page.addInitScript(stub);
    await page.reload();
    await page.getByText("Choose files").click();
    await reaches(page, 75);
    await page.reload();
    await plan([]);
    await button(page, "Resume film.mp4").click();
    await page.waitForSelector('#files [data-state="done"]', { timeout: 60_000 });
    assert(await page.isHidden("#unfinished"));
  }, slow));

test("a different file is detected before it is sent", () =>
  inPage(async (page) => {
    await leaveInTheMiddle(page, "In parts");
    await pickWith(page, "Choose file again film.mp4", other);
    await page.waitForSelector("#unfinished .note:not([hidden])");
    const problem = await page.textContent("#unfinished .note");
    assert.match(problem ?? "", /^other\.mp4 is another file than film\.mp4\. Nothing was sent\./);
    assert.equal(await page.textContent("#news"), problem);
    assert.equal(await page.locator("#files li").count(), 0);
    assert(await fitsTheScreen(page));

    await button(page, "Discard film.mp4").click();
    assert(await page.isHidden("#unfinished"));
    // Waits until the entry is deleted, because a reload could undo that.
    while ((await remembered(page)).length > 0);
    await page.reload();
    await page.waitForTimeout(300);
    assert(await page.isHidden("#unfinished"), "the upload is still listed");
  }, slow));

test("a part that fails is reported, and only that part is sent again", () =>
  inPage(
    async (page) => {
      await page.setInputFiles("#file", film);
      await page.waitForFunction(() =>
        /\(503\)\. Trying again/.test(document.querySelector("#files .note")?.textContent ?? ""),
      );
      await isStored(page);
    },
    [{ kind: "status", status: 503, times: 2 }],
  ));

test("a refusal shows its reason as text, and can be retried", () =>
  inPage(async (page) => {
    const refusal = { status: 403, json: { error: { message: "Only <b>films</b>, please." } } };
    await page.route("**/api/uploads**", (route) => route.fulfill(refusal), { times: 1 });
    await page.setInputFiles("#file", film);
    await page.waitForSelector('#files [data-state="failed"]');
    assert.match((await note(page).textContent()) ?? "", /Only <b>films<\/b>, please\.$/);
    assert.match((await page.textContent("#news")) ?? "", /^film\.mp4 failed\. .*films/);
    await button(page, "Try again film.mp4").click();
    await isStored(page);
  }));

test("works with the keyboard alone", () =>
  inPage(async (page) => {
    await page.locator('input[value=""]').focus();
    await page.keyboard.press("ArrowDown");
    assert(await page.getByLabel("In parts").isChecked());
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "file");
    await page.setInputFiles("#file", film);
    await button(page, "Pause film.mp4").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForSelector('#files [data-state="paused"]');
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    assert.equal(await focused(), "Resume film.mp4");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForSelector('#files [data-state="cancelled"]');
    assert.equal(await focused(), "Remove film.mp4");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#files:empty", { state: "attached" });
    assert.equal(await page.evaluate(() => document.activeElement?.id), "file");
  }, slow));
