// Tests the script tags from another origin, like a CDN for npm: by the file's path, and by the package's name alone,
// for which the CDN serves the file in package.json. That file can't load others by relative paths.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";

import { appWith, visit } from "./support.mjs";

const app = appWith("plain", ".");
const types = { ".js": "text/javascript", ".wasm": "application/wasm" };
const name = "/npm/ittybit-uploader";
let origin = "";

const server = createServer(({ url = "" }, response) => {
  const installed = join(app.folder, "node_modules/ittybit-uploader");
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  const { pathname } = new URL(url, "http://localhost");
  const path = pathname === name ? manifest.jsdelivr : pathname.replace(/^.*@[^/]*\//, "");
  try {
    const file = readFileSync(join(installed, path));
    response.writeHead(200, {
      "content-type": /** @type {Record<string, string>} */ (types)[extname(path)],
      "access-control-allow-origin": "*",
    });
    response.end(file);
  } catch {
    response.writeHead(404, { "access-control-allow-origin": "*" }).end();
  }
});

before(async () => {
  await new Promise((resolve) => server.listen(0, "localhost", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  origin = `http://localhost:${port}`;
});

after(() => server.close());

/** @param {string} path */
function openPage(path) {
  const page = readFileSync(join(app.folder, "script-element.html"), "utf8");
  const changed = page.replace(/src="[^"]*ittybit-uploader.js"/, `src="${origin}${path}"`);
  assert.notEqual(changed, page);
  writeFileSync(join(app.folder, "cdn.html"), changed);
  return visit(app.browser, `${app.address}/cdn.html`, origin);
}

test("by its path", async () => {
  const { page, upload, leave } = await openPage(`${name}@1/dist/ittybit-uploader.js`);
  await page.getByRole("button", { name: "Datei auswählen" }).waitFor();
  await upload(app.host);
  await leave(1);
});

test("by the package's name", async () => {
  const { page, upload, leave } = await openPage(name);
  // The file includes everything, also German.
  await page.getByRole("button", { name: "Datei auswählen" }).waitFor();
  await upload(app.host);
  await leave(0);
});
