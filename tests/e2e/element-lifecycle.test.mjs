// The element from its first line in a page to its last: loaded when it is needed, moved, removed,
// copied, broken down, and gone without a trace.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { breakDown, prepare } from "./breakdown.mjs";
import { setUpElements } from "./element-page.mjs";

const tab = setUpElements({ listening: (page) => page.addInitScript(prepare) });

/** What an element loads when it is first needed. */
const inside = ["element.wasm", "widget.js"];

/** The files of the package that were asked for, each once; not for a picture, which a row gets that is seen for a while. */
const loaded = () => [...new Set(tab.loaded)].filter((name) => name !== "thumbnails.js").sort();

/**
 * Holds back what is asked for, until what this answers is called.
 *
 * @param {string} path
 */
async function hold(path) {
  let letGo = () => {};
  const gone = new Promise((resolve) => {
    letGo = () => resolve(undefined);
  });
  await tab.page.route(path, async (route) => {
    await gone;
    await route.continue();
  });
  return letGo;
}

/** Once the browser has nothing to do. */
const idle = () =>
  tab.page.evaluate(async () => {
    await /** @type {any} */ (window).tools.settled();
    await new Promise((resolve) => requestIdleCallback(resolve));
  });

/** An element far below what is seen. */
const far = async () => {
  await tab.open('<p id="spacer"></p>');
  await tab.page.evaluate(() => {
    const { tools } = /** @type {any} */ (window);
    const spacer = /** @type {HTMLElement} */ (document.querySelector("#spacer"));
    spacer.style.height = "500vh";
    const element = tools.create();
    element.endpoint = tools.endpoint;
    document.body.append(element);
  });
  await idle();
};

describe("what is loaded", () => {
  /** @type {Record<string, (tools: any) => void>} */
  const needs = {
    "near the screen": () => scrollTo(0, innerHeight * 4.5 - innerHeight * 0.8),
    focused: ({ element }) => element.focus({ preventScroll: true }),
    touched: ({ element }) =>
      element.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true })),
    "given a file": ({ element, file }) => element.add([file("a.txt")]),
    "asked for something": ({ element }) => element.pause(),
  };
  for (const [name, need] of Object.entries(needs)) {
    test(`nothing but its first file, until it is ${name}`, async () => {
      await far();
      assert.deepEqual(tab.requests, ["/element.html", "/dist/element.js"]);
      await tab.page.evaluate(`(${need})(tools)`);
      await tab.page.evaluate(() => {
        const { tools } = /** @type {any} */ (window);
        return tools.drawn(tools.element);
      });
      assert.deepEqual(loaded(), inside);
    });
  }

  test("nothing for one that is not in the page, or just a little scrolled to", async () => {
    await far();
    await tab.page.evaluate(() => {
      /** @type {any} */ (window).tools.create();
      scrollTo(0, innerHeight);
    });
    await idle();
    assert.deepEqual(tab.loaded, []);
  });

  test("that it says something by then, and a click opens the picker", async () => {
    await hold("**/widget.js*");
    await tab.open('<ittybit-uploader accept="image/*" multiple></ittybit-uploader>');
    const button = tab.page.locator("ittybit-uploader button");
    assert.equal(await button.textContent(), "Choose files");
    const asked = tab.page.waitForEvent("filechooser");
    await button.click();
    const chooser = await asked;
    assert(chooser.isMultiple());
    assert.equal(await chooser.element().getAttribute("accept"), "image/*");
  });

  test("what was chosen before is taken", async () => {
    const letGo = await hold("**/widget.js*");
    await tab.open("<ittybit-uploader></ittybit-uploader>");
    await tab.page.evaluate(() => {
      const { tools } = /** @type {any} */ (window);
      tools.watch(document.querySelector("ittybit-uploader")).endpoint = tools.endpoint;
    });
    const asked = tab.page.waitForEvent("filechooser");
    await tab.page.locator("ittybit-uploader button").click();
    const file = { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("a") };
    await (await asked).setFiles(file);
    letGo();
    await tab.tells("file-added a.txt");
    assert.deepEqual(await tab.rows(), ["a.txt added"]);
  });

  for (const part of ["widget.js", "element.wasm"]) {
    test(`what is dropped while ${part} is on its way is not lost`, async () => {
      const letGo = await hold(`**/${part}*`);
      await tab.open("<ittybit-uploader multiple></ittybit-uploader>");
      await tab.page.waitForRequest(`**/${part}*`);
      const prevented = await tab.page.evaluate(() => {
        const { tools } = /** @type {any} */ (window);
        const element = tools.watch(document.querySelector("ittybit-uploader"));
        element.endpoint = tools.endpoint;
        const transfer = new DataTransfer();
        for (const name of ["a.txt", "b.txt"]) transfer.items.add(tools.file(name));
        const about = { dataTransfer: transfer, bubbles: true, cancelable: true, composed: true };
        return !element.dispatchEvent(new DragEvent("drop", about));
      });
      assert(prevented, "the browser does not open what was dropped");
      letGo();
      await tab.tells("file-added b.txt");
      assert.deepEqual(await tab.rows(), ["a.txt added", "b.txt added"]);
    });

    test(`${part} may fail at first`, async () => {
      let tries = 0;
      await tab.page.route(`**/${part}*`, (route) => {
        tries += 1;
        return tries === 1 ? route.abort() : route.continue();
      });
      await tab.open();
      await tab.page.evaluate(async () => {
        const { tools } = /** @type {any} */ (window);
        const element = tools.create();
        element.endpoint = tools.endpoint;
        // Where it did not come, a person goes on trying.
        addEventListener("unhandledrejection", (event) => event.preventDefault());
        document.body.append(element);
        while (!element.files.length) {
          await element.add([tools.file("a.txt")]).catch(() => {});
        }
      });
      assert.deepEqual(await tab.rows(), ["a.txt added"]);
      assert(tries > 1);
    });
  }

  /** @type {Record<string, [html: string, show: () => void]>} */
  const hidden = {
    "a closed details": [
      '<details><summary>More</summary><ittybit-uploader class="it"></ittybit-uploader></details>',
      () => document.querySelector("details")?.setAttribute("open", ""),
    ],
    "what is hidden": [
      '<div hidden><ittybit-uploader class="it"></ittybit-uploader></div>',
      () => document.querySelector("div")?.removeAttribute("hidden"),
    ],
    "a closed dialog": [
      '<dialog><ittybit-uploader class="it"></ittybit-uploader></dialog>',
      () => document.querySelector("dialog")?.showModal(),
    ],
  };
  for (const [name, [html, show]] of Object.entries(hidden)) {
    test(`within ${name}, once it is shown`, async () => {
      await tab.open(html);
      await idle();
      assert.deepEqual(tab.loaded, []);
      await tab.page.evaluate(`(${show})()`);
      await tab.page.evaluate(() =>
        /** @type {any} */ (window).tools.drawn(document.querySelector(".it")),
      );
      assert.deepEqual(loaded(), inside);
    });
  }
});

describe("its place in the page", () => {
  const start = async () => {
    await tab.openElement({ multiple: true });
    await tab.add("a.txt", "b.txt");
    await tab.place("start").click();
    await tab.asked("b.txt");
  };

  test("moved, it goes on", async () => {
    await start();
    const aborted = await tab.page.evaluate(() => {
      const { tools } = /** @type {any} */ (window);
      const place = document.createElement("section");
      document.body.prepend(place);
      place.append(tools.element);
      return tools.asked.get("a.txt").signal.aborted;
    });
    assert(!aborted);
    assert.deepEqual(await tab.rows(), ["a.txt active", "b.txt active"]);
    await tab.answer("a.txt");
    await tab.answer("b.txt");
    await tab.tells("complete");
    assert.deepEqual(await tab.rows(), ["a.txt done", "b.txt done"]);
    assert.equal(await tab.states(), "done");
  });

  test("moved in two steps, it is drawn anew and its buttons work", async () => {
    await start();
    await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      document.body.removeChild(tools.element);
      await tools.settled();
      document.body.append(tools.element);
    });
    assert.deepEqual(await tab.rows(), ["a.txt active", "b.txt active"]);
    await tab.inRow("a.txt", "cancel").click();
    assert.deepEqual(await tab.rows(), ["a.txt cancelled", "b.txt active"]);
  });

  test("taken out, it goes on and tells so; back again, it shows what has become of it", async () => {
    await start();
    await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      document.body.removeChild(tools.element);
      await tools.settled();
    });
    await tab.answer("a.txt");
    await tab.tells("upload-success a.txt");
    await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      await tools.element.add([tools.file("c.txt")]);
      document.body.append(tools.element);
      await tools.settled();
    });
    assert.deepEqual(await tab.rows(), ["a.txt done", "b.txt active", "c.txt added"]);
    assert.equal(await tab.states(), "uploading");
    await tab.answer("b.txt");
    await tab.tells("upload-success b.txt");
    assert.equal(await tab.place("start").textContent(), "Upload 1 file");
  });

  test("a copy is empty, and has the attributes", async () => {
    await start();
    const copy = await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      const { element } = tools;
      const copy = element.cloneNode(true);
      copy.endpoint = tools.endpoint;
      document.body.append(copy);
      tools.watch(copy);
      await tools.drawn(copy);
      return [copy.multiple, copy.files.length, element.files.length];
    });
    assert.deepEqual(copy, [true, 0, 2]);
    assert.deepEqual(await tab.rows(), []);
    assert.equal(await tab.states(), "empty");
    await tab.add("c.txt");
    assert.deepEqual(await tab.rows(), ["c.txt added"]);
  });

  test("two in a page know nothing of each other", async () => {
    await start();
    await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      const other = tools.create();
      other.endpoint = tools.endpoint;
      Object.assign(window, {
        first: tools.rows.bind(tools, document.querySelector("[multiple]")),
      });
      document.body.append(other);
      await tools.drawn(other);
    });
    await tab.add("c.txt");
    assert.deepEqual(await tab.rows(), ["c.txt added"]);
    const first = await tab.page.evaluate(() => /** @type {any} */ (window).first());
    assert.deepEqual(first, ["a.txt active", "b.txt active"]);
    // What looks for pictures comes a moment later, or not yet.
    assert.deepEqual(loaded(), inside);
  });

  test("within another shadow root it is as anywhere", async () => {
    await tab.open("<div></div>");
    await tab.page.evaluate(async () => {
      const { tools } = /** @type {any} */ (window);
      const outer = document.querySelector("div")?.attachShadow({ mode: "closed" });
      const element = tools.create();
      element.endpoint = tools.stored;
      outer?.append(element);
      await tools.drawn(element);
      const transfer = new DataTransfer();
      transfer.items.add(tools.file("a.txt"));
      const about = { dataTransfer: transfer, bubbles: true, cancelable: true, composed: true };
      element.shadowRoot.querySelector("[part=frame]").dispatchEvent(new DragEvent("drop", about));
      await tools.until(() => element.files.length);
      await element.start();
    });
    assert.deepEqual(await tab.rows(), ["a.txt done"]);
  });
});

describe("a wasm that breaks down", () => {
  for (const fault of ["an exception", "a trap in the uploads"]) {
    test(`by ${fault} takes no file with it, and a retry works`, async () => {
      await tab.openElement({ multiple: true });
      await tab.page.evaluate(() => {
        // What broke down is told, once.
        addEventListener("error", (event) => event.preventDefault());
      });
      await tab.add("a.txt", "b.txt");
      await tab.page.evaluate(() => {
        const { element } = /** @type {any} */ (window).tools;
        element.start();
      });
      await tab.answer("a.txt");
      await tab.tells("upload-success a.txt");
      await tab.asked("b.txt");
      await tab.page.evaluate(() => /** @type {any} */ (window).tools.asked.clear());
      await breakDown(tab.page, fault);
      await tab.page.waitForFunction(() => {
        const { element } = /** @type {any} */ (window).tools;
        return element.shadowRoot.querySelectorAll("li").length === 2;
      });
      assert.deepEqual(await tab.rows(), ["a.txt done", "b.txt failed"]);
      assert.equal(await tab.states(), "failed");
      await tab.inRow("b.txt", "retry").click();
      await tab.answer("b.txt");
      await tab.tells("upload-success b.txt");
      assert.deepEqual(await tab.rows(), ["a.txt done", "b.txt done"]);
      assert.equal(await tab.states(), "done");
      await tab.add("c.txt");
      assert.deepEqual(await tab.rows(), ["a.txt done", "b.txt done", "c.txt added"]);
    });
  }
});

describe("the script tag", () => {
  const scripts = '<script src="/dist/ittybit-uploader.js"></script>';

  /** Uploads with the element and with the global. */
  const use = () =>
    tab.page.evaluate(async () => {
      const { tools, IttybitUploader } = /** @type {any} */ (window);
      const element = tools.watch(document.querySelector("ittybit-uploader"));
      element.endpoint = tools.stored;
      await element.add([tools.file("a.txt")]);
      await element.start();
      const uploader = new IttybitUploader.Uploader({ endpoint: tools.stored });
      await uploader.add([tools.file("b.txt")]);
      const { successful } = await uploader.start();
      const media = await IttybitUploader.upload(tools.file("c.txt"), { endpoint: tools.stored });
      await tools.drawn(element);
      return [element.value, successful.length, media.id];
    });

  test("registers the element, and its global works", async () => {
    await tab.open("<ittybit-uploader></ittybit-uploader>", { scripts });
    assert.deepEqual(await use(), [["a.txt"], 1, "c.txt"]);
    assert.deepEqual(loaded(), inside);
  });

  test("nothing is loaded by it alone", async () => {
    await tab.open("", { scripts });
    await idle();
    assert.deepEqual(tab.requests, ["/element.html", "/dist/ittybit-uploader.js"]);
  });

  test("beside the module that registers it too, all is well", async () => {
    const both = `${scripts}<script type="module" src="/dist/element.js"></script>`;
    await tab.open("<ittybit-uploader></ittybit-uploader>", { scripts: both });
    assert.deepEqual(await use(), [["a.txt"], 1, "c.txt"]);
  });
});

/** How many are made and taken out again. */
const count = 100;

/**
 * What each may leave on the heap, in bytes: less than the smallest closure and what it closes over.
 * It is not 0, because the engine's own caches and counters grow and shrink by some KB in all.
 */
const slack = 200;

/** @type {Record<string, (count: number) => Promise<void>>} */
const lives = {
  "elements that were seen": async (count) => {
    const { tools, gone } = /** @type {any} */ (window);
    for (let left = count; left > 0; left -= 1) {
      const element = tools.create({ multiple: true, "drop-anywhere": true });
      gone.push(new WeakRef(element));
      document.body.append(element);
      await tools.drawn(element);
      document.body.removeChild(element);
      tools.element = undefined;
    }
  },
  "elements that have uploaded": async (count) => {
    const { tools, gone } = /** @type {any} */ (window);
    for (let left = count; left > 0; left -= 1) {
      const element = tools.create();
      gone.push(new WeakRef(element));
      element.endpoint = tools.stored;
      document.body.append(element);
      await element.add([tools.file("a.txt")]);
      await element.start();
      document.body.removeChild(element);
      tools.element = undefined;
    }
  },
  "elements that were never in the page": async (count) => {
    const { tools, gone } = /** @type {any} */ (window);
    for (let left = count; left > 0; left -= 1) {
      gone.push(new WeakRef(tools.create({ required: true })));
      tools.element = undefined;
    }
  },
};

for (const [name, live] of Object.entries(lives)) {
  test(`${count} ${name} leave nothing`, async () => {
    const { page } = tab;
    await tab.open();
    await page.evaluate(() => Object.assign(window, { gone: [] }));
    const devtools = await page.context().newCDPSession(page);
    const collect = async () => {
      await devtools.send("HeapProfiler.collectGarbage");
      await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
    };
    const measure = async () => {
      await page.evaluate(`(${live})(${count})`);
      for (let tries = 0; ; tries += 1) {
        await collect();
        const left = await page.evaluate(() => {
          const { gone } = /** @type {any} */ (window);
          return gone.filter((/** @type {WeakRef<Element>} */ ref) => ref.deref()).length;
        });
        // The last may be held by the engine itself.
        if (left <= 1) break;
        assert(tries < 50, `${left} elements are left`);
      }
      await page.evaluate(() => /** @type {any} */ (window).gone.splice(0));
      await collect();
      await collect();
      const { usedSize: heap } = await devtools.send("Runtime.getHeapUsage");
      const { jsEventListeners: listeners, nodes } = await devtools.send("Memory.getDOMCounters");
      return { heap, listeners, nodes };
    };
    await measure();
    let last = await measure();
    // A leak is there every time; a cache that grows is not.
    for (let tries = 1; ; tries += 1) {
      const now = await measure();
      const more = {
        heap: now.heap - last.heap,
        listeners: now.listeners - last.listeners,
        nodes: now.nodes - last.nodes,
      };
      if (more.heap < count * slack && more.listeners < count / 10 && more.nodes < count / 10) {
        break;
      }
      assert(tries < 5, JSON.stringify(more));
      last = now;
    }
  });
}
