// Tests how the debug log is enabled, that no upload depends on it, and the entries on the timeline.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { setUpStories, upload } from "./story.mjs";

const { open, plan } = setUpStories();

describe("the option `debug`", () => {
  const key = "ittybit-uploader:debug";

  test("can be set to 1 in the page's storage", async () => {
    await plan();
    const { page, story, isLoaded, close } = await open();
    for (const value of [undefined, "0", ""]) {
      await page.evaluate(
        ([key = "", value]) => value !== undefined && localStorage.setItem(key, value),
        [key, value],
      );
      assert((await upload(page, { debug: value === "" ? undefined : false })).id);
    }
    assert.deepEqual(story(), []);
    assert.equal(isLoaded(), false);
    await page.evaluate((key) => localStorage.setItem(key, "1"), key);
    assert((await upload(page)).id);
    assert.equal(story().at(-1), "info all files: nothing is left to do");
    await close();
  });

  test("applies to one upload only", async () => {
    await plan();
    const { page, story, close } = await open();
    await Promise.all([upload(page, { debug: true }), upload(page)]);
    assert.equal(story().filter((line) => line.includes("stored as")).length, 1);
    assert.equal(story().filter((line) => line.includes("asks the endpoint")).length, 1);
    await close();
  });

  test("is off by default if a page has no storage", async () => {
    await plan();
    const { page, story, close } = await open();
    await page.evaluate(() =>
      Object.defineProperty(window, "localStorage", {
        get() {
          throw new DOMException("No.", "SecurityError");
        },
      }),
    );
    assert((await upload(page)).id);
    assert.deepEqual(story(), []);
    assert((await upload(page, { debug: true })).id);
    assert(story().length > 0);
    await close();
  });

  for (const [entry, works] of /** @type {const} */ ([
    ["inline.js", true],
    ["index.js", false],
  ])) {
    test(`in a worker ${works ? "works" : "is refused"} with ${entry}`, async () => {
      await plan();
      const { page, said, story, isLoaded, close } = await open({ bypassCSP: true });
      const id = await page.evaluate(async (entry) => {
        const worker = new Worker("/worker.js", { type: "module" });
        worker.postMessage(`/dist/${entry}`);
        return new Promise((resolve, reject) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = reject;
        });
      }, entry);
      assert.match(String(id), /^med_/);
      assert.equal(
        story().some((line) => line.startsWith("info x.mp4: stored as ID")),
        works,
      );
      assert.equal(isLoaded(), false);
      const why =
        "ittybit-uploader: debug.js can't be checked in a worker. Load the inline build there.";
      assert.equal(
        said.some(({ text }) => text === why),
        !works,
      );
      await close();
    });
  }

  test("is an attribute of the element", async () => {
    await plan();
    const { page, story, close } = await open();
    await page.evaluate(async () => {
      const entry = "/dist/element.js";
      await import(entry);
      const element = /** @type {any} */ (document.createElement("ittybit-uploader"));
      element.debug = true;
      element.setAttribute("endpoint", "/api/uploads");
      document.body.append(element);
      await element.add([new File(["x"], "x.mp4")]);
      await element.start();
    });
    assert(story().some((line) => line.startsWith("info x.mp4 #1: stored as ID")));
    await close();
  });

  test("doesn't affect an upload if debug.js can't be loaded", async () => {
    await plan();
    const { page, said, story, close } = await open();
    await page.route("**/dist/debug.js*", (route) => route.abort());
    assert((await upload(page, { debug: true })).id);
    assert((await upload(page, { debug: true })).id);
    assert.deepEqual(story(), []);
    const why = said.filter(({ text }) => /^ittybit-uploader: debug.js could not/.test(text));
    assert.equal(why.length, 1);
    await close();
  });

  test("doesn't affect an upload if the debug log fails", async () => {
    await plan();
    const { page, story, close } = await open();
    await page.evaluate(() => {
      performance.measure = () => {
        throw new RangeError("full");
      };
    });
    assert((await upload(page, { debug: true })).id);
    assert(story().includes("error its story can't be told: RangeError"));
    await close();
  });
});

test("the timeline shows the phases of a file in order", async () => {
  await plan({ kind: "status", status: 503 });
  const { page, close } = await open();
  const entriesIn = (/** @type {string} */ type) =>
    page.evaluate(
      (type) =>
        performance
          .getEntriesByType(type)
          .map((/** @type {any} */ { name, startTime, duration, detail }) => ({
            name,
            startTime,
            duration,
            detail,
          })),
      type,
    );
  await upload(page);
  assert.deepEqual(await entriesIn("measure"), []);
  await plan({ kind: "status", status: 503 });
  await upload(page, { debug: true, retryDelays: [10] });

  const phases = ["preparing", "uploading", "processing"];
  const marks = await entriesIn("mark");
  const expected = [...phases, "waiting", ...phases].map((phase) => [
    `ittybit-uploader clip.mp4: ${phase}`,
    phase,
  ]);
  assert.deepEqual(
    marks.map(({ name, detail }) => [name, detail.phase]),
    expected,
  );
  const measures = await entriesIn("measure");
  const all = measures.find(({ detail }) => detail.phase === "all");
  const steps = measures.filter((entry) => entry !== all).sort((a, b) => a.startTime - b.startTime);
  assert.deepEqual(
    steps.map(({ name, detail }) => [name, detail.phase]),
    expected,
  );
  assert.deepEqual(
    steps.map(({ detail }) => detail.attempt),
    [1, 1, 1, 2, 2, 2, 2],
  );
  for (const [index, { startTime, detail }] of steps.entries()) {
    const before = steps[index - 1];
    // Times are rounded.
    if (before) assert(startTime >= before.startTime + before.duration - 0.2);
    assert(startTime >= (all?.startTime ?? Infinity));
    assert.equal(detail.name, "clip.mp4");
    assert.equal(detail.devtools.dataType, "track-entry");
    assert.equal(detail.devtools.track, "clip.mp4");
  }
  await close();
});
