// Tests that no code runs unless the build has hashed it: with one byte of each file in dist/ changed, with markup
// that shadows properties of the document, and with builds that load nothing.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { root } from "../../pkg-config/run.mjs";
import { setUpElements } from "./element-page.mjs";
import { openPage } from "./support.mjs";

const tab = setUpElements();
const scriptTag = '<script src="/dist/ittybit-uploader.js"></script>';
const moduleTag = '<script type="module" src="/dist/element.js"></script>';
const picture = readFileSync(join(root, "tests/e2e/fixtures/harbour.jpg"), "base64");
/** @type {Record<string, string>} */
const hashes = JSON.parse(readFileSync(join(root, "dist/integrity.json"), "utf8"));

/**
 * Returns the file with one more byte or an empty section, so that it would still run.
 *
 * @param {string} name of a file in dist/
 */
function changed(name) {
  const more = name.endsWith(".js") ? Buffer.from("\n") : Buffer.from([0, 2, 1, 120]);
  return Buffer.concat([readFileSync(join(root, "dist", name)), more]);
}

/**
 * Replaces a file of the page with the changed one.
 *
 * @param {string} name
 */
async function change(name) {
  await tab.page.route(`**/dist/${name}*`, async (route) =>
    route.fulfill({ response: await route.fetch(), body: changed(name) }),
  );
}

/** Matches the error about a changed file. @param {string} name */
const refusal = (name) =>
  new RegExp(
    `^ittybit-uploader: ${name.split("/").pop()} is not the one of ittybit-uploader \\d\\S*: the hash of ` +
      `http://\\S+/dist/${name}\\S* must be sha256-\\S+\\. Deploy all files of one version, unchanged\\.$`,
  );

/** Waits for a message in the console. @param {RegExp} pattern */
async function says(pattern) {
  const inTime = AbortSignal.timeout(30_000);
  while (!tab.said.some((text) => pattern.test(text))) {
    inTime.throwIfAborted();
    await tab.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 20)));
  }
}

/** An element that loads every late file: another language, debugging, a picture and a film. */
const demanding =
  '<ittybit-uploader multiple debug lang="de" endpoint="/api/uploads"></ittybit-uploader>';

/**
 * Uploads a picture, and a file with a film's name.
 *
 * @param {number} [size] of the film, in bytes
 * @returns {Promise<number>} how many are stored
 */
const uploadAll = (size = 2000) =>
  tab.page.evaluate(
    async ([picture, size]) => {
      const { tools } = /** @type {any} */ (window);
      const element = tools.watch(document.querySelector("ittybit-uploader"));
      const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
      const film = tools.file("a.mp4", size, "video/mp4");
      await element.add([tools.file("a.jpg", bytes, "image/jpeg"), film]);
      await tools.drawn(element);
      const { successful } = await element.start();
      return successful.length;
    },
    /** @type {const} */ ([picture, size]),
  );

/** @param {string} name a selector inside the element */
const has = (name) => tab.page.locator(`ittybit-uploader ${name}`);

describe("with one byte changed", () => {
  /** Files that uploads don't need. */
  const others = Object.keys(hashes).filter((name) =>
    /^(words\/|debug|thumbnails|film|extras)/.test(name),
  );
  for (const name of others.filter((name) => !name.startsWith("words/"))) {
    test(`${name} is refused, and uploads work without it`, async () => {
      await change(name);
      await tab.open(demanding);
      // Smaller files are not worth remembering.
      assert.equal(await uploadAll(name === "extras.js" ? 6_000_000 : undefined), 2);
      await says(refusal(name));
      const stories = tab.said.filter((text) => text.includes("stored as"));
      assert.equal(stories.length, name === "debug.js" ? 0 : 2);
      if (name === "thumbnails.js") assert.equal(await has("canvas").count(), 0);
      else await has("canvas").waitFor();
    });
  }

  const words = others.filter((name) => name.startsWith("words/"));
  test(`${words.join(", ")} are refused, and the element uses English`, async () => {
    for (const name of words) await change(name);
    await tab.open(demanding);
    for (const name of words) {
      const lang = name.slice("words/".length, -".js".length);
      await tab.page.evaluate((lang) => {
        document.querySelector("ittybit-uploader")?.setAttribute("lang", lang);
      }, lang);
      await says(refusal(name));
    }
    assert.equal(await uploadAll(), 2);
    await has("button").filter({ hasText: "Add more files" }).first().waitFor();
  });

  /** Files that uploads need, and the scripts that load them. */
  const needed = /** @type {const} */ ([
    ["widget.js", scriptTag],
    ["widget.js", moduleTag],
    ["element.wasm", scriptTag],
    ["element.wasm", moduleTag],
    ["ittybit-uploader.wasm", ""],
  ]);
  for (const [name, scripts] of needed) {
    test(`${name} of ${/\/dist\/[^"]*/.exec(scripts) ?? "index.js"} is refused`, async () => {
      await change(name);
      // Adds files to get the error. The rejection of the element's own first attempt is not handled.
      await tab.page.addInitScript(() =>
        addEventListener("unhandledrejection", (event) => event.preventDefault()),
      );
      await tab.open(scripts && "<ittybit-uploader></ittybit-uploader>", { scripts });
      const said = await tab.page.evaluate(
        async (entry) => {
          const file = new File(["a"], "a.txt");
          const options = { endpoint: "/api/uploads" };
          const done = entry
            ? import(entry).then(({ upload }) => upload(file, options))
            : /** @type {any} */ (document.querySelector("ittybit-uploader")).add([file]);
          return done.then(
            () => "done",
            (/** @type {any} */ error) =>
              `ittybit-uploader: ${(error.cause?.cause ?? error.cause ?? error).message}`,
          );
        },
        scripts ? "" : "/dist/index.js",
      );
      assert.match(said, refusal(name));
      assert(tab.said.includes(said), "it is in the console too");
    });
  }

  /** Files that a page loads by name, with `integrity`. */
  const named = Object.keys(hashes).filter(
    (name) => ![...others, ...needed.map(([name]) => name), "widget.bundler.js"].includes(name),
  );
  test(`${named.join(", ")} are refused if the page has their hashes`, async () => {
    for (const name of named) await change(name);
    const tags = named.map((name) => {
      const type = name.startsWith("ittybit-uploader.") ? "" : 'type="module"';
      return `<script ${type} src="/dist/${name}" integrity="${hashes[name]}"></script>`;
    });
    await tab.open("", { scripts: tags.join("") });
    const found = await tab.page.evaluate(() => [
      "IttybitUploader" in window,
      customElements.get("ittybit-uploader"),
    ]);
    assert.deepEqual(found, [false, undefined]);
    assert.equal(tab.said.filter((text) => /integrity/.test(text)).length, named.length);
  });
});

describe("the bytes that were checked are the ones that run", () => {
  for (const [how, vendor] of [
    ["a link", undefined],
    // WebKit loads this way under trusted types.
    ["a script", "Apple Computer, Inc."],
  ]) {
    test(`loaded once, by ${how}`, async () => {
      await tab.page.addInitScript((vendor) => {
        if (vendor) Object.defineProperty(navigator, "vendor", { value: vendor });
        const { append } = Element.prototype;
        /** @type {any} */ (window).loaders = new Set();
        Element.prototype.append = function (...nodes) {
          for (const node of nodes) {
            if (node instanceof HTMLElement && /link|script/.test(node.localName)) {
              /** @type {any} */ (window).loaders.add(`a ${node.localName}`);
            }
          }
          append.apply(this, nodes);
        };
      }, vendor);
      await tab.page.route(/\/dist\/.*\.js/, async (route) => {
        const { pathname } = new URL(route.request().url());
        const response = await route.fetch();
        const headers = { ...response.headers(), "cache-control": "no-store" };
        const times = tab.requests.filter((path) => path === pathname).length;
        // A second request would get another file.
        const body = times > 1 ? "globalThis.changed = true" : await response.body();
        await route.fulfill({ response, headers, body });
      });
      await tab.open(demanding);
      assert.equal(await uploadAll(), 2);
      await has("canvas").waitFor();
      const scripts = tab.requests.filter((path) => /^\/dist\/.*\.js$/.test(path));
      assert.deepEqual(scripts.toSorted(), [
        ...["/dist/debug.js", "/dist/element.js", "/dist/film.js", "/dist/thumbnails.js"],
        ...["/dist/widget.js", "/dist/words/de.js"],
      ]);
      const found = await tab.page.evaluate(() => {
        const { loaders, changed } = /** @type {any} */ (window);
        return [[...loaders], changed];
      });
      assert.deepEqual(found, [[how], undefined]);
    });
  }

  for (const name of ["widget.js", "element.wasm"]) {
    test(`${name} of another version in the cache is requested again, past the cache`, async () => {
      let times = 0;
      await tab.page.route(`**/dist/${name}*`, async (route) => {
        times += 1;
        const response = await route.fetch();
        const body = times === 1 ? changed(name) : await response.body();
        await route.fulfill({ response, body });
      });
      await tab.open(demanding);
      assert.equal(await uploadAll(), 2);
      assert.equal(times, 2);
    });
  }
});

describe("markup that shadows properties", () => {
  /** Elements that shadow properties of the document and of the form. */
  const clobbering = ["currentScript", "head", "documentElement", "createElement", "hidden"]
    .concat("createElementNS", "addEventListener", "removeEventListener", "body")
    .map((name) => `<img name="${name}" src="/elsewhere/a.png">`)
    .join("");
  const controls = ["addEventListener", "removeEventListener", "requestSubmit", "getAttribute"]
    .concat("lang", "children", "elements", "submit")
    .map((name) => `<input name="${name}" value="">`)
    .join("");

  for (const scripts of [scriptTag, moduleTag, scriptTag.replace(".js", ".inline.js")]) {
    test(`changes nothing for ${/\/dist\/[^"]*/.exec(scripts)}`, async () => {
      await tab.open(
        `${clobbering}<form lang="de" action="/element.html">${controls}
          <ittybit-uploader multiple hold-submit name="film" auto></ittybit-uploader>
          <button id="send"></button></form>${scripts}`,
        { scripts: "" },
      );
      await has("button").filter({ hasText: "Dateien auswählen" }).first().waitFor();
      await tab.page.evaluate(async (picture) => {
        const { tools } = /** @type {any} */ (window);
        const element = tools.watch(document.querySelector("ittybit-uploader"));
        element.endpoint = tools.endpoint;
        const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
        await element.add([tools.file("a.jpg", bytes, "image/jpeg")]);
      }, picture);
      await has("canvas").waitFor();
      // The form waits for the file, and then submits itself.
      await tab.asked("a.jpg");
      await tab.page.evaluate(() => {
        /** @type {HTMLElement | null} */ (document.querySelector("#send"))?.click();
      });
      await tab.answer("a.jpg");
      await tab.page.waitForURL(/element.html\?.*film=a.jpg/);
      const away = tab.requests.filter(
        (path) => /\.(js|wasm)$/.test(path) && !/^\/dist\//.test(path),
      );
      assert.deepEqual(away, []);
    });
  }
});

test("a form named trustedTypes is ignored if the platform has no trusted types", async () => {
  // The demo's policy requires trusted types.
  const { page, close } = await openPage(tab.browser, { bypassCSP: true });
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "vendor", { value: "Apple Computer, Inc." });
    Reflect.deleteProperty(window, "trustedTypes");
  });
  const form = '<form id="trustedTypes"><input name="createPolicy"></form>';
  await page.route("**/named.html", (route) =>
    route.fulfill({ contentType: "text/html", body: `${form}${moduleTag}${demanding}` }),
  );
  await page.goto(`${tab.demo.address}/named.html`);
  // The method waits for the module that is loaded late.
  const added = page.locator("ittybit-uploader").evaluate((element) => {
    return /** @type {any} */ (element).add([]);
  });
  assert.deepEqual(await added, []);
  await close();
});

test("the inline build loads nothing, and includes German, debugging and thumbnails of films", async () => {
  await tab.open(demanding, { scripts: scriptTag.replace(".js", ".inline.js") });
  assert.equal(await uploadAll(), 2);
  await has("button").filter({ hasText: "Weitere Dateien hinzufügen" }).first().waitFor();
  await has("canvas").waitFor();
  assert.equal(tab.said.filter((text) => text.includes("stored as")).length, 2);
  const loaded = tab.requests.filter((path) => !/^\/(api|store)\//.test(path));
  assert.deepEqual(loaded, ["/element.html", "/dist/ittybit-uploader.inline.js"]);
});
