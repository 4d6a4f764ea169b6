// Tests the headless package in workers without a bundler. The bundlers' tests include their workers.

import assert from "node:assert/strict";
import { test } from "node:test";

import { appWith, visit } from "./support.mjs";

const app = appWith("plain", ".");

test("a module worker", () => app.checkUpload("/worker.html#module"));
test("a classic worker, with the script tag as one file", () =>
  app.checkUpload("/worker.html#classic", 0));
// DevTools don't report the files that a shared worker loads.
test("a shared worker", () => app.checkUpload("/worker.html#shared", 0));

test("in a service worker, the error says that there is no XMLHttpRequest", async () => {
  const { page } = await visit(app.browser, `${app.address}/worker.html#service`);
  const file = { name: "a", mimeType: "text/plain", buffer: Buffer.from("a") };
  await page.setInputFiles("#file", file);
  const shown = page.locator("#media:not(:empty)");
  await shown.waitFor({ state: "attached" });
  assert.match((await shown.textContent()) ?? "", /^Error: .*XMLHttpRequest/);
});
