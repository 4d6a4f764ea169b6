// The element as a part of forms: what it sends, what it keeps a form from, and what is not lost.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { setUpElements } from "./element.mjs";
import { holdWasm } from "./support.mjs";

const elements = setUpElements();

/** @typedef {import("./element.mjs").Element} Element */

/** @param {string} [attributes] */
const uploader = (attributes = "multiple") =>
  `<ittybit-uploader name="clip" endpoint="/api/uploads" ${attributes}></ittybit-uploader>`;

/**
 * A form that sends what is in it to a page, in its address.
 *
 * @param {string} inside
 */
const form = (inside) =>
  `<form id="form" action="/sent.html">${inside}<button name="by" value="save">Save</button></form>`;

/** What the form would send as it is. @param {Element} element */
const data = (element) =>
  element.page.evaluate(() =>
    [...new FormData(/** @type {HTMLFormElement} */ (document.getElementById("form")))].map(
      ([name, value]) => [name, String(value)],
    ),
  );

/** The value of the element, its media ids. @param {Element} element @returns {Promise<string[]>} */
const value = (element) => element.host.evaluate((host) => /** @type {any} */ (host).value);

/** Why the form can't be sent: the flags that are set, and the message. @param {Element} element */
async function validity(element) {
  await element.settles();
  return element.host.evaluate((host) => {
    const { validity, validationMessage, form } = /** @type {any} */ (host);
    const flags = [];
    for (const flag in validity) if (flag !== "valid" && validity[flag]) flags.push(flag);
    if (form && form.checkValidity() !== (flags.length === 0)) flags.push("the form disagrees");
    return [...flags, validationMessage];
  });
}

/** @param {Element} element @param {...string} names */
async function upload(element, ...names) {
  await element.add(...names);
  await start(element);
  await element.is("done");
  await element.settles();
}

/** @param {Element} element */
const start = (element) =>
  element.host.evaluate((host) => void (/** @type {any} */ (host).start()));

/** @param {Element} element */
const save = (element) => element.page.getByRole("button", { name: "Save" });

/** Notes down what the page's own listener hears of submits. @param {Element} element */
async function listen(element) {
  await element.page.evaluate(() => {
    /** @type {string[]} */
    const submits = [];
    Object.assign(globalThis, { submits });
    document.getElementById("form")?.addEventListener("submit", (event) => {
      submits.push(String(event.submitter?.textContent));
      // It stays to be looked at.
      event.preventDefault();
    });
  });
  return () => element.page.evaluate(() => /** @type {any} */ (globalThis).submits);
}

describe("what is sent", () => {
  test("one entry for each file, its media id", async () => {
    const element = await elements.open(form(uploader()));
    assert.deepEqual(await data(element), []);
    await upload(element, "one.txt", "two.txt");
    const ids = await value(element);
    assert.equal(ids.length, 2);
    assert.deepEqual(await data(element), [
      ["clip", ids[0]],
      ["clip", ids[1]],
    ]);
    await element.button("Remove", "one.txt").click();
    await element.row("one.txt").waitFor({ state: "detached" });
    assert.deepEqual(await data(element), [["clip", ids[1]]]);
    await save(element).click();
    await element.page.waitForURL(/sent/);
    assert.equal(new URL(element.page.url()).search, `?clip=${ids[1]}&by=save`);
  });

  test("whole media objects where the page wants them", async () => {
    const element = await elements.open(form(uploader('multiple value-type="media"')));
    await upload(element, "one.txt");
    const media = await element.host.evaluate((host) => /** @type {any} */ (host).media);
    const [[name, json] = []] = await data(element);
    assert.equal(name, "clip");
    assert.deepEqual(JSON.parse(String(json)), media[0]);
  });

  test("nothing without a name, and what it is called later", async () => {
    const element = await elements.open(form(uploader().replace('name="clip"', "")));
    await upload(element, "one.txt");
    const [id] = await value(element);
    assert.deepEqual(await data(element), []);
    await element.host.evaluate((host) => host.setAttribute("name", "film"));
    await element.settles();
    assert.deepEqual(await data(element), [["film", id]]);
  });

  test("nothing of what failed or is under way", async () => {
    const element = await elements.open(form(uploader()));
    await elements.plan({ store: [{ kind: "status", status: 400 }] });
    await element.add("one.txt");
    await start(element);
    await element.is("failed");
    await element.settles();
    assert.deepEqual(await data(element), []);
  });

  test("another file takes the place of the one that was there, where one is taken", async () => {
    const element = await elements.open(form(uploader("")));
    await upload(element, "one.txt");
    const [first] = await value(element);
    await upload(element, "two.txt");
    const second = await value(element);
    assert.equal(second.length, 1);
    assert.notEqual(second[0], first);
    assert.deepEqual(await data(element), [["clip", second[0]]]);
    assert.equal(await element.part("row").count(), 1);
  });

  test("from outside of the form, by its id", async () => {
    const element = await elements.open(`${form("")}${uploader('multiple form="form" required')}`);
    assert.deepEqual(await validity(element), ["valueMissing", "Add at least one file."]);
    await upload(element, "one.txt");
    assert.deepEqual(await data(element), [["clip", ...(await value(element))]]);
    assert.deepEqual(await validity(element), [""]);
    const form2 = await element.host.evaluate((host) => {
      host.removeAttribute("form");
      return /** @type {any} */ (host).form;
    });
    assert.equal(form2, null);
    assert.deepEqual(await data(element), []);
  });
});

describe("validity", () => {
  test("is told of each state, in words", async () => {
    const element = await elements.open(form(uploader("multiple required")));
    await element.holdFiles();
    assert.deepEqual(await validity(element), ["valueMissing", "Add at least one file."]);
    await element.add("one.txt", "two.txt");
    const notStarted = ["customError", "2 files haven’t been uploaded yet."];
    assert.deepEqual(await validity(element), notStarted);
    await start(element);
    await element.holds(2);
    const still = ["customError", "2 files are still uploading."];
    assert.deepEqual(await validity(element), still);
    await element.button("Pause all").click();
    await element.is("paused");
    assert.deepEqual(await validity(element), still);
    await element.button("Cancel", "one.txt").click();
    await element.button("Retry", "one.txt").waitFor();
    assert.deepEqual(await validity(element), ["customError", "1 file is still uploading."]);
    await elements.plan({ store: [{ kind: "status", status: 400 }] });
    await element.button("Resume", "two.txt").click();
    element.letAllGo();
    await element.is("failed");
    const failed = ["customError", "1 file wasn’t uploaded. Retry or remove it."];
    assert.deepEqual(await validity(element), failed);
    await element.button("Remove", "two.txt").click();
    await element.row("two.txt").waitFor({ state: "detached" });
    // What is cancelled is not wanted.
    assert.deepEqual(await validity(element), ["valueMissing", "Add at least one file."]);
    await element.button("Retry", "one.txt").click();
    await element.is("done");
    assert.deepEqual(await validity(element), [""]);
  });

  test("a form with what is required missing is not sent, and the element has the focus", async () => {
    const element = await elements.open(form(uploader("required")));
    const submits = await listen(element);
    await save(element).click();
    await element.isFocused("Choose a file");
    assert.deepEqual(await validity(element), ["valueMissing", "Choose a file."]);
    assert.deepEqual(await submits(), []);
    await upload(element, "one.txt");
    await save(element).click();
    assert.deepEqual(await submits(), ["Save"]);
  });

  test("is there before the view is", async () => {
    const element = await elements.open(`<div hidden>${form(uploader("required"))}</div>`, {
      isDrawn: false,
    });
    const letGo = await holdWasm(element.page);
    assert.deepEqual(await validity(element), ["valueMissing", "Choose a file."]);
    await element.host.evaluate((host) =>
      /** @type {any} */ (host).setCustomValidity("Not today."),
    );
    assert.deepEqual(await validity(element), ["valueMissing", "customError", "Not today."]);
    await element.host.evaluate((host) => {
      /** @type {any} */ (host).setCustomValidity("");
      host.removeAttribute("required");
    });
    assert.deepEqual(await validity(element), [""]);
    letGo();
  });

  test("a page has words of its own", async () => {
    const element = await elements.open(form(uploader()));
    assert.deepEqual(await validity(element), [""]);
    /** @param {string} message */
    const say = (message) =>
      element.host.evaluate(
        (host, message) => /** @type {any} */ (host).setCustomValidity(message),
        message,
      );
    await say("Films only today.");
    assert.deepEqual(await validity(element), ["customError", "Films only today."]);
    await upload(element, "one.txt");
    assert.deepEqual(await validity(element), ["customError", "Films only today."]);
    await say("");
    assert.deepEqual(await validity(element), [""]);
    const methods = await element.host.evaluate((host) => {
      const { willValidate } = /** @type {any} */ (host);
      const it = /** @type {any} */ (host);
      return [willValidate, it.checkValidity(), it.reportValidity()];
    });
    assert.deepEqual(methods, [true, true, true]);
  });
});

test("a disabled fieldset disables it", async () => {
  const element = await elements.open(
    form(`<fieldset>${uploader("multiple required")}</fieldset>`),
  );
  await upload(element, "one.txt");
  const sent = await data(element);
  assert.equal(sent.length, 1);
  /** @param {boolean} isDisabled */
  const disable = async (isDisabled) => {
    await element.page.locator("fieldset").evaluate((fieldset, isDisabled) => {
      /** @type {HTMLFieldSetElement} */ (fieldset).disabled = isDisabled;
    }, isDisabled);
    await element.settles();
  };
  await disable(true);
  assert.deepEqual(await data(element), []);
  assert.equal(
    await element.host.evaluate((host) => /** @type {any} */ (host).willValidate),
    false,
  );
  assert(await element.button("Add more files").isDisabled());
  await element.host.evaluate((host) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["2"], "two.txt"));
    host.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  });
  await element.page.locator("body").focus();
  await element.press("Tab");
  await element.isFocused("Save");
  assert.equal(await element.part("row").count(), 1);
  await disable(false);
  assert.deepEqual(await data(element), sent);
  assert(await element.button("Add more files").isEnabled());
});

test("a reset empties it, and stops what is under way", async () => {
  const element = await elements.open(form(`${uploader()}<button type="reset">Reset</button>`));
  await upload(element, "one.txt");
  await element.holdFiles();
  await element.add("two.txt");
  await start(element);
  await element.holds(1);
  await element.page.getByRole("button", { name: "Reset" }).click();
  await element.is("empty");
  await element.settles();
  assert.deepEqual(await data(element), []);
  assert.deepEqual(await validity(element), [""]);
  assert.equal(await element.part("row").count(), 0);
  const removed = (await element.told()).filter((line) => line.startsWith("file-removed"));
  assert.deepEqual(removed, ["file-removed one.txt", "file-removed two.txt"]);
});

test("what was stored is there when a person comes back, and can be removed", async () => {
  const element = await elements.open(form(uploader("multiple required")));
  const { page } = element;
  await upload(element, "one.txt", "two.txt");
  const before = await data(element);
  await page.goto(`${elements.demo.address}/sent.html`);
  await page.goBack();
  await element.row("two.txt").waitFor();
  await element.is("done");
  await element.settles();
  assert.deepEqual(await data(element), before);
  assert.deepEqual(await validity(element), [""]);
  await element.button("Remove", "one.txt").click();
  await element.row("one.txt").waitFor({ state: "detached" });
  await element.settles();
  assert.deepEqual(await data(element), before.slice(1));
  await element.listen();
  await upload(element, "three.txt");
  assert.deepEqual(await data(element), [...before.slice(1), ["clip", (await value(element))[1]]]);
});

describe("a form is held until its files are there", () => {
  test("then it is sent as it was meant, and the page hears of that only", async () => {
    const element = await elements.open(form(uploader("multiple hold-submit required")));
    const submits = await listen(element);
    await element.holdFiles();
    await element.add("one.txt", "two.txt");
    await save(element).click();
    await element.holds(2);
    element.letGo(0);
    await element.settles();
    // Who is impatient does not send it twice.
    await save(element).click();
    await element.settles();
    assert.deepEqual(await submits(), []);
    element.letAllGo();
    await element.is("done");
    await element.settles();
    assert.deepEqual(await submits(), ["Save"]);
  });

  test("what it sends has the button by which it was sent", async () => {
    const element = await elements.open(form(uploader("multiple hold-submit")));
    await element.add("one.txt");
    await save(element).click();
    await element.page.waitForURL(/sent/);
    assert.match(new URL(element.page.url()).search, /^\?clip=[\w-]+&by=save$/);
  });

  test("without a file it is sent at once", async () => {
    const element = await elements.open(form(uploader("multiple hold-submit")));
    const submits = await listen(element);
    await save(element).click();
    assert.deepEqual(await submits(), ["Save"]);
  });

  test("when a file fails, it is not sent, and says why", async () => {
    const element = await elements.open(form(uploader("multiple hold-submit")));
    const submits = await listen(element);
    await elements.plan({ store: [null, { kind: "status", status: 400 }] });
    await element.add("one.txt", "two.txt");
    await save(element).click();
    await element.is("failed");
    const why = ["customError", "1 file wasn’t uploaded. Retry or remove it."];
    assert.deepEqual(await validity(element), why);
    assert.deepEqual(await submits(), []);
    await element.isFocused("Add more files");
    const failed = (await element.told()).find((line) => line.startsWith("upload-error"));
    await element.button("Remove", String(failed?.split(" ")[1])).click();
    await element.is("done");
    await element.settles();
    assert.deepEqual(await submits(), []);
    await save(element).click();
    assert.deepEqual(await submits(), ["Save"]);
  });

  test("a paused file goes on", async () => {
    const element = await elements.open(form(uploader("multiple hold-submit")));
    const submits = await listen(element);
    await element.holdFiles();
    await element.add("one.txt");
    await start(element);
    await element.holds(1);
    await element.button("Pause", "one.txt").click();
    await element.is("paused");
    element.letAllGo();
    await save(element).click();
    await element.is("done");
    await element.settles();
    assert.deepEqual(await submits(), ["Save"]);
  });

  test("when its files are removed meanwhile, it is sent without them", async () => {
    const element = await elements.open(form(uploader("multiple hold-submit")));
    const submits = await listen(element);
    await element.holdFiles();
    await element.add("one.txt");
    await save(element).click();
    await element.holds(1);
    await element.host.evaluate((host) => {
      const it = /** @type {any} */ (host);
      it.remove(it.files[0].id);
    });
    await element.is("empty");
    await element.settles();
    assert.deepEqual(await submits(), ["Save"]);
  });
});

test("a click on its label focuses it, and opens one picker only where it holds the element", async () => {
  const element = await elements.open(
    `<label for="u">Holiday</label><ittybit-uploader id="u" endpoint="/api/uploads"></ittybit-uploader>
     <label>Winter <ittybit-uploader endpoint="/api/uploads"></ittybit-uploader></label>`,
  );
  await element.page.getByText("Holiday").click();
  await element.isFocused("Choose a file");
  let pickers = 0;
  element.page.on("filechooser", () => pickers++);
  const second = element.page.locator("ittybit-uploader").nth(1);
  await second.locator("[part=frame]").waitFor();
  await second.getByRole("button", { name: "Choose a file" }).click();
  await element.settles();
  assert.equal(pickers, 1);
});

describe("leaving the page", () => {
  test("is asked about only while something would be lost", async () => {
    const element = await elements.open(uploader());
    const { page } = element;
    /** @type {string[]} */
    const dialogs = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.type());
      return dialog.dismiss();
    });
    /** Whether the page would have let it go. */
    const asks = async () => {
      dialogs.length = 0;
      const prevented = await page.evaluate(
        () => !dispatchEvent(new Event("beforeunload", { cancelable: true })),
      );
      return prevented;
    };
    assert.equal(await asks(), false);
    await element.holdFiles();
    await element.add("one.txt");
    await element.settles();
    assert.equal(await asks(), false);
    await element.button("Upload 1 file").click();
    await element.holds(1);
    assert.equal(await asks(), true);
    // And the browser does ask.
    await page.goto("about:blank").catch(() => {});
    assert.deepEqual(dialogs, ["beforeunload"]);
    await element.button("Pause", "one.txt").click();
    await element.is("paused");
    assert.equal(await asks(), true);
    await element.button("Resume", "one.txt").click();
    element.letAllGo();
    await element.is("done");
    assert.equal(await asks(), false);
    await page.goto("about:blank");
    assert.deepEqual(dialogs, []);
  });

  test("is not asked about once the element is gone from the page", async () => {
    const element = await elements.open(uploader());
    await element.holdFiles();
    await element.add("one.txt");
    await start(element);
    await element.holds(1);
    const asks = await element.page.evaluate(async () => {
      const ask = () => !dispatchEvent(new Event("beforeunload", { cancelable: true }));
      const before = ask();
      document.querySelector("ittybit-uploader")?.remove();
      await new Promise((resolve) => setTimeout(resolve));
      return [before, ask()];
    });
    assert.deepEqual(asks, [true, false]);
  });
});
