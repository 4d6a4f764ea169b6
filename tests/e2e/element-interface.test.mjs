// What a page can tell the element and what it is told: attributes, properties, methods, events and
// states, of the built package in a real browser.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { setUpElements } from "./element-page.mjs";

const tab = setUpElements();

/**
 * An element that is given files of so many bytes, and what it says of those that it refuses.
 *
 * @param {import("./element-page.mjs").Attributes} attributes
 * @param {[name: string, size: number, type?: string][]} files
 */
async function refuses(attributes, files) {
  await tab.openElement(attributes);
  await tab.page.evaluate(async (files) => {
    const { tools } = /** @type {any} */ (window);
    await tools.element.add(files.map((file) => tools.file(...file)));
  }, files);
  const rows = await tab.rows();
  return { rows: rows.map((row) => row.split(" ")[0]), said: await tab.text("refused") };
}

/**
 * The requests that a file which is uploaded makes to the host.
 *
 * @param {import("./element-page.mjs").Attributes} attributes
 * @param {{ name?: string, bytes?: number, properties?: object }} [file]
 */
async function upload(attributes, { name = "a.txt", bytes = 5, properties = {} } = {}) {
  await tab.openElement({ endpoint: "/api/uploads", ...attributes });
  /** @type {import("playwright-core").Request[]} */
  const requests = [];
  tab.page.on("request", (request) => {
    if (/^(POST|PUT)$/.test(request.method())) requests.push(request);
  });
  await tab.page.evaluate(
    async ({ name, bytes, properties }) => {
      const { tools } = /** @type {any} */ (window);
      Object.assign(tools.element, properties);
      await tools.element.add([tools.file(name, bytes)]);
      await tools.element.start();
    },
    { name, bytes, properties },
  );
  return requests;
}

describe("attributes that limit what is taken", () => {
  test("max-file-size", async () => {
    const outcome = await refuses({ multiple: true, "max-file-size": "1.5 kB" }, [
      ["small.txt", 1500],
      ["large.txt", 1501],
    ]);
    assert.deepEqual(outcome, {
      rows: ["small.txt"],
      said: "large.txt is too large. Files can be up to 1.5 kB.",
    });
    assert.equal(await tab.text("hint"), "Up to 1.5 kB per file");
  });

  test("min-file-size", async () => {
    const outcome = await refuses({ multiple: true, "min-file-size": "2" }, [
      ["small.txt", 1],
      ["large.txt", 2],
    ]);
    assert.deepEqual(outcome, {
      rows: ["large.txt"],
      said: "small.txt is too small. Files must be at least 2 bytes.",
    });
  });

  test("max-total-file-size", async () => {
    const files = /** @type {[string, number][]} */ ([
      ["a.txt", 600],
      ["b.txt", 600],
      ["c.txt", 400],
    ]);
    assert.deepEqual(await refuses({ multiple: true, "max-total-file-size": "1kB" }, files), {
      rows: ["a.txt", "c.txt"],
      said: "b.txt doesn’t fit. All files together can be up to 1 kB.",
    });
  });

  test("max-number-of-files, and of several that are refused one is named", async () => {
    const files = /** @type {[string, number][]} */ ([
      ["a.txt", 1],
      ["b.txt", 1],
      ["c.txt", 1],
      ["d.txt", 1],
    ]);
    assert.deepEqual(await refuses({ multiple: true, "max-number-of-files": "2" }, files), {
      rows: ["a.txt", "b.txt"],
      said: "You can add up to 2 files. And 1 more.",
    });
  });

  test("min-number-of-files, when they are to be started", async () => {
    await tab.openElement({ multiple: true, "min-number-of-files": "2" });
    await tab.add("a.txt");
    assert.equal(await tab.text("refused"), "");
    await tab.place("start").click();
    assert.equal(await tab.text("refused"), "Add at least 2 files.");
    await tab.add("b.txt");
    assert.equal(await tab.text("refused"), "");
    await tab.place("start").click();
    await tab.asked("b.txt");
  });

  test("accept", async () => {
    const outcome = await refuses({ multiple: true, accept: "image/*, .pdf" }, [
      ["a.png", 1, "image/png"],
      ["b.pdf", 1, "application/pdf"],
      ["c.txt", 1, "text/plain"],
    ]);
    assert.deepEqual(outcome, {
      rows: ["a.png", "b.pdf"],
      said: "c.txt can’t be added. Allowed: images and PDF.",
    });
    assert.equal(await tab.text("hint"), "Only images and PDF");
    const chooser = tab.page.waitForEvent("filechooser");
    await tab.place("choose").click();
    assert((await chooser).isMultiple());
    const accept = await (await chooser).element().getAttribute("accept");
    assert.equal(accept, "image/*, .pdf");
  });

  test("without multiple, a file takes the place of the one before", async () => {
    await tab.openElement();
    await tab.add("a.txt");
    await tab.add("b.txt");
    assert.deepEqual(await tab.rows(), ["b.txt added"]);
    assert.deepEqual(await tab.told(), [
      "file-added a.txt",
      "file-added b.txt",
      "file-removed a.txt",
    ]);
    await tab.add("c.txt", "d.txt");
    assert.deepEqual(await tab.rows(), ["c.txt added"]);
    assert.equal(await tab.text("refused"), "You can add up to 1 file.");
  });

  test("what was refused is not said any longer once other files are added", async () => {
    await refuses({ multiple: true, "max-file-size": "5" }, [["large.txt", 6]]);
    await tab.add("a.txt");
    assert.equal(await tab.text("refused"), "");
  });
});

describe("attributes that say how files are uploaded", () => {
  test("auto", async () => {
    await tab.openElement({ auto: true });
    await tab.add("a.txt");
    await tab.answer("a.txt");
    await tab.tells("complete");
    assert.deepEqual(await tab.rows(), ["a.txt done"]);
  });

  test("limit", async () => {
    await tab.openElement({ auto: true, multiple: true, limit: "2" });
    await tab.add("a.txt", "b.txt", "c.txt");
    await tab.asked("b.txt");
    assert.deepEqual(await tab.rows(), ["a.txt active", "b.txt active", "c.txt added"]);
    assert.match((await tab.inRow("c.txt", "status").textContent()) ?? "", /^Up next/);
    await tab.answer("a.txt");
    await tab.asked("c.txt");
  });

  test("retry-delays", async () => {
    const failing = { kind: "status", status: 503, times: 2 };
    await tab.plan({ store: [failing] });
    await upload({ "retry-delays": "1, 2 3" });
    const retries = (await tab.told()).filter((line) => line.startsWith("upload-retry"));
    assert.equal(retries.length, 2);
    assert.equal(await tab.states(), "done");
  });

  test("retry-delays of nothing is one attempt", async () => {
    await tab.plan({ store: [{ kind: "status", status: 503 }] });
    await upload({ "retry-delays": "" });
    assert.deepEqual((await tab.told()).slice(-2), ["upload-error a.txt", "complete"]);
    assert.equal(await tab.states(), "failed");
  });

  test("field-name", async () => {
    const requests = await upload({ "field-name": "film" });
    const form = requests.find((request) => request.url().startsWith(tab.demo.host));
    // The stand-in refuses a field of another name; Playwright shows no body that is a file.
    assert(form);
    assert.equal((await form.response())?.status(), 400);
  });

  test("credentials", async () => {
    for (const [credentials, expected] of [
      ["omit", undefined],
      ["include", "a=b"],
    ]) {
      await tab.page.context().addCookies([{ name: "a", value: "b", url: tab.demo.address }]);
      const [question] = await upload({ credentials: String(credentials) });
      assert.equal((await question?.allHeaders())?.cookie, expected);
    }
  });

  test("chunk-size and parallel-parts", async () => {
    const MB = 1_000_000;
    await tab.openElement({
      endpoint: "/api/uploads",
      "chunk-size": "6MB",
      "parallel-parts": "1",
    });
    let [open, most] = [0, 0];
    /** @type {string[]} */
    const ranges = [];
    tab.page.on("request", (request) => {
      if (request.method() !== "PUT") return;
      ranges.push(request.headers()["content-range"] ?? "");
      open += 1;
      most = Math.max(most, open);
    });
    tab.page.on("requestfinished", (request) => {
      if (request.method() === "PUT") open -= 1;
    });
    await tab.page.evaluate(async (size) => {
      const { tools } = /** @type {any} */ (window);
      tools.element.props = { protocol: "resumable" };
      await tools.element.add([tools.file("film.mp4", size)]);
      await tools.element.start();
    }, 13 * MB);
    assert.equal(await tab.states(), "done");
    assert.deepEqual(ranges, [
      "bytes 0-5999999/13000000",
      "bytes 6000000-11999999/13000000",
      "bytes 12000000-12999999/13000000",
    ]);
    assert.equal(most, 1);
  });

  test("stall-timeout", async () => {
    await tab.plan({ store: [{ kind: "hang-in-body", bytes: 1 }] });
    await upload({ "stall-timeout": "200", "retry-delays": "" }, { bytes: 16_000_000 });
    assert.deepEqual((await tab.told()).slice(-3), [
      "upload-stalled a.txt",
      "upload-error a.txt",
      "complete",
    ]);
    await tab.settled();
    const note = await tab.inRow("a.txt", "note").textContent();
    assert.equal(note, "The connection has stalled: nothing moves any more.");
  });

  test("response-timeout", async () => {
    await tab.plan({ store: [{ kind: "hang" }] });
    await upload({ "response-timeout": "100", "retry-delays": "" });
    await tab.settled();
    const note = await tab.inRow("a.txt", "note").textContent();
    assert.equal(note, "The host has the file but did not answer in time.");
  });

  test("folders and capture have buttons of their own", async () => {
    await tab.openElement({ multiple: true, folders: true, capture: "user" });
    const folder = tab.page.waitForEvent("filechooser");
    await tab.place("folder").click();
    assert(await (await folder).element().evaluate((/** @type {any} */ it) => it.webkitdirectory));
    const camera = tab.page.waitForEvent("filechooser");
    await tab.place("camera").click();
    assert.equal(await (await camera).element().getAttribute("capture"), "user");
    const plain = tab.page.waitForEvent("filechooser");
    await tab.place("choose").click();
    const input = (await plain).element();
    assert.equal(await input.getAttribute("capture"), null);
    assert(!(await input.evaluate((/** @type {any} */ it) => it.webkitdirectory)));
  });
});

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

  test("headers and props go to the endpoint", async () => {
    const [question, form] = await upload(
      {},
      { properties: { headers: { "x-who": "me" }, props: { alias: "film" } } },
    );
    assert.equal(question?.headers()["x-who"], "me");
    assert.deepEqual(JSON.parse(question?.postData() ?? "").props, { alias: "film" });
    assert.equal(form?.headers()["x-who"], undefined);
    const seen = await tab.page.evaluate(() => {
      const { headers, props } = /** @type {any} */ (window).tools.element;
      return { headers, props };
    });
    assert.deepEqual(seen, { headers: { "x-who": "me" }, props: { alias: "film" } });
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
    await tab.page.route("**/*.wasm", async (route) => {
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
    await tab.page.waitForRequest("**/*.wasm");
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

describe("a wrong attribute value", () => {
  test("is said in the console, once and in words, and does nothing", async () => {
    await tab.openElement({ multiple: true, "max-file-size": "ten", "retry-delays": "1 soon" });
    await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      const { element } = tools;
      element.limit = "many";
      await tools.settled();
      element.limit = 2;
      await tools.settled();
      element.limit = "many";
      const other = tools.create({ "max-file-size": "ten" });
      document.body.append(other);
      await tools.drawn(other);
      tools.element = element;
    });
    const sentence = (/** @type {string} */ attribute) =>
      `<ittybit-uploader ${attribute}>: this should be a number, or a size such as 10MB. It is ignored.`;
    assert.deepEqual(tab.said, [
      sentence('retry-delays="1 soon"'),
      sentence('max-file-size="ten"'),
      sentence('limit="many"'),
    ]);
    await tab.add("a.txt");
  });

  test("one that only an uploader knows to be wrong is said when a file is chosen", async () => {
    await tab.openElement({ credentials: "some" });
    await tab.page.evaluate(() => {
      /** @type {any} */ (window).uncaught = new Promise((resolve) => {
        addEventListener("unhandledrejection", (event) => {
          event.preventDefault();
          resolve(`${event.reason}`);
        });
      });
    });
    const chooser = tab.page.waitForEvent("filechooser");
    await tab.place("choose").click();
    const name = "a.txt";
    await (await chooser).setFiles({ name, mimeType: "text/plain", buffer: Buffer.from(name) });
    const said = await tab.page.evaluate(() => /** @type {any} */ (window).uncaught);
    assert.match(said, /^TypeError: ittybit-uploader: options.credentials is /);
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

describe("an attribute that changes", () => {
  test("counts at once while the list is empty", async () => {
    await tab.openElement({ multiple: true, "max-file-size": "5" });
    assert.equal(await tab.text("hint"), "Up to 5 bytes per file");
    await tab.page.evaluate(() => {
      /** @type {any} */ (window).tools.element.setAttribute("max-file-size", "6");
    });
    assert.equal(await tab.text("hint"), "Up to 6 bytes per file");
    await tab.add("ab.txt", "abc.txt");
    assert.deepEqual(await tab.rows(), ["ab.txt added"]);
  });

  test("counts from the next files on where some are there, and nothing is lost", async () => {
    await tab.openElement({ multiple: true, auto: true });
    await tab.add("a.txt");
    await tab.asked("a.txt");
    await tab.page.evaluate(() => {
      const { element } = /** @type {any} */ (window).tools;
      element.autoProceed = false;
      element.removeAttribute("auto");
      element.setAttribute("max-file-size", "5");
    });
    assert.deepEqual(await tab.rows(), ["a.txt active"]);
    await tab.answer("a.txt");
    await tab.tells("upload-success a.txt");
    await tab.inRow("a.txt", "remove").click();
    await tab.add("b.txt", "long.txt");
    assert.deepEqual(await tab.rows(), ["b.txt added"]);
  });

  test("while files are just being added, loses none of them", async () => {
    await tab.openElement({ multiple: true });
    await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      const added = tools.element.add([tools.file("a.txt")]);
      tools.element.setAttribute("max-file-size", "1MB");
      await added;
    });
    assert.deepEqual(await tab.rows(), ["a.txt added"]);
  });

  test("multiple counts at once", async () => {
    await tab.openElement({ multiple: true });
    assert.equal(await tab.text("choose"), "Choose files");
    await tab.page.evaluate(() => {
      /** @type {any} */ (window).tools.element.multiple = false;
    });
    assert.equal(await tab.text("choose"), "Choose a file");
    await tab.add("a.txt");
    await tab.add("b.txt");
    assert.deepEqual(await tab.rows(), ["b.txt added"]);
  });

  test("lang", async () => {
    await tab.openElement();
    await tab.page.evaluate(() => {
      /** @type {any} */ (window).tools.element.lang = "de";
    });
    await tab.page.waitForFunction(
      () => !(/** @type {any} */ (window).tools.place("choose").textContent.startsWith("Choose")),
    );
    assert(tab.loaded.includes("words/de.js"));
  });
});
