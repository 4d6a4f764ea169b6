// The element as a script of the page meets it: what an element has anyway, and its own properties.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launchBrowser, openPage, startDemo } from "./support.mjs";

/** @type {Awaited<ReturnType<typeof launchBrowser>>} */
let browser;
/** @type {import("./support.mjs").Demo} */
let demo;
/** @type {Awaited<ReturnType<typeof openPage>>} */
let tab;

before(async () => {
  [browser, demo] = await Promise.all([launchBrowser(), startDemo({ pages: "tests/e2e/pages" })]);
  tab = await openPage(browser);
  await tab.page.goto(`${demo.address}/element.html`);
});

after(async () => {
  await tab?.close();
  await browser?.close();
  await demo?.stop();
});

test("remove() takes it out of the page, and with an id a file off its list", async () => {
  const found = await tab.page.evaluate(async () => {
    const element = document.createElement("ittybit-uploader");
    Object.assign(element, { endpoint: "/api/uploads", multiple: true });
    document.body.append(element);
    const [first] = await element.add([new File(["1"], "1.txt"), new File(["2"], "2.txt")]);
    element.remove(first?.id);
    const names = element.files.map(({ name }) => name);
    const wasConnected = element.isConnected;
    element.remove();
    return { names, wasConnected, isConnected: element.isConnected };
  });
  assert.deepEqual(found, { names: ["2.txt"], wasConnected: true, isConnected: false });
});

for (const kind of ["address", "function"]) {
  test(`the endpoint can be a property that is ${kind}`, async () => {
    const result = await tab.page.evaluate(async (kind) => {
      const element = document.createElement("ittybit-uploader");
      document.body.append(element);
      element.endpoint =
        kind === "address"
          ? "/api/uploads"
          : async ({ filename, filesize, type }, { idempotencyKey }) => {
              const response = await fetch("/api/uploads", {
                method: "POST",
                headers: { "content-type": "application/json", "idempotency-key": idempotencyKey },
                body: JSON.stringify({ filename, filesize, type }),
              });
              return response.json();
            };
      await element.add([new File(["1"], "1.txt")]);
      const { successful } = await element.start();
      const ids = [successful[0]?.media?.id, element.value[0], element.media[0]?.id];
      element.remove();
      return ids;
    }, kind);
    const [id = ""] = result;
    assert.match(id, /^med_/);
    assert.deepEqual(result, [id, id, id]);
  });
}

test("what is dropped on one is not taken by another that takes drops anywhere", async () => {
  const names = await tab.page.evaluate(async () => {
    const [anywhere, other] = ["", ""].map(() => document.createElement("ittybit-uploader"));
    if (!anywhere || !other) throw new Error("They are made.");
    for (const element of [anywhere, other]) {
      element.endpoint = "/api/uploads";
      document.body.append(element);
    }
    anywhere.dropAnywhere = true;
    for (const [place, name] of /** @type {const} */ ([
      [other, "other.txt"],
      [document.body, "anywhere.txt"],
    ])) {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["1"], name));
      const taken = new Promise((resolve) => {
        document.addEventListener("file-added", resolve, { once: true });
      });
      const init = { dataTransfer, bubbles: true, composed: true, cancelable: true };
      place.dispatchEvent(new DragEvent("drop", init));
      await taken;
    }
    const found = [anywhere, other].map(({ files }) => files.map(({ name }) => name));
    for (const element of [anywhere, other]) element.remove();
    return found;
  });
  assert.deepEqual(names, [["anywhere.txt"], ["other.txt"]]);
});
