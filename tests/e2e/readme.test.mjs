// README's examples, as they stand there. The Rust one is a doctest of the backend crate.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { root } from "../../pkg-config/run.mjs";
import { launchBrowser, openPage, startDemo, temporaryFolder } from "./support.mjs";

const readme = readFileSync(join(root, "README.md"), "utf8");

/**
 * The only example in a language that has these words in it.
 *
 * @param {string} language
 * @param {string} words
 */
function example(language, words) {
  const found = [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, name, code]) => name === language && code?.includes(words))
    .map(([, , code]) => code ?? "");
  assert.equal(found.length, 1, `${language} with "${words}"`);
  return found[0] ?? "";
}

/** @type {Awaited<ReturnType<typeof launchBrowser>>} */
let browser;

before(async () => {
  browser = await launchBrowser();
});

after(() => browser?.close());

/**
 * Uploads with the page that these files make, and tells what it shows.
 *
 * @param {Record<string, string>} files
 */
async function resultOf(files) {
  const { folder, remove } = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const demo = await startDemo({ pages: folder });
  const { page, close } = await openPage(browser);
  await page.goto(`${demo.address}/`);
  await page.setInputFiles("#file", join(root, "tests/e2e/fixtures/harbour.jpg"));
  await page.waitForFunction(() => document.querySelector("#result")?.textContent);
  const result = await page.textContent("#result");
  await close();
  await demo.stop();
  remove();
  return result ?? "";
}

/**
 * Chooses a file with the element in the page that these files make.
 *
 * @param {Record<string, string>} files
 * @param {(page: import("playwright-core").Page) => Promise<void>} use
 */
async function withElement(files, use) {
  const { folder, remove } = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const demo = await startDemo({ pages: folder });
  try {
    const { page, close } = await openPage(browser);
    await page.goto(`${demo.address}/`);
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: /^Choose/ }).click();
    await (await chooser).setFiles(join(root, "tests/e2e/fixtures/harbour.jpg"));
    await page.getByText("harbour.jpg", { exact: true }).waitFor();
    await use(page);
    await close();
  } finally {
    await demo.stop();
    remove();
  }
}

const element = () => example("html", 'endpoint="/api/uploads"></ittybit-uploader>');

test("the element", () =>
  withElement({ "index.html": element() }, async (page) => {
    await page.getByRole("button", { name: "Upload 1 file" }).click();
    await page.getByText(/^Uploaded\s/).waitFor();
  }));

test("the element in a form, registered by a module", () => {
  const html = `<script type="module" src="/dist/element.js"></script>${example("html", "<form")}`;
  return withElement({ "index.html": html.replace('accept="video/*"', "") }, async (page) => {
    const sent = page.waitForRequest(/\/trips\?film=med_\w+$/);
    await page.getByRole("button", { name: "Send" }).click();
    await sent;
  });
});

test("the page with a script tag", async () => {
  const page = example("html", "IttybitUploader.upload");
  // The demo's policy has no place for a script that stands in the page.
  const [whole, script] = /<script>(.*)<\/script>/s.exec(page) ?? [];
  assert(whole && script);
  const html = page.replace(whole, '<script src="page.js"></script>');
  assert.match(await resultOf({ "index.html": html, "page.js": script }), /^med_/);
});

/** A page for an example that is a module. */
const html =
  '<!doctype html><input type="file" id="file"><output id="result"></output>' +
  '<script type="module" src="page.js"></script>';

test("a promise, imported from npm", async () => {
  const script = example("js", "import { upload }").replace(
    '"ittybit-uploader"',
    '"/dist/index.js"',
  );
  const page = `
    const input = document.querySelector("#file");
    const result = document.querySelector("#result");
    const render = () => {};
    await new Promise((resolve) => { input.onchange = resolve; });
    const file = input.files[0];
    ${script}
    result.textContent = media.id;`;
  // An import stands at the top.
  const [imports] = /^import .*$/m.exec(page) ?? [""];
  const module = imports + page.replace(imports, "");
  assert.match(await resultOf({ "index.html": html, "page.js": module }), /^med_/);
});

test("a queue, imported from npm", async () => {
  const script = example("js", "import { Uploader }").replace(
    '"ittybit-uploader"',
    '"/dist/index.js"',
  );
  const [imports = ""] = /^import .*$/m.exec(script) ?? [];
  const module = `${imports}
    const input = document.querySelector("#file");
    const result = document.querySelector("#result");
    const draw = () => {};
    const show = ({ id }) => { result.textContent = id; };
    await new Promise((resolve) => { input.onchange = resolve; });
    ${script.replace(imports, "")}`;
  assert.match(await resultOf({ "index.html": html, "page.js": module }), /^med_/);
});

test("going on with what was left unfinished", async () => {
  const { folder, remove } = temporaryFolder();
  const page = `
    import { Uploader } from "/dist/index.js";
    const input = document.querySelector("#file");
    const result = document.querySelector("#result");
    const uploader = new Uploader({ endpoint: "/api/uploads", autoProceed: true });
    uploader.addEventListener("upload-success", ({ detail }) => {
      result.textContent = detail.media.id;
    });
    const addRow = (text) => {
      result.textContent = text;
      return { input, goOn: {}, forget: {} };
    };
    input.onchange = () => uploader.add(input.files);
    ${example("js", "recover()")}`;
  writeFileSync(join(folder, "index.html"), html);
  writeFileSync(join(folder, "page.js"), page);
  const film = join(folder, "film.mp4");
  writeFileSync(film, new Uint8Array(70_000_000));
  const demo = await startDemo({ pages: folder });
  const { page: tab, close } = await openPage(browser);
  const shows = (/** @type {RegExp} */ text) =>
    tab.locator("#result").filter({ hasText: text }).waitFor();
  await tab.goto(`${demo.address}/`);
  await tab.route(`${demo.store}/**`, () => {});
  const sent = tab.waitForRequest(`${demo.store}/**`);
  await tab.setInputFiles("#file", film);
  await sent;
  await tab.reload();
  await shows(/^film\.mp4: 0 of 70000000 bytes are stored$/);
  await tab.unroute(`${demo.store}/**`);
  await tab.setInputFiles("#file", film);
  await shows(/^med_/);
  await close();
  await demo.stop();
  remove();
});

test("the route in any server", async () => {
  /** @type {any} */
  let asked;
  const ittybit = createServer(async (request, response) => {
    const body = await request.reduce((text, chunk) => text + chunk, "");
    asked = { authorization: request.headers.authorization, body: JSON.parse(body) };
    response.end('{"data":{"url":"https://you.ittybit.net/store/single?key=1"}}');
  });
  await new Promise((resolve) => ittybit.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (ittybit.address());
  const { folder, remove } = temporaryFolder();
  const route = example("js", "api.ittybit.com");
  const local = route.replace("https://api.ittybit.com", `http://127.0.0.1:${port}`);
  writeFileSync(join(folder, "route.mjs"), local);
  process.env.ITTYBIT_API_KEY = "key";
  const { POST } = await import(join(folder, "route.mjs"));
  const body = JSON.stringify({ filename: "clip.mp4", filesize: 3, type: "video/mp4" });
  const response = await POST(new Request("http://app/api/uploads", { method: "POST", body }));
  ittybit.close();
  remove();
  assert.deepEqual(asked, { authorization: "Bearer key", body: { filename: "clip.mp4" } });
  assert.deepEqual(await response.json(), { url: "https://you.ittybit.net/store/single?key=1" });
});
