// Tests apps in development, on plain `http:` of this machine, in frames and workers. Only there, upload URLs of
// this machine are accepted.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openPage } from "./support.mjs";
import { setUpTab } from "./uploader.mjs";

const tab = setUpTab();

/** The source of a function that uploads, and returns the media object's id or the error's code. */
const source = `async (address) => {
  const { upload } = await import(address + "/dist/index.js");
  const options = { endpoint: address + "/api/uploads", retryDelays: [], remember: false };
  const media = await upload(new File(["hello"], "a.txt"), options).catch((error) => error);
  return media.id ? "stored" : media.code + ": " + media.message;
}`;

/** Disables the demo's policy, which allows neither frames nor blob: workers. */
async function liftPolicy() {
  await tab.opened.close();
  tab.opened = await openPage(tab.browser, { bypassCSP: true });
  await tab.page.goto(`${tab.demo.address}/empty.html`);
}

test("accepts the URL in a srcdoc frame", async () => {
  await liftPolicy();
  await tab.page.evaluate(() => {
    const frame = document.createElement("iframe");
    frame.srcdoc = "<title>Part of the page</title>";
    document.body.append(frame);
    return new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  });
  const frame = tab.page.frames()[1];
  assert.equal(frame?.url(), "about:srcdoc");
  assert.equal(await frame?.evaluate(`(${source})("${tab.demo.address}")`), "stored");
});

test("accepts the URL in a frame that a script has filled", async () => {
  await tab.page.evaluate(() => document.body.append(document.createElement("iframe")));
  const frame = tab.page.frames()[1];
  assert.equal(frame?.url(), "about:blank");
  assert.equal(await frame?.evaluate(`(${source})("${tab.demo.address}")`), "stored");
});

test("accepts the URL in a blob: worker", async () => {
  await liftPolicy();
  const said = await tab.page.evaluate(
    ({ source, address }) =>
      new Promise((resolve, reject) => {
        const code = `(${source})("${address}").then(postMessage)`;
        const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
        const worker = new Worker(url, { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => reject(new Error(event.message));
      }),
    { source, address: tab.demo.address },
  );
  assert.equal(said, "stored");
});
