// Tests from where the uploader loads its own files, and how their versions are distinguished.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { build } from "esbuild";

import { root } from "../../pkg-config/run.mjs";
import { element, failureOf, scriptTag, setUpPages, wrongTag } from "./not-loaded.mjs";

const { folder, open, address } = setUpPages();

/** @type {Record<string, string>} */
const hashes = JSON.parse(readFileSync(join(root, "dist/integrity.json"), "utf8"));
/** @param {string} name */
const textOf = (name) => readFileSync(join(root, "dist", name), "utf8");

describe("base", () => {
  /** Ways to include the script tag's code in which it can't know its own address. */
  const unlocated = /** @type {const} */ ({
    "as a module": wrongTag,
    "pasted into the page": `<script>${textOf("ittybit-uploader.js").replaceAll("</script", "<\\/script")}</script>`,
    "eval'd": `<script>fetch("/dist/ittybit-uploader.js").then((answer) => answer.text()).then((text) => (0, eval)(text))</script>`,
    "concatenated with another script": '<script src="/app.js"></script>',
  });

  for (const [how, scripts] of Object.entries(unlocated)) {
    test(`of a script tag ${how}`, async () => {
      writeFileSync(join(folder, "app.js"), `"the app";${textOf("ittybit-uploader.js")}`);
      const { page, visit, close, tells } = await open(element, { scripts, bypassCSP: true });
      await visit();
      await tells("load-error");
      const { message } = await failureOf(page);
      assert.match(
        message,
        /`base` must be the URL of the folder that has widget\.js|set `base`\.$/,
      );
      // Tests relative and absolute URLs, with and without a slash at the end.
      for (const base of ["/dist", "dist/", `${address()}/dist`]) {
        await page.locator("ittybit-uploader").evaluate((old, base) => {
          const fresh = document.createElement("ittybit-uploader");
          Object.assign(fresh, { base, endpoint: "/api/uploads" });
          old.replaceWith(fresh);
        }, base);
        await page.locator("ittybit-uploader [part=frame]").waitFor();
      }
      const stored = await page.evaluate(async (base) => {
        const { upload, Uploader } = IttybitUploader;
        const options = { base, endpoint: "/api/uploads" };
        const uploader = new Uploader(options);
        await uploader.add([new File(["b"], "b")]);
        const { successful } = await uploader.start();
        return [(await upload(new File(["a"], "a"), options)).id, successful.length];
      }, "/dist");
      assert.deepEqual([typeof stored[0], stored[1]], ["string", 1]);
      await close();
    });
  }

  test("files from it must have the build's hashes", async () => {
    const { page, visit, close } = await open("", { scripts: wrongTag });
    await page.route("**/elsewhere/**", async (route) => {
      const { pathname } = new URL(route.request().url());
      const body = `${textOf(pathname.replace("/elsewhere/", ""))}\nglobalThis.ran = true`;
      await route.fulfill({ contentType: "text/javascript", body });
    });
    await visit();
    const found = await page.evaluate(async () => {
      const options = { base: "/elsewhere", endpoint: "/api/uploads" };
      const error = await IttybitUploader.upload(new File(["a"], "a"), options).catch(
        (error) => error,
      );
      return [error.code, error.retryable, error.message, "ran" in window];
    });
    assert.match(`${found[2]}`, /^widget\.js is not the one of ittybit-uploader /);
    assert.deepEqual(found.toSpliced(2, 1), ["not-loaded", false, false]);
    await close();
  });

  test("must be a valid URL", async () => {
    const { page, visit, close } = await open("", {});
    await visit();
    const message = await page.evaluate(async () => {
      const { upload } = await import("/dist/index.js");
      return upload(new File(["a"], "a"), { base: "http://[", endpoint: "/api/uploads" }).catch(
        ({ code, message }) => `${code}: ${message}`,
      );
    });
    assert.equal(
      message,
      "not-loaded: `base` must be the URL of the folder that has ittybit-uploader.wasm.",
    );
    await close();
  });

  test("of a bundle that doesn't know its own address", async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: 'import * as all from "./dist/index.bundler.js"; globalThis.all = all;',
        resolveDir: root,
      },
      ...{ bundle: true, format: "iife", write: false, logLevel: "silent" },
    });
    writeFileSync(join(folder, "bundle.js"), outputFiles[0]?.text ?? "");
    const { page, visit, close } = await open("", {
      scripts: '<script src="/bundle.js"></script>',
      bypassCSP: true,
    });
    await visit();
    const results = await page.evaluate(async () => {
      const { upload } = /** @type {any} */ (window).all;
      const options = { endpoint: "/api/uploads" };
      const file = new File(["a"], "a");
      const first = await upload(file, options).catch((/** @type {any} */ error) => error.message);
      const { id } = await upload(file, { ...options, base: "/dist" });
      return [first, typeof id];
    });
    assert.deepEqual(results, [
      "`base` must be the URL of the folder that has ittybit-uploader.wasm.",
      "string",
    ]);
    await close();
  });

  test("is known in a srcdoc page", async () => {
    const inner = `${scriptTag}${element}`.replaceAll('"', "&quot;");
    const { page, visit, close } = await open(`<iframe srcdoc="${inner}"></iframe>`);
    await visit();
    await page.frameLocator("iframe").locator("ittybit-uploader [part=frame]").waitFor();
    await close();
  });

  test("is known in a blob: worker, which uploads", async () => {
    const { page, visit, close } = await open("", { bypassCSP: true });
    await visit();
    const answer = await page.evaluate(
      (address) =>
        new Promise((resolve) => {
          const code = `
            import { upload } from "${address}/dist/index.js";
            upload(new File(["a"], "a"), { endpoint: async () => ({ media: { id: "a" } }) }).then(
              ({ id }) => postMessage(typeof id), ({ message }) => postMessage(message));`;
          const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
          const worker = new Worker(url, { type: "module" });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => resolve(message);
        }),
      address(),
    );
    assert.equal(answer, "string");
    await close();
  });
});

test("two versions work side by side, because URLs of late files contain their hashes", async () => {
  const { page, visit, close } = await open(element.replace(" ", ' debug lang="de" '), {
    scripts: scriptTag,
  });
  /** @type {string[]} */
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await visit();
  await page.getByRole("button", { name: "Dateien auswählen" }).waitFor();
  await page.evaluate(async () => {
    const { upload } = await import("/dist/index.js");
    await upload(new File(["a"], "a"), {
      debug: true,
      endpoint: async () => ({ media: { id: "a" } }),
    });
  });
  const late = asked.flatMap((url) => {
    const { pathname, search } = new URL(url);
    return pathname.startsWith("/dist/") && search
      ? [[pathname.slice("/dist/".length), search]]
      : [];
  });
  const names = ["debug.js", "element.wasm", "ittybit-uploader.wasm", "widget.js", "words/de.js"];
  assert.deepEqual([...new Set(late.map(([name]) => name))].sort(), names);
  for (const [name = "", search = ""] of late) {
    assert.equal(search.length, 9);
    assert(hashes[name]?.replace(/\W/g, "").startsWith(`sha256${search.slice(1)}`), name);
  }
  const early = asked
    .filter((url) => /\/dist\/[^?]*$/.test(url))
    .map((url) => new URL(url).pathname);
  assert.deepEqual([...new Set(early)].sort(), ["/dist/index.js", "/dist/ittybit-uploader.js"]);
  await close();
});
