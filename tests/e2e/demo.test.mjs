// Both pages of the demo, as a person uses them: real files, a real host, every state.

import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import {
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
 * What the page shows as the media object.
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

for (const path of ["/", "/module.html"]) {
  describe(path, () => {
    for (const name of ["harbour.jpg", "film.mp4", "nothing.txt", odd]) {
      test(`${name} arrives as it is`, () =>
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

    test("a host that has not answered yet keeps it below 100", () =>
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

    test("a failure says why, and can be tried again with the same file", () =>
      inPage(path, async (page) => {
        const refusal = { status: 403, json: { error: { message: "Only <b>films</b>, please." } } };
        await page.route("**/api/uploads", (route) => route.fulfill(refusal), { times: 1 });
        await page.setInputFiles("#file", join(folder, "harbour.jpg"));
        await reaches(page, "failed");
        const alert = page.getByRole("alert");
        // As text: a server's words are never markup.
        assert.match((await alert.textContent()) ?? "", /Only <b>films<\/b>, please\./);
        assert(await fitsTheScreen(page));
        await page.getByRole("button", { name: "Try again" }).click();
        assert.equal((await media(page)).filename, "harbour.jpg");
        assert.equal(await alert.isHidden(), true);
      }));

    test("cancelling stops it, and is no error", () =>
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

    test("another file takes the place of the one under way", () =>
      inPage(path, async (page) => {
        await page.route(`${demo.host}/store/**`, () => {}, { times: 1 });
        await page.setInputFiles("#file", join(folder, "film.mp4"));
        await page.waitForSelector('#upload[data-phase="uploading"]');
        await page.setInputFiles("#file", join(folder, "harbour.jpg"));
        assert.equal((await media(page)).filename, "harbour.jpg");
      }));
  });
}
