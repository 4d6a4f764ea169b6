// A list of 10,000 files: what is not seen costs nothing, and nothing of it is out of reach.

import assert from "node:assert/strict";
import { test } from "node:test";

import { setUpElements } from "./element-page.mjs";

const tab = setUpElements();

const count = 10_000;

/** What a page has at most of rows, however long the list. */
const most = 60;

/**
 * An element with so many files, whose names are their numbers.
 *
 * @param {import("./element-page.mjs").Attributes} [attributes]
 * @param {string} [endpoint]
 */
async function open(attributes = {}, endpoint = "endpoint") {
  await tab.openElement({ multiple: true, ...attributes }, endpoint);
  await tab.page.evaluate(async (count) => {
    const { tools } = /** @type {any} */ (window);
    const { element } = tools;
    tools.most = 0;
    const list = element.shadowRoot.querySelector("ul");
    new MutationObserver(() => {
      tools.most = Math.max(tools.most, list.childElementCount);
    }).observe(list, { childList: true });
    tools.list = list;
    await element.add(Array.from({ length: count }, (_, index) => tools.file(`n${index}`, 10)));
    await tools.settled();
  }, count);
}

/**
 * The rows that are seen, from top to bottom, once those that were scrolled to are there.
 *
 * @param {number} [part] how far to scroll, of the whole
 */
const seen = (part) =>
  tab.page.evaluate(async (part) => {
    const { tools } = /** @type {any} */ (window);
    const { list } = tools;
    if (part !== undefined) list.scrollTop = part * (list.scrollHeight - list.clientHeight);
    await tools.settled();
    const { top, bottom } = list.getBoundingClientRect();
    const rows = [...list.children].filter((row) => {
      const box = row.getBoundingClientRect();
      return box.bottom > top + 1 && box.top < bottom - 1;
    });
    const boxes = rows.map((row) => row.getBoundingClientRect());
    return {
      names: rows.map((row) => row.querySelector("[data-field=name]").textContent),
      places: rows.map((row) => Number(row.getAttribute("aria-posinset"))),
      sizes: [...new Set(rows.map((row) => row.getAttribute("aria-setsize")))],
      // No room above the first, below the last or between them.
      isFull:
        boxes.every(
          (box, index) => index === 0 || Math.abs(box.top - boxes[index - 1].bottom) < 1,
        ) &&
        boxes[0].top <= top + 1 &&
        boxes.at(-1).bottom >= bottom - 1,
      most: tools.most,
    };
  }, part);

test("few rows are there, and those that are seen are the right ones", async () => {
  await open();
  assert.equal(await tab.place("start").textContent(), "Upload 10,000 files");
  for (const part of [0, 0.25, 0.5, 1, 0.75, 0.001, 0]) {
    const { names, places, sizes, isFull } = await seen(part);
    const [first = 0] = places;
    assert(isFull, `at ${part}`);
    assert.deepEqual(
      places,
      places.map((_, index) => first + index),
    );
    assert.deepEqual(
      names,
      places.map((place) => `n${place - 1}`),
    );
    assert.deepEqual(sizes, [String(count)]);
    // Where it was scrolled to, give or take a screen.
    assert(Math.abs(first - part * count) < 20, `${first} at ${part}`);
    if (part === 1) assert.equal(names.at(-1), `n${count - 1}`);
  }
  assert((await seen()).most < most, `${(await seen()).most} rows`);

  // One in the middle is removed, and then all of them.
  const [gone = ""] = (await seen(0.5)).names;
  await tab.page.evaluate((gone) => {
    const { element } = /** @type {any} */ (window).tools;
    element.remove(element.files.find((/** @type {any} */ file) => file.name === gone).id);
  }, gone);
  const after = await seen();
  assert.equal(after.names[0], `n${Number(gone.slice(1)) + 1}`);
  assert.deepEqual(after.sizes, [String(count - 1)]);
  await tab.page.evaluate(async () => {
    const { tools } = /** @type {any} */ (window);
    for (const { id } of tools.element.files) tools.element.remove(id);
    await tools.settled();
  });
  assert.deepEqual(await tab.rows(), []);
  assert.equal(await tab.states(), "empty");
  const room = await tab.page.evaluate(() => {
    const { list } = /** @type {any} */ (window).tools;
    return [list.style.getPropertyValue("--before"), list.style.getPropertyValue("--after")];
  });
  assert.deepEqual(room, ["0px", "0px"]);
  await tab.add("again");
  assert.deepEqual(await tab.rows(), ["again added"]);
});

test("a keyboard gets on from row to row, beyond those that were there", async () => {
  await open();
  await tab.page.evaluate(() => {
    /** @type {any} */ (window).tools.list.querySelector("[data-field=remove]").focus();
  });
  const focused = () =>
    tab.page.evaluate(() => {
      const { element } = /** @type {any} */ (window).tools;
      const { activeElement } = element.shadowRoot;
      const row = activeElement?.closest("li");
      return `${activeElement?.dataset.field} ${row?.querySelector("[data-field=name]").textContent}`;
    });
  for (let row = 0; row < 60; row += 1) {
    assert.equal(await focused(), `remove n${row}`);
    await tab.page.keyboard.press("ArrowDown");
    await tab.settled();
  }
  for (let row = 60; row > 30; row -= 1) {
    assert.equal(await focused(), `remove n${row}`);
    await tab.page.keyboard.press("ArrowUp");
    await tab.settled();
  }
  // And with Tab.
  for (let row = 30; row < 60; row += 1) {
    assert.equal(await focused(), `remove n${row}`);
    await tab.page.keyboard.press("Tab");
    await tab.settled();
  }
  assert((await seen()).most < most);
});

test("the row of a keyboard stays where the list is scrolled away, or the list has the focus", async () => {
  await open();
  await tab.page.evaluate(() => {
    /** @type {any} */ (window).tools.list.querySelector("[data-field=remove]").focus();
  });
  await seen(0.5);
  const isInside = await tab.page.evaluate(() => {
    const { element } = /** @type {any} */ (window).tools;
    return element.matches(":focus") && element.shadowRoot.activeElement.closest("ul") !== null;
  });
  assert(isInside);
});

test("how far all are is right, and how far each is that is seen", async () => {
  await open({ limit: "2" });
  await tab.page.evaluate(() => {
    /** @type {any} */ (window).tools.element.start();
  });
  await tab.answer("n0");
  await tab.tells("upload-success n0");
  await tab.asked("n2");
  const { names } = await seen(0);
  assert.equal(names[0], "n0");
  const rows = await tab.rows();
  assert.deepEqual(rows.slice(0, 4), ["n0 done", "n1 active", "n2 active", "n3 added"]);
  assert.equal(await tab.text("total"), "1 of 10,000 files · 0 kB of 100 kB");
  assert.match((await tab.inRow("n3", "status").first().textContent()) ?? "", /^Up next/);
  await tab.answer("n1");
  await tab.tells("upload-success n1");
  await tab.answer("n2");
  await tab.tells("upload-success n2");
  await seen(1);
  // What has changed while it was not seen is right as well.
  assert.deepEqual((await seen(0)).names.slice(0, 1), ["n0"]);
  assert.deepEqual((await tab.rows()).slice(0, 4), [
    ...["n0 done", "n1 done", "n2 done", "n3 active"],
  ]);
});

test("all of them are uploaded, and the list is cleared by its button", async () => {
  await open({ limit: "50" }, "stored");
  await tab.page.evaluate(() => {
    /** @type {any} */ (window).tools.element.start();
  });
  await tab.page.waitForFunction(
    () => /** @type {any} */ (window).tools.told.includes("complete"),
    undefined,
    { timeout: 120_000 },
  );
  assert.equal(await tab.states(), "done");
  assert.equal(await tab.text("total"), "10,000 files uploaded");
  const rows = await tab.rows();
  assert(rows.every((row) => row.endsWith(" done")));
  assert((await seen(1)).most < most);
  await tab.place("clear").click();
  assert.deepEqual(await tab.rows(), []);
  assert.equal(await tab.states(), "empty");
});

test("what is done to each of many looks at each a few times", async () => {
  await tab.openElement({ multiple: true });
  const looks = await tab.page.evaluate(async () => {
    const { tools } = /** @type {any} */ (window);
    const { element } = tools;
    await element.add(Array.from({ length: 1_000 }, (_, index) => tools.file(`n${index}`, 1)));
    let looks = 0;
    for (const file of element.files) {
      let { state } = file;
      Object.defineProperty(file, "state", {
        get() {
          looks += 1;
          return state;
        },
        set(next) {
          state = next;
        },
      });
    }
    const ids = element.files.map((/** @type {any} */ { id }) => id);
    for (const id of ids) element.cancel(id);
    for (const id of ids) element.retry(id);
    await tools.settled();
    element.cancel();
    await tools.settled();
    for (const id of ids) element.remove(id);
    await tools.settled();
    return looks;
  });
  assert(looks < 20_000, `${looks} looks at 1,000 files`);
  assert.deepEqual(await tab.rows(), []);
  assert.equal(await tab.states(), "empty");
});

test("a page may change the list from within its own rows, words and listeners", async () => {
  await tab.openElement({ multiple: true });
  const lengths = await tab.page.evaluate(async () => {
    const { tools } = /** @type {any} */ (window);
    const { element } = tools;
    const first = () => element.files[0]?.id;
    let calls = 0;
    // All that the view calls while it draws, each of which removes a file.
    customElements.define(
      "x-row",
      class extends HTMLElement {
        connectedCallback() {
          if (++calls <= 3) element.remove(first());
        }
        disconnectedCallback() {
          if (++calls <= 6) element.remove(first());
        }
      },
    );
    const template = document.createElement("template");
    template.slot = "row";
    const row = document.createElement("li");
    for (const name of ["name", "status"]) {
      const place = document.createElement("b");
      place.dataset.field = name;
      row.append(place);
    }
    row.append(document.createElement("x-row"));
    template.content.append(row);
    element.append(template);
    element.words = {
      get added() {
        if (++calls <= 9) element.remove(first());
        return "waiting";
      },
    };
    element.addEventListener("file-added", (/** @type {any} */ { detail: { file } }) => {
      if (file.name === "n1") element.remove(file.id);
    });
    element.addEventListener("file-removed", (/** @type {any} */ { detail: { file } }) => {
      if (file.name === "n0") element.remove(first());
    });
    /** @type {number[]} */
    const lengths = [];
    const add = async (/** @type {number} */ from, /** @type {number} */ to) => {
      const numbers = Array.from({ length: to - from }, (_, index) => from + index);
      await element.add(numbers.map((number) => tools.file(`n${number}`)));
      lengths.push(element.files.length);
      for (let times = 0; times < 3; times += 1) await tools.settled();
      lengths.push(element.files.length, element.shadowRoot.querySelectorAll("li[data-id]").length);
    };
    await add(0, 20);
    calls = 0;
    await add(20, 22);
    return lengths;
  });
  // Whatever was removed, and when, the rows are those of the files.
  assert.equal(lengths[2], lengths[1]);
  assert.equal(lengths[5], lengths[4]);
  assert((lengths[1] ?? 20) < 19 && (lengths[4] ?? 20) < 16, `${lengths}`);
  const rows = await tab.rows();
  assert(
    rows.every((row) => row.endsWith(" added")),
    `${rows}`,
  );
  assert(!(await tab.told()).some((line) => line.startsWith("upload-error")));
});
