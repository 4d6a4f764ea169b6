// Faults of the view: a page may have replaced any function of the DOM by one that throws. The uploads and the form go
// on, the page's developer gets one report, and the view returns when it can.

import assert from "node:assert/strict";
import { test } from "node:test";

import { prepare } from "./breakdown.mjs";
import { setUpElements } from "./element-page.mjs";

/** The exceptions that nobody has caught. @type {string[]} */
let uncaught = [];

const tab = setUpElements({
  async listening(page) {
    uncaught = [];
    page.on("pageerror", (error) => uncaught.push(String(error)));
    await page.addInitScript(prepare);
    await page.addInitScript(() => {
      /** @type {Record<string, PropertyDescriptor>} */
      const originals = {};
      const descriptor = (/** @type {object} */ target, /** @type {string} */ name) =>
        /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(target, name));
      const refuse = () => {
        throw new Error("The page is hostile.");
      };
      Object.assign(window, {
        /** Makes a function, getter or setter of the DOM throw. */
        spoil(/** @type {object} */ target, /** @type {string} */ name) {
          const original = descriptor(target, name);
          originals[name] = original;
          const kinds = /** @type {const} */ (["value", "get", "set"]);
          // A property with a setter is written by the view, any other one is read.
          const kind = kinds.findLast((kind) => original[kind]) ?? "value";
          Object.defineProperty(target, name, { ...original, [kind]: refuse });
        },
        restore(/** @type {object} */ target, /** @type {string} */ name) {
          const original = originals[name];
          if (original) Object.defineProperty(target, name, original);
        },
      });
    });
  },
});

/** Opens a form with an element that has one stored file and one that waits for its target. */
async function begin() {
  await tab.open('<form><ittybit-uploader multiple name="film"></ittybit-uploader></form>');
  await tab.page.evaluate(async () => {
    const { tools } = /** @type {any} */ (window);
    const element = tools.watch(document.querySelector("ittybit-uploader"));
    element.endpoint = tools.endpoint;
    await tools.drawn(element);
  });
  await tab.add("a.txt", "b.txt");
  await tab.page.evaluate(() => void (/** @type {any} */ (window).tools.element.start()));
  await tab.answer("a.txt");
  await tab.tells("upload-success a.txt");
  await tab.asked("b.txt");
  await tab.settled();
}

/** Waits until the form sends these files. @param {string[]} files */
const sends = (...files) =>
  tab.page.waitForFunction((files) => {
    const form = /** @type {HTMLFormElement} */ (document.forms[0]);
    return `${new FormData(form).getAll("film")}` === `${files}`;
  }, files);

const reports = () => tab.said.filter((text) => text.startsWith("ittybit-uploader: the view"));

/** What a page spoils: an interface, and a member of it. */
const members = [
  ["Element", "setAttribute"],
  ["Element", "toggleAttribute"],
  ["Element", "querySelectorAll"],
  ["Element", "nextElementSibling"],
  ["Element", "scrollTop"],
  ["Element", "clientHeight"],
  ["HTMLElement", "offsetHeight"],
  ["HTMLElement", "hidden"],
  ["Node", "textContent"],
  ["NodeList", "item"],
];
for (const [type = "", name = ""] of members) {
  test(`uploads and the form go on while ${type}'s ${name} throws`, async () => {
    await begin();
    await tab.page.evaluate(
      ([type = "", name = ""]) => {
        const page = /** @type {any} */ (window);
        page.spoil(page[type].prototype, name);
      },
      [type, name],
    );
    await tab.answer("b.txt");
    await tab.tells("complete");
    await sends("a.txt", "b.txt");
    const states = await tab.page.evaluate(() => {
      const { element } = /** @type {any} */ (window).tools;
      return element.files.map((/** @type {any} */ { name, state }) => `${name} ${state}`);
    });
    assert.deepEqual(states, ["a.txt done", "b.txt done"]);
    assert.deepEqual(uncaught, []);

    await tab.page.evaluate(
      ([type = "", name = ""]) => {
        const page = /** @type {any} */ (window);
        page.restore(page[type].prototype, name);
        // The next change is drawn.
        page.tools.element.lang = "en";
      },
      [type, name],
    );
    await tab.inRow("b.txt", "remove").click();
    await sends("a.txt");
    await tab.page
      .locator("ittybit-uploader li")
      .filter({ hasText: "b.txt" })
      .waitFor({ state: "detached" });
    assert.deepEqual(await tab.rows(), ["a.txt done"]);
    assert.equal(await tab.states(), "done");
    assert.deepEqual(reports().slice(1), [], "one fault is reported once");
  });
}

test("uploads and the form go on when the view traps, and the view comes back", async () => {
  await begin();
  await tab.page.evaluate(() => /** @type {any} */ (window).faults["a trap in the view"]());
  await tab.answer("b.txt");
  await tab.tells("complete");
  await sends("a.txt", "b.txt");
  await tab.inRow("b.txt", "remove").click();
  await sends("a.txt");
  assert.deepEqual(uncaught, []);
  assert.equal(reports().length, 1);
});

test("an element is drawn while another one can't be", async () => {
  await begin();
  const list = await tab.page.evaluateHandle(() => {
    const { element } = /** @type {any} */ (window).tools;
    const list = element.shadowRoot.querySelector("[part=list]");
    Object.defineProperty(list, "scrollTop", {
      configurable: true,
      get() {
        throw new Error("This list is hostile.");
      },
    });
    return list;
  });
  await tab.answer("b.txt");
  await tab.tells("complete");
  await tab.page.waitForFunction((list) => list.querySelector("[part~=active]"), list);
  await tab.page.evaluate(async () => {
    const { tools } = /** @type {any} */ (window);
    const other = tools.create({ multiple: true });
    other.endpoint = tools.stored;
    document.body.append(other);
    await tools.drawn(other);
    await other.add([tools.file("c.txt")]);
    await other.start();
  });
  await tab.page.waitForFunction(() => {
    const { tools } = /** @type {any} */ (window);
    return `${tools.rows(tools.element)}` === "c.txt done";
  });
  await sends("a.txt", "b.txt");
  assert.deepEqual(uncaught, []);
  assert.equal(reports().length, 1);
  assert.match(reports()[0] ?? "", /This list is hostile/);
});
