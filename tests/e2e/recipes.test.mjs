// Tests the recipes, and that the source that they display is the source that runs.

import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { root } from "../../pkg-config/run.mjs";
import { drop, launchBrowser, openPage, sha256, startDemo, temporaryFolder } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").Locator} Locator */

const { folder, remove } = temporaryFolder();
const picture = join(folder, "harbour.jpg");
const other = join(folder, "quay.jpg");
const words = join(folder, "notes.txt");
const film = join(folder, "film.mp4");
const trip = Array.from({ length: 12 }, (_, index) => `${index}.txt`);

/** @type {Awaited<ReturnType<typeof launchBrowser>>} */
let browser;
/** @type {import("./support.mjs").Demo} */
let demo;

before(async () => {
  cpSync(new URL("fixtures/harbour.jpg", import.meta.url), picture);
  writeFileSync(other, Buffer.concat([readFileSync(picture), Buffer.from("!")]));
  writeFileSync(words, "Not a picture.");
  // Too large for one request.
  writeFileSync(film, new Uint8Array(70_000_000));
  mkdirSync(join(folder, "trip"));
  for (const name of trip) writeFileSync(join(folder, "trip", name), name);
  [browser, demo] = await Promise.all([launchBrowser(), startDemo()]);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
  remove();
});

/**
 * Opens the recipes and runs a test in one of them.
 *
 * @param {string} id
 * @param {(recipe: Locator, page: Page) => Promise<void>} body
 */
async function inRecipe(id, body) {
  const { page, close } = await openPage(browser, { viewport: { width: 360, height: 800 } });
  // Listens from the start, because a key can open a picker before the driver would listen.
  page.on("filechooser", () => {});
  await page.goto(`${demo.address}/recipes.html`);
  const recipe = page.locator(`#${id}`);
  await recipe.scrollIntoViewIfNeeded();
  await body(recipe, page);
  const fits = await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
  assert(fits, "the page is wider than the screen");
  await close();
}

/**
 * @param {Locator} recipe
 * @param {string | RegExp} name
 */
const button = (recipe, name) => recipe.getByRole("button", { name, exact: true });

/**
 * Opens a file picker with `open`, and chooses these files.
 *
 * @param {Page} page
 * @param {() => Promise<void>} open
 * @param {string[]} paths
 */
async function pick(page, open, ...paths) {
  const chooser = page.waitForEvent("filechooser");
  await open();
  await (await chooser).setFiles(paths);
}

/**
 * Waits until a row says that its file is stored.
 *
 * @param {Locator} recipe
 * @param {string} [name]
 */
const stored = (recipe, name = "") =>
  recipe
    .getByRole("listitem")
    .filter({ hasText: name })
    .filter({ hasText: "Uploaded" })
    .waitFor({ timeout: 60_000 });

/**
 * Returns the ids of the media objects of the recipe's element.
 *
 * @param {Locator} recipe
 * @returns {Promise<string[]>}
 */
const ids = (recipe) =>
  recipe.locator("ittybit-uploader").evaluate((element) => /** @type {any} */ (element).value);

/**
 * @param {Locator} place
 * @param {string} property
 */
const style = (place, property) =>
  place.evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);

describe("one picture", () => {
  test("uploads right away, and choosing another replaces it", () =>
    inRecipe("one-picture", async (recipe, page) => {
      const choose = () => button(recipe, "Choose a picture").click();
      await pick(page, choose, picture);
      await stored(recipe);
      const [first = ""] = await ids(recipe);
      assert.equal(sha256(demo.stored({ id: first })), sha256(readFileSync(picture)));
      await pick(page, choose, other);
      await page.waitForFunction((first) => {
        const [id] = document.querySelector("ittybit-uploader")?.value ?? [];
        return id && id !== first;
      }, first);
      const [second = "", ...more] = await ids(recipe);
      assert.equal(sha256(demo.stored({ id: second })), sha256(readFileSync(other)));
      assert.deepEqual(more, []);
      assert.equal(await recipe.getByRole("listitem").count(), 1);
    }));

  test("is round", () =>
    inRecipe("one-picture", async (recipe, page) => {
      const frame = recipe.locator("[part=frame]");
      await frame.waitFor();
      assert.equal(await style(frame, "border-start-start-radius"), "50%");
      const { width, height } = (await frame.boundingBox()) ?? {};
      assert.equal(width, height);
      await pick(page, () => button(recipe, "Choose a picture").click(), picture);
      const thumbnail = recipe.locator("[part=thumbnail]");
      assert.equal(await style(thumbnail, "border-start-start-radius"), "50%");
    }));

  test("shows why a file is refused", () =>
    inRecipe("one-picture", async (recipe, page) => {
      await recipe.locator("[part=frame]").waitFor();
      await drop(page, "#one-picture ittybit-uploader", [words]);
      await recipe
        .getByRole("alert")
        .filter({ hasText: /notes\.txt.* can’t be added/ })
        .waitFor();
      assert.equal(await recipe.getByRole("listitem").count(), 0);
    }));
});

describe("a form", () => {
  test("is filled in by keyboard, waits for its files, and submits itself", () =>
    inRecipe("form", async (recipe, page) => {
      await recipe.getByLabel("Title").focus();
      await page.keyboard.type("By the sea");
      await button(recipe, "Choose files").waitFor();
      await page.keyboard.press("Tab");
      await pick(page, () => page.keyboard.press("Enter"), picture, other);
      await recipe.getByRole("listitem").nth(1).waitFor();
      await button(recipe, "Send").focus();
      await page.keyboard.press("Enter");
      await page.waitForURL("**/sent.html?**");
      const sent = await page.locator("#sent > *").allTextContents();
      assert.deepEqual(sent.slice(0, 3), ["title", "By the sea", "media"]);
      assert.equal(sent[4], "media");
      const hashes = [sent[3], sent[5]].map((id = "") => sha256(demo.stored({ id })));
      const expected = [picture, other].map((path) => sha256(readFileSync(path)));
      assert.deepEqual(hashes.sort(), expected.sort());

      await page.goBack();
      await stored(recipe, "harbour.jpg");
      await stored(recipe, "quay.jpg");
      assert.deepEqual((await ids(recipe)).sort(), [sent[3], sent[5]].sort());
    }));

  test("is not submitted without a file", () =>
    inRecipe("form", async (recipe, page) => {
      await recipe.getByLabel("Title").fill("By the sea");
      await button(recipe, "Choose files").waitFor();
      await button(recipe, "Send").click();
      assert.equal(
        await recipe.locator("ittybit-uploader").evaluate((element) => {
          const { validity, validationMessage } = /** @type {any} */ (element);
          return validity.valueMissing && validationMessage;
        }),
        "Add at least one file.",
      );
      assert.match(page.url(), /recipes\.html$/);
    }));
});

test("a large file is paused, interrupted by a reload, and resumed", () =>
  inRecipe("large-files", async (recipe, page) => {
    const hold = () => page.route(`${demo.store}/**`, () => {});
    await hold();
    const sent = page.waitForRequest(`${demo.store}/**`);
    await pick(page, () => button(recipe, "Choose files").click(), film);
    await button(recipe, "Upload 1 file").click();
    await sent;
    await button(recipe, /^Pause .?film\.mp4/).click();
    await recipe.getByRole("listitem").filter({ hasText: "Paused" }).waitFor();
    page.on("dialog", (dialog) => dialog.accept());
    await page.reload();
    await page.unroute(`${demo.store}/**`);
    await recipe.scrollIntoViewIfNeeded();
    await pick(page, () => button(recipe, /^Choose again to continue .?film\.mp4/).click(), film);
    await stored(recipe);
    const [url = ""] = await recipe
      .locator("ittybit-uploader")
      .evaluate((element) =>
        /** @type {any} */ (element).media.map((/** @type {any} */ { url }) => url),
      );
    assert.equal(
      sha256(new Uint8Array(await (await fetch(url)).arrayBuffer())),
      sha256(readFileSync(film)),
    );
  }));

describe("a custom look", () => {
  test("has its own colours, words and rows", () =>
    inRecipe("own-look", async (recipe, page) => {
      await recipe.getByText("Greetings from anywhere").waitFor();
      const choose = button(recipe, "Pick postcards");
      assert.equal(await style(choose, "background-color"), "rgb(166, 61, 31)");
      assert.match(await style(choose, "font-family"), /^Georgia/);
      await pick(page, () => choose.click(), picture);
      const row = recipe.getByRole("listitem");
      await row.waitFor();
      assert.equal(await row.locator("[part=thumbnail]").count(), 0);
      assert.match((await row.textContent()) ?? "", /harbour\.jpg.*JPG\s·\s/s);
      await button(recipe, "Upload 1 file").click();
      await stored(recipe);
    }));

  test("works with the keyboard", () =>
    inRecipe("own-look", async (recipe, page) => {
      await button(recipe, "Pick postcards").focus();
      await pick(page, () => page.keyboard.press("Enter"), picture, other);
      const last = button(recipe, /^Remove .?quay\.jpg/);
      await last.focus();
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Delete");
      const row = recipe.getByRole("listitem");
      await row.filter({ hasText: "harbour" }).waitFor({ state: "detached" });
      assert.equal(await row.count(), 1);
      await page.keyboard.press("Enter");
      await row.waitFor({ state: "detached" });
      assert(await button(recipe, "Pick postcards").evaluate((it) => it.matches(":focus")));
    }));
});

describe("no widget", () => {
  test("a file is stored unchanged", () =>
    inRecipe("no-widget", async (recipe) => {
      await recipe.getByLabel("File", { exact: true }).setInputFiles(picture);
      const said = recipe.locator("output").filter({ hasText: /^Stored as/ });
      const id = (await said.textContent())?.replace("Stored as ", "") ?? "";
      assert.equal(sha256(demo.stored({ id })), sha256(readFileSync(picture)));
      assert.equal(await recipe.getByRole("progressbar").getAttribute("value"), "100");
      assert(await button(recipe, "Cancel").isDisabled());
    }));

  test("a failure shows its reason, as text", () =>
    inRecipe("no-widget", async (recipe, page) => {
      const refusal = { status: 403, json: { error: { message: "Only <b>films</b>, please." } } };
      await page.route("**/api/uploads", (route) => route.fulfill(refusal), { times: 1 });
      await recipe.getByLabel("File", { exact: true }).setInputFiles(picture);
      await recipe.locator("output").filter({ hasText: "Only <b>films</b>, please." }).waitFor();
      assert(await button(recipe, "Cancel").isDisabled());
    }));

  test("cancelling stops the upload, and choosing another file replaces the current one", () =>
    inRecipe("no-widget", async (recipe, page) => {
      await page.route(`${demo.host}/store/**`, () => {}, { times: 2 });
      const input = recipe.getByLabel("File", { exact: true });
      const begun = page.waitForRequest(`${demo.host}/store/**`);
      await input.setInputFiles(picture);
      await begun;
      await button(recipe, "Cancel").click();
      await recipe.locator("output").filter({ hasText: "Cancelled." }).waitFor();
      const sent = page.waitForRequest(`${demo.host}/store/**`);
      await input.setInputFiles(other);
      await sent;
      await input.setInputFiles(picture);
      const said = recipe.locator("output").filter({ hasText: /^Stored as/ });
      const id = (await said.textContent())?.replace("Stored as ", "") ?? "";
      assert.equal(sha256(demo.stored({ id })), sha256(readFileSync(picture)));
    }));
});

test("many files: a folder can be dropped anywhere, four files at once, each with its own controls", () =>
  inRecipe("many-files", async (recipe, page) => {
    await button(recipe, "Choose a folder").waitFor();
    let now = 0;
    let most = 0;
    let letGo = () => {};
    const areFour = new Promise((resolve) => {
      letGo = () => resolve(undefined);
    });
    await page.route(`${demo.host}/store/**`, async (route) => {
      now += 1;
      most = Math.max(most, now);
      if (most === 4) letGo();
      await areFour;
      await new Promise((resolve) => setTimeout(resolve, 50));
      now -= 1;
      await route.continue();
    });
    await drop(page, "h1", [join(folder, "trip")]);
    await recipe.locator("[part=total]", { hasText: "12 files uploaded" }).waitFor();
    assert.equal(most, 4);
    const texts = (await ids(recipe)).map((id) => demo.stored({ id }).toString());
    assert.deepEqual(texts.sort(), [...trip].sort());
  }));

describe("the displayed source is what runs", () => {
  test("every line of HTML is in the page, and all files are complete", () =>
    inRecipe("many-files", async (_, page) => {
      const html = readFileSync(join(root, "www/recipes.html"), "utf8");
      await page.locator("#many-files + .source").waitFor();
      const figures = await page.locator(".source figure").all();
      assert(figures.length > 6);
      for (const figure of figures) {
        const name = (await figure.locator("figcaption").textContent()) ?? "";
        const text = (await figure.locator("code").textContent()) ?? "";
        const file = join(root, "www", name);
        if (existsSync(file)) assert.equal(text, readFileSync(file, "utf8").trim());
        else for (const line of text.split("\n")) assert(html.includes(line), line);
      }
    }));

  test("each recipe displays its source, from the first tag to the last", () =>
    inRecipe("form", async (_, page) => {
      await page.locator("#many-files + .source").waitFor();
      for (const live of await page.locator(".live").all()) {
        const id = await live.getAttribute("id");
        const shown = await page.locator(`#${id} + .source code`).first().textContent();
        const [, ...lines] = shown?.trim().split("\n\n") ?? [];
        const tag = await live.evaluate((it) => it.firstElementChild?.localName);
        const text = lines.join("\n\n");
        assert(text.startsWith(`<${tag}`) && text.endsWith(`</${tag}>`), text);
      }
    }));
});
