// Tests pages without a bundler: modules from node_modules, an import map, script tags, and hashes that the browser
// checks.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { appWith, visit } from "./support.mjs";

const app = appWith("plain", ".");
const dist = "node_modules/ittybit-uploader/dist";

test("a module", () => app.checkUpload("/module.html"));
test("a module by an import map", () => app.checkUpload("/import-map.html"));
test("the element as a module", () => app.checkElement("/element.html"));
test("the script tag", () => app.checkUpload("/script.html"));
test("the script tag's element", () => app.checkElement("/script-element.html"));
test("the script tag as one file", () => app.checkUpload("/script-inline.html", 0));
test("the element of the script tag as one file", () =>
  app.checkElement("/script-inline-element.html", 0));

test("if a server returns a page instead of the wasm, the error names its URL", async () => {
  const { page } = await visit(app.browser, `${app.address}/module.html`);
  await page.route("**/*.wasm*", (route) =>
    route.fulfill({ contentType: "text/html", body: "<!doctype html>" }),
  );
  const cause = page.evaluate(async (index) => {
    const { upload } = await import(index);
    return upload(new Blob(["a"]), { endpoint: "/api/uploads" }).catch(
      (/** @type {any} */ error) => error.message,
    );
  }, `/${dist}/index.js`);
  const wasm = `${app.address}/${dist}/ittybit-uploader.wasm`;
  const said = (await cause).replace(/\?\w{8}\b/, "");
  assert.equal(
    said,
    `ittybit-uploader.wasm could not be loaded: 200 text/html for ${wasm}. Deploy all files there, or set \`base\`.`,
  );
});

/** Returns the hashes that the build has written. */
const hashes = () => JSON.parse(readFileSync(join(app.folder, dist, "integrity.json"), "utf8"));

for (const name of ["ittybit-uploader.js", "ittybit-uploader.inline.js"]) {
  test(`${name} runs with its hash, but not with a changed byte`, async () => {
    const script = readFileSync(join(app.folder, dist, name));
    writeFileSync(join(app.folder, "changed.js"), Buffer.concat([script, Buffer.from("\n")]));
    for (const [path, isTrue] of /** @type {const} */ ([
      [`/${dist}/${name}`, true],
      ["/changed.js", false],
    ])) {
      const tag = `<script src="${path}" integrity="${hashes()[name]}"></script>`;
      writeFileSync(join(app.folder, "hashed.html"), `<!doctype html>${tag}`);
      const { page, leave } = await visit(app.browser, `${app.address}/hashed.html`);
      assert.equal(await page.evaluate(() => "IttybitUploader" in globalThis), isTrue);
      if (isTrue) await leave(0);
      else await assert.rejects(leave(0), /integrity/);
    }
  });
}

test("an import map checks the hashes of modules", async () => {
  const [index, widget] = [`/${dist}/index.js`, `/${dist}/widget.js`];
  for (const [hash, isTrue] of /** @type {const} */ ([
    [hashes()["index.js"], true],
    [hashes()["inline.js"], false],
  ])) {
    const map = { integrity: { [index]: hash, [widget]: hashes()["widget.js"] } };
    const script = `<script type="importmap">${JSON.stringify(map)}</script>`;
    writeFileSync(join(app.folder, "hashed.html"), `<!doctype html>${script}`);
    const { page } = await visit(app.browser, `${app.address}/hashed.html`);
    const found = await page.evaluate(
      (paths) => Promise.allSettled(paths.map((path) => import(path))),
      [index, widget],
    );
    const states = found.map(({ status }) => status === "fulfilled");
    assert.deepEqual(states, [isTrue, true]);
  }
});
