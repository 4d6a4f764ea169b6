// Tests answers of an endpoint function that come too late. A promise can't be cancelled, so they must be ignored.

import assert from "node:assert/strict";
import { test } from "node:test";

import { launchBrowser, openPage, startDemo } from "./support.mjs";

test("a late answer to an aborted request is not used for the next one", async () => {
  const browser = await launchBrowser();
  const demo = await startDemo({ pages: "tests/e2e/pages" });
  const { page, close } = await openPage(browser);
  await page.goto(`${demo.address}/empty.html`);
  const ids = await page.evaluate(async (entry) => {
    const { Uploader } = await import(entry);
    /** @type {{ answer: (target: unknown) => void }[]} */
    const questions = [];
    let asked = () => {};
    const isAsked = () =>
      new Promise((resolve) => {
        asked = () => resolve(undefined);
      });
    const endpoint = () =>
      new Promise((answer) => {
        questions.push({ answer });
        asked();
      });
    const uploader = new Uploader({ endpoint, retryDelays: [] });
    const [file] = await uploader.add([new File(["x"], "x")]);
    const first = isAsked();
    uploader.start();
    await first;
    uploader.cancel(file.id);
    const second = isAsked();
    const run = uploader.retry(file.id);
    await second;
    questions[0]?.answer({ media: { id: "of the first" } });
    await new Promise((resolve) => setTimeout(resolve));
    const between = file.state;
    questions[1]?.answer({ media: { id: "of the second" } });
    await run;
    return [between, file.media.id];
  }, "/dist/index.js");
  await close();
  await demo.stop();
  await browser.close();
  assert.deepEqual(ids, ["active", "of the second"]);
});
