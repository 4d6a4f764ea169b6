// What a page can tell the element in JavaScript, and what it is told: properties, methods, events and states, of the
// built package in a real browser.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { setUpElements } from "./element-page.mjs";

const tab = setUpElements();

describe("properties", () => {
  const flags = ["multiple", "required", "disabled", "auto", "holdSubmit", "dropAnywhere"];
  const texts = [
    ...["accept", "name", "capture", "endpoint", "credentials", "fieldName", "chunkSize"],
    ...["parallelParts", "limit", "retryDelays", "stallTimeout", "responseTimeout", "valueType"],
    ...["maxFileSize", "minFileSize", "maxTotalFileSize", "maxNumberOfFiles", "minNumberOfFiles"],
  ];

  test("each attribute is one, both ways", async () => {
    await tab.open();
    const seen = await tab.page.evaluate(
      ({ flags, texts }) => {
        const element = /** @type {any} */ (document.createElement("ittybit-uploader"));
        const attribute = (/** @type {string} */ name) =>
          name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
        /** @type {Record<string, any[]>} */
        const seen = {};
        for (const name of flags) {
          const values = [element[name]];
          element[name] = true;
          values.push(element.getAttribute(attribute(name)));
          element[name] = 0;
          values.push(element.hasAttribute(attribute(name)));
          element.setAttribute(attribute(name), "false");
          values.push(element[name]);
          seen[name] = values;
        }
        for (const name of texts) {
          const values = [element[name]];
          element[name] = 12;
          values.push(element.getAttribute(attribute(name)));
          element[name] = null;
          values.push(element.hasAttribute(attribute(name)));
          element.setAttribute(attribute(name), "x");
          values.push(element[name]);
          seen[name] = values;
        }
        return seen;
      },
      { flags: [...flags, "folders"], texts },
    );
    for (const name of flags) assert.deepEqual(seen[name], [false, "", false, true], name);
    for (const name of texts) assert.deepEqual(seen[name], ["", "12", false, "x"], name);
  });

  test("a property's value is taken as an attribute's is", async () => {
    await tab.openElement();
    await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      Object.assign(tools.element, { multiple: true, maxNumberOfFiles: 2, maxFileSize: 10_000 });
      await tools.settled();
    });
    assert.equal(await tab.text("hint"), "Up to 10 kB per file · Up to 2 files");
  });

  test("endpoint can be a function, and text again", async () => {
    await tab.openElement({ endpoint: "/nowhere" });
    const values = await tab.page.evaluate(() => {
      const { tools } = /** @type {any} */ (window);
      const { element, stored } = tools;
      const values = [element.endpoint];
      element.endpoint = stored;
      values.push(element.endpoint === stored, element.getAttribute("endpoint"));
      element.endpoint = "/elsewhere";
      values.push(element.endpoint, element.getAttribute("endpoint"));
      element.endpoint = stored;
      return values;
    });
    assert.deepEqual(values, ["/nowhere", true, "/nowhere", "/elsewhere", "/elsewhere"]);
    await tab.add("a.txt");
    await tab.place("start").click();
    await tab.tells("upload-success a.txt");
  });

  test("headers can be a function, and shouldRetry is asked", async () => {
    await tab.plan({ store: [{ kind: "status", status: 503 }] });
    await tab.openElement({ endpoint: "/api/uploads", "retry-delays": "1" });
    const question = tab.page.waitForRequest("**/api/uploads");
    const asked = await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      /** @type {any[]} */
      const asked = [];
      tools.element.headers = async () => ({ "x-who": "later" });
      tools.element.shouldRetry = (/** @type {any} */ error, /** @type {number} */ attempt) => {
        asked.push(error.status, attempt);
        return false;
      };
      await tools.element.add([tools.file("a.txt")]);
      await tools.element.start();
      return asked;
    });
    assert.equal((await question).headers()["x-who"], "later");
    assert.deepEqual(asked, [503, 1]);
    assert.equal(await tab.states(), "failed");
  });

  test("words replace those of the language", async () => {
    await tab.openElement();
    await tab.page.evaluate(() => {
      /** @type {any} */ (window).tools.element.words = { "prompt-one": "Your picture, please" };
    });
    await tab.page.waitForFunction(() =>
      /** @type {any} */ (window).tools.place("prompt").textContent.includes("picture"),
    );
    assert.equal(await tab.text("prompt"), "Your picture, please");
  });

  test("files, progress, media and value are those of what is there", async () => {
    await tab.open();
    const seen = await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      const element = tools.create({ multiple: true });
      element.endpoint = tools.stored;
      /** @type {any[]} */
      const seen = [];
      const look = () => {
        const { files, progress, media, value } = element;
        const { loaded, total, percentage } = progress;
        const names = files.map((/** @type {any} */ file) => `${file.name} ${file.state}`);
        seen.push([names.join(), loaded, total, percentage, media, value]);
      };
      look();
      document.body.append(element);
      await element.add([tools.file("a.txt", 10), tools.file("b.txt", 20)]);
      look();
      await element.start();
      look();
      return seen;
    });
    assert.deepEqual(seen, [
      ["", 0, 0, 0, [], []],
      ["a.txt added,b.txt added", 0, 30, 0, [], []],
      [
        "a.txt done,b.txt done",
        30,
        30,
        100,
        [{ id: "a.txt" }, { id: "b.txt" }],
        ["a.txt", "b.txt"],
      ],
    ]);
  });

  test("those that were set before the element was known count", async () => {
    await tab.open('<ittybit-uploader id="late" limit="9"></ittybit-uploader>', { scripts: "" });
    await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      const element = /** @type {any} */ (document.querySelector("#late"));
      Object.assign(element, {
        ...{
          endpoint: tools.endpoint,
          props: { alias: "film" },
          words: { lang: "en", choose: "Go" },
        },
        ...{ multiple: true, maxNumberOfFiles: 2, limit: 1 },
      });
      tools.watch(element);
      await import(/** @type {any} */ ("/dist/element.js"));
      await tools.drawn(element);
    });
    assert.equal(await tab.text("choose"), "Go");
    assert.equal(await tab.text("hint"), "Up to 2 files");
    await tab.add("a.txt", "b.txt");
    await tab.place("start").click();
    await tab.asked("a.txt");
    assert.deepEqual(await tab.rows(), ["a.txt active", "b.txt added"]);
    const seen = await tab.page.evaluate(() => {
      const { element, asked } = /** @type {any} */ (window).tools;
      return [asked.get("a.txt").file.props, Object.keys(element), element.outerHTML];
    });
    assert.deepEqual(seen.slice(0, 2), [{ alias: "film" }, []]);
    assert.match(seen[2], / limit="1"/);
  });
});

describe("methods", () => {
  test("those that are called before the wasm is there wait for it, in their order", async () => {
    /** @type {() => void} */
    let letGo = () => {};
    const gone = new Promise((resolve) => {
      letGo = () => resolve(undefined);
    });
    await tab.page.route("**/*.wasm*", async (route) => {
      await gone;
      await route.continue();
    });
    await tab.open();
    const outcome = tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      const element = tools.create({ multiple: true });
      element.endpoint = tools.stored;
      document.body.append(element);
      const added = element.add([tools.file("a.txt"), tools.file("b.txt")]);
      const [one] = await Promise.all([added, element.start()]);
      return { added: one.length, states: element.files.map((/** @type {any} */ it) => it.state) };
    });
    await tab.page.waitForRequest("**/*.wasm*");
    assert.deepEqual(await tab.told(), []);
    letGo();
    assert.deepEqual(await outcome, { added: 2, states: ["done", "done"] });
  });

  test("they are those of an uploader", async () => {
    await tab.openElement({ multiple: true });
    await tab.add("a.txt", "b.txt", "c.txt");
    const outcome = await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      const { element } = tools;
      const states = () => element.files.map((/** @type {any} */ file) => file.state).join();
      const [a, b, c] = element.files;
      const steps = [];
      element.remove(c.id);
      steps.push(states());
      const run = element.start();
      await tools.until(() => tools.asked.has("b.txt"));
      steps.push(states());
      element.pause(a.id);
      steps.push(states());
      element.resume(a.id);
      element.cancel(b.id);
      steps.push(states());
      await tools.until(() => {
        tools.asked.get("a.txt").refuse(new Error("no"));
        return a.state === "failed";
      });
      const { successful, failed } = await run;
      steps.push(`${states()} ${successful.length} ${failed.length}`);
      const again = element.retry();
      await tools.until(() => {
        tools.asked.get("a.txt").answer({ media: { id: "m" } });
        return a.state === "done";
      });
      await again;
      steps.push(states());
      steps.push((await element.recover().catch((/** @type {any} */ error) => [error])).length);
      return steps;
    });
    assert.deepEqual(outcome, [
      "added,added",
      "active,active",
      "paused,active",
      "active,cancelled",
      "failed,cancelled 0 1",
      "done,cancelled",
      0,
    ]);
    assert.deepEqual(await tab.rows(), ["a.txt done", "b.txt cancelled"]);
  });

  test("remove() without a file takes the element out of the page, as any other's does", async () => {
    await tab.openElement();
    await tab.add("a.txt");
    const outcome = await tab.page.evaluate(async () => {
      const { element } = /** @type {any} */ (window).tools;
      const { id } = element.files[0];
      element.remove(id);
      const seen = [element.files.length, element.isConnected];
      element.remove();
      return [...seen, element.isConnected];
    });
    assert.deepEqual(outcome, [0, true, false]);
  });

  test("what is no file is refused, and says so", async () => {
    await tab.openElement();
    const said = await tab.page.evaluate(async () => {
      const { element } = /** @type {any} */ (window).tools;
      const say = (/** @type {any} */ error) => `${error}`;
      return [await element.add(["text"]).catch(say), await element.add().catch(say)];
    });
    const sentence =
      "TypeError: ittybit-uploader: files are an array, a FileList or a DataTransfer.";
    assert.deepEqual(said, [sentence, sentence]);
  });

  test("destroyed, its uploads have ended, and nothing is taken any more", async () => {
    await tab.openElement({ multiple: true });
    await tab.add("a.txt", "b.txt");
    await tab.place("start").click();
    await tab.asked("b.txt");
    const outcome = await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      const { element, asked } = tools;
      element.destroy();
      const added = element.add([tools.file("c.txt")]);
      const refused = await added.catch((/** @type {any} */ error) => `${error}`);
      return [asked.get("a.txt").signal.aborted, refused];
    });
    assert.deepEqual(outcome, [true, "AbortError: The uploader was destroyed."]);
    assert.deepEqual(await tab.rows(), ["a.txt cancelled", "b.txt cancelled"]);
    assert.equal(await tab.states(), "");
  });
});

describe("events", () => {
  test("bubble through shadow roots, with what an uploader's tell", async () => {
    await tab.open();
    const seen = await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      const outer = document.createElement("div");
      document.body.append(outer);
      const element = tools.create({ multiple: true, "max-file-size": "5" });
      element.endpoint = tools.stored;
      outer.attachShadow({ mode: "open" }).append(element);
      /** @type {any[]} */
      const seen = [];
      const names = ["file-added", "restriction-failed", "upload-start", "upload-progress"];
      for (const name of [...names, "upload-success", "complete", "file-removed"]) {
        document.addEventListener(name, (event) => {
          const { type, detail, composed, cancelable, target } = /** @type {CustomEvent} */ (event);
          const isFirst = !seen.some(([other]) => other === type);
          if (!isFirst) return;
          seen.push([
            ...[type, Object.keys(detail).sort().join(), composed, cancelable],
            ...[target === outer, event.composedPath()[0] === element],
            detail.media?.id ?? detail.error?.detail ?? detail.successful?.length,
          ]);
        });
      }
      await element.add([tools.file("a.txt"), tools.file("far too long.txt")]);
      await element.start();
      element.remove(element.files[0].id);
      return seen;
    });
    const right = [true, true];
    assert.deepEqual(seen, [
      ["file-added", "file", true, false, ...right, undefined],
      ["restriction-failed", "error,file", true, true, ...right, "maxFileSize"],
      ["upload-start", "file", true, true, ...right, undefined],
      ["upload-progress", "file,progress", true, false, ...right, undefined],
      ["upload-success", "file,media", true, false, ...right, "a.txt"],
      ["complete", "failed,successful", true, false, ...right, 1],
      ["file-removed", "file", true, false, ...right, undefined],
    ]);
  });

  test("restriction-failed can be prevented: the page says it in its own way", async () => {
    await tab.openElement({ multiple: true, "max-file-size": "5" });
    await tab.page.evaluate(() => {
      /** @type {any} */ (window).tools.element.addEventListener(
        "restriction-failed",
        (/** @type {Event} */ event) => event.preventDefault(),
      );
    });
    await tab.add("far too long.txt");
    assert.equal(await tab.text("refused"), "");
    assert.deepEqual(await tab.told(), ["restriction-failed far too long.txt"]);
  });

  test("upload-start can be prevented: the file is paused until it is resumed", async () => {
    await tab.openElement({ multiple: true });
    await tab.page.evaluate(() => {
      const { element } = /** @type {any} */ (window).tools;
      element.addEventListener(
        "upload-start",
        (/** @type {Event} */ event) => event.preventDefault(),
        { once: true },
      );
    });
    await tab.add("a.txt", "b.txt");
    await tab.place("start").click();
    await tab.answer("b.txt");
    await tab.tells("upload-success b.txt");
    assert.deepEqual(await tab.rows(), ["a.txt paused", "b.txt done"]);
    assert.equal(await tab.states(), "paused");
    await tab.page.evaluate(() => /** @type {any} */ (window).tools.asked.clear());
    await tab.inRow("a.txt", "resume").click();
    await tab.answer("a.txt");
    await tab.tells("upload-success a.txt");
    assert.equal(await tab.states(), "done");
  });
});

describe("states", () => {
  test("are attributes and custom states alike", async () => {
    await tab.openElement({ multiple: true, "retry-delays": "" });
    assert.equal(await tab.states(), "empty");
    await tab.add("a.txt", "b.txt");
    assert.equal(await tab.states(), "");
    await tab.place("start").click();
    await tab.asked("b.txt");
    assert.equal(await tab.states(), "uploading");
    await tab.place("pause-all").click();
    assert.equal(await tab.states(), "paused");
    await tab.page.evaluate(() => /** @type {any} */ (window).tools.asked.clear());
    await tab.place("resume-all").click();
    assert.equal(await tab.states(), "uploading");
    await tab.answer("a.txt");
    await tab.asked("b.txt");
    await tab.page.evaluate(() =>
      /** @type {any} */ (window).tools.asked.get("b.txt").refuse(new Error("no")),
    );
    await tab.tells("complete");
    assert.equal(await tab.states(), "failed");
    await tab.page.evaluate(() => /** @type {any} */ (window).tools.asked.clear());
    await tab.inRow("b.txt", "retry").click();
    await tab.answer("b.txt");
    await tab.tells("upload-success b.txt");
    assert.equal(await tab.states(), "done");
    await tab.place("clear").click();
    assert.equal(await tab.states(), "empty");
  });
});
