// The element in a document that is not that of its script: moved into an iframe or a pop-up, and into
// a document that nobody sees.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { setUpElements } from "./element-page.mjs";

const tab = setUpElements();

/** What a drop of one file comes to, on the element or elsewhere in a document. */
async function drops() {
  return tab.page.evaluate(async () => {
    const { tools, place } = /** @type {any} */ (window);
    const { element } = tools;
    /** @param {Element} target @param {string} name */
    const isTaken = (target, name) => {
      const { DataTransfer, DragEvent } = /** @type {any} */ (target.ownerDocument.defaultView);
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(tools.file(name));
      const about = { bubbles: true, cancelable: true, composed: true, dataTransfer };
      return !target.dispatchEvent(new DragEvent("drop", about));
    };
    const taken = [
      isTaken(element, "on-it.txt"),
      isTaken(place.body, "beside-it.txt"),
      isTaken(document.body, "in-the-page.txt"),
    ];
    await element.add([]);
    await tools.settled();
    return [taken.join(), ...element.files.map((/** @type {any} */ { name }) => name)];
  });
}

/** How the element looks: by its style at rest, and by that of its inside. */
const look = () =>
  tab.page.evaluate(() => {
    const { element } = /** @type {any} */ (window).tools;
    const frame = element.shadowRoot.querySelector("[part=frame]");
    const { getComputedStyle } = element.ownerDocument.defaultView;
    const list = frame && getComputedStyle(frame.querySelector("ul"));
    return [getComputedStyle(element).display, list?.listStyleType, list?.paddingTop];
  });

/**
 * Opens another document, in a page that allows that.
 *
 * @param {"iframe" | "pop-up"} kind
 */
async function openPlace(kind) {
  await tab.page.evaluate((kind) => {
    if (kind === "pop-up") {
      const place = window.open("", "", "width=300,height=300");
      Object.assign(window, { place: place?.document });
      return;
    }
    const frame = document.createElement("iframe");
    document.body.append(frame);
    Object.assign(window, { place: frame.contentDocument, frame });
  }, kind);
}

/** @param {"place" | "document"} name of the document */
const move = (name) =>
  tab.page.evaluate((name) => {
    const { tools, [name]: target } = /** @type {any} */ (window);
    target.body.append(tools.element);
  }, name);

for (const kind of /** @type {const} */ (["iframe", "pop-up"])) {
  describe(`moved into ${kind === "iframe" ? "an iframe" : "a pop-up"}`, () => {
    test("it has its style and takes what is dropped there, and no more in the page", async () => {
      await tab.openElement({ multiple: true, "drop-anywhere": true });
      const before = await look();
      await openPlace(kind);
      await move("place");
      assert.deepEqual(await look(), before);
      assert.deepEqual(await drops(), ["true,true,false", "on-it.txt", "beside-it.txt"]);
      assert.deepEqual(
        (await tab.rows()).map((row) => row.split(" ")[0]),
        ["on-it.txt", "beside-it.txt"],
      );
    });

    test("it has its style at rest, too, and its inside when it is used", async () => {
      await tab.openElement({ multiple: true });
      const before = await look();
      await openPlace(kind);
      await tab.page.evaluate(() => {
        const { tools, place } = /** @type {any} */ (window);
        const element = tools.create({ multiple: true });
        element.endpoint = tools.endpoint;
        place.body.append(element);
      });
      assert.equal((await look())[0], before[0]);
      await tab.page.evaluate(async () => {
        const { tools } = /** @type {any} */ (window);
        await tools.element.add([tools.file("a.txt")]);
        await tools.drawn(tools.element);
      });
      assert.deepEqual(await look(), before);
    });
  });
}

test("moved into an iframe and back, it is as before", async () => {
  await tab.openElement({ multiple: true, "drop-anywhere": true });
  const before = await look();
  await openPlace("iframe");
  await move("place");
  await move("document");
  assert.deepEqual(await look(), before);
  assert.deepEqual(await drops(), ["true,false,true", "on-it.txt", "in-the-page.txt"]);
});

test("it is drawn though the page that it came from draws no more", async () => {
  await tab.openElement({ multiple: true });
  await openPlace("iframe");
  await move("place");
  const text = await tab.page.evaluate(async () => {
    const { tools, place } = /** @type {any} */ (window);
    const { element } = tools;
    window.requestAnimationFrame = () => 1;
    await element.add([tools.file("a.txt")]);
    const { requestAnimationFrame } = place.defaultView;
    for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
    return element.shadowRoot.querySelector("li [data-field=name]")?.textContent;
  });
  assert.equal(text, "a.txt");
});

test("it is drawn again when the iframe that was to draw it is gone", async () => {
  await tab.openElement({ multiple: true });
  await openPlace("iframe");
  await move("place");
  await tab.page.evaluate(async () => {
    const { tools, frame, place } = /** @type {any} */ (window);
    const { element } = tools;
    place.defaultView.requestAnimationFrame = () => 1;
    await element.add([tools.file("a.txt")]);
    frame.remove();
    document.body.append(element);
  });
  assert.deepEqual(
    (await tab.rows()).map((row) => row.split(" ")[0]),
    ["a.txt"],
  );
});

test("in a document that nobody sees it does nothing, and comes alive in the page", async () => {
  await tab.openElement({ multiple: true });
  const before = await look();
  await tab.page.evaluate(async () => {
    const { tools } = /** @type {any} */ (window);
    const hidden = document.implementation.createHTMLDocument();
    hidden.body.append(tools.element);
    const other = tools.create({ multiple: true });
    other.endpoint = tools.endpoint;
    hidden.body.append(other);
    document.body.append(other);
    await tools.drawn(other);
  });
  assert.deepEqual(await look(), before);
});

describe("its language", () => {
  test("is looked for through shadow roots, open and closed", async () => {
    for (const mode of ["open", "closed"]) {
      await tab.open('<main lang="de"><div id="outer"></div></main>');
      await tab.page.evaluate(async (mode) => {
        const { tools } = /** @type {any} */ (window);
        const element = tools.create();
        let root = document.querySelector("#outer");
        for (let depth = 0; depth < 2; depth++) {
          const host = document.createElement("div");
          root?.append(host);
          root = /** @type {any} */ (host.attachShadow({ mode: /** @type {any} */ (mode) }));
        }
        root?.append(element);
        await tools.drawn(element);
      }, mode);
      assert.equal(await tab.text("prompt"), "Datei hier ablegen oder");
    }
  });

  test("is that of the document it is moved into", async () => {
    await tab.openElement();
    assert.equal(await tab.text("prompt"), "Drop a file here or");
    await openPlace("iframe");
    await tab.page.evaluate(() => {
      /** @type {any} */ (window).place.documentElement.lang = "de";
    });
    const loaded = tab.page.waitForResponse("**/words/de.js*");
    await move("place");
    await loaded;
    assert.equal(await tab.text("prompt"), "Datei hier ablegen oder");
  });
});

test("where a page's library leaves a listener's signal out, it hears all once, and nothing after its end", async () => {
  await tab.page.addInitScript(() => {
    const { addEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (type, listener, options) {
      const { signal, ...rest } = Object(options);
      addEventListener.call(this, type, listener, typeof options === "object" ? rest : options);
    };
  });
  await tab.openElement({ multiple: true, "drop-anywhere": true });
  const heard = await tab.page.evaluate(async () => {
    const { tools } = /** @type {any} */ (window);
    const { element } = tools;
    for (let times = 0; times < 3; times++) {
      element.remove();
      // Past the microtask in which it is seen to be gone.
      await tools.settled();
      document.body.append(element);
      await tools.settled();
    }
    let picks = 0;
    const input = element.shadowRoot.querySelector("input");
    input.click = () => {
      picks += 1;
    };
    element.shadowRoot.querySelector("[data-field=choose],[data-field=choose-one]").click();
    element.remove();
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(tools.file("a.txt"));
    const drop = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer });
    const isTaken = !document.body.dispatchEvent(drop);
    return { picks, isTaken };
  });
  assert.deepEqual(heard, { picks: 1, isTaken: false });
});
