// How the element's attributes have files uploaded, what is said of wrong ones, and what happens when one changes while
// files are there: of the built package in a real browser.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { setUpElements } from "./element-page.mjs";

const tab = setUpElements();

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

describe("attributes and properties that say how files are uploaded", () => {
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
      // The demo's own cookie may stand beside it.
      const cookies = (await question?.allHeaders())?.cookie?.split("; ");
      assert.equal(
        cookies?.find((cookie) => cookie.startsWith("a=")),
        expected,
      );
      if (!expected) assert.equal(cookies, undefined);
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
    await upload({ "stall-timeout": "1000", "retry-delays": "" }, { bytes: 16_000_000 });
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
      `<ittybit-uploader ${attribute}> must be a number, or a size such as 10MB. It is ignored.`;
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
    assert.match(said, /^TypeError: ittybit-uploader: options\.credentials must be /);
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
