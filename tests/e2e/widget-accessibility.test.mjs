// What the element is to people who don't see it, or see it otherwise: its states under the rules of
// axe-core, its accessibility tree as Chromium hands it to screen readers, and what these are told
// while files are on their way.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { plain, setUpElements } from "./element.mjs";

const elements = setUpElements();

/** @typedef {import("./element.mjs").Element} Element */

const axe = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

const many =
  '<ittybit-uploader endpoint="/api/uploads" multiple max-file-size="40MB" aria-label="Holiday"></ittybit-uploader>';

/** A page as axe wants it: a heading, and all of it in a landmark. @param {string} html */
const inMain = (html) => `<main><h1>Upload</h1>${html}</main>`;

/** @param {Element} element */
async function isAccessible(element) {
  await element.settles();
  // What moves has colours between two.
  await element.host.evaluate((host) => {
    for (const animation of host.shadowRoot?.getAnimations() ?? []) animation.finish();
  });
  await element.page.evaluate(axe);
  const found = await element.page.evaluate(async () => {
    const { violations, passes } = await /** @type {any} */ (globalThis).axe.run();
    const inside = passes.some((/** @type {any} */ pass) =>
      pass.nodes.some((/** @type {any} */ node) => Array.isArray(node.target[0])),
    );
    if (!inside) throw new Error("It has not looked into the element.");
    return violations.flatMap((/** @type {any} */ { id, help, nodes }) =>
      nodes.map((/** @type {any} */ { target, failureSummary }) =>
        [id, help, target.join(" "), failureSummary].join(": "),
      ),
    );
  });
  assert.deepEqual(found, []);
}

/** By what it does, in any language. @param {Element} element @param {string} action */
const button = (element, action) => element.host.locator(`[data-field="${action}"]:visible`);

/** Files on their way, held. @param {Element} element @param {string[]} names */
async function begin(element, names = ["one.txt", "two.txt"]) {
  await element.holdFiles();
  await element.add(...names);
  await element.host.evaluate((host) => void (/** @type {any} */ (host).start()));
  await element.holds(names.length);
  await button(element, "pause")
    .nth(names.length - 1)
    .waitFor();
}

/** @type {[string, string, (element: Element) => Promise<void>][]} */
const states = [
  ["empty", many, async () => {}],
  ["with files", many, (element) => element.add("one.txt", "two.txt")],
  ["uploading", many, (element) => begin(element)],
  [
    "paused",
    many,
    async (element) => {
      await begin(element);
      await button(element, "pause-all").click();
      await element.is("paused");
    },
  ],
  [
    "failed",
    many,
    async (element) => {
      await elements.plan({ store: [{ kind: "status", status: 400 }] });
      await element.add("one.txt");
      await button(element, "start").click();
      await element.is("failed");
      await element.part("message").waitFor();
    },
  ],
  [
    "done",
    many,
    async (element) => {
      await element.add("one.txt", "two.txt");
      await button(element, "start").click();
      await element.is("done");
    },
  ],
  [
    "with files that were refused",
    many.replace("40MB", "3"),
    async (element) => {
      await element.host.evaluate((host) =>
        /** @type {any} */ (host).add([
          new File(["1234"], "one.txt"),
          new File(["1234"], "two.txt"),
        ]),
      );
      await element.part("problem").waitFor();
    },
  ],
  ["disabled", many.replace("multiple", "multiple disabled"), async () => {}],
  [
    "disabled with files",
    many,
    async (element) => {
      await element.add("one.txt", "two.txt");
      await element.host.evaluate((host) => host.toggleAttribute("disabled", true));
    },
  ],
  ["with what an earlier visit left", many, (element) => element.leaveUnfinished("film.mp4")],
  [
    "with files held over it",
    many,
    async (element) => {
      await element.host.evaluate((host) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["1"], "one.txt"));
        const event = new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true });
        host.dispatchEvent(event);
      });
      await element.is("dragging");
    },
  ],
];

for (const [look, options] of /** @type {const} */ ([
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["from right to left", { lang: "ar", dir: "rtl" }],
])) {
  describe(`axe finds nothing, ${look}`, () => {
    for (const [name, html, reach] of states) {
      test(name, async () => {
        const element = await elements.open(inMain(html), { ...options });
        await reach(element);
        await isAccessible(element);
      });
    }
  });
}

/**
 * What Chromium tells assistive technology, of the roles that are asked for.
 *
 * @param {Element} element
 * @param {string[]} roles
 */
async function tree(element, roles) {
  await element.settles();
  const session = await element.page.context().newCDPSession(element.page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  return nodes
    .filter(({ role, ignored }) => !ignored && roles.includes(role?.value))
    .map(({ role, name, value, properties = [] }) => ({
      role: role?.value,
      name: name?.value.replace(/[\u2068\u2069]/g, ""),
      value: value?.value,
      ...Object.fromEntries(properties.map(({ name, value }) => [name, value.value])),
    }));
}

/**
 * Only what a test is about.
 *
 * @param {Element} element
 * @param {string[]} roles
 * @param {string[]} keys
 */
const told = async (element, roles, ...keys) =>
  (await tree(element, roles)).map((/** @type {any} */ node) =>
    keys.map((key) => node[key]).join("|"),
  );

describe("the accessibility tree", () => {
  test("each button is named, with its file's name", async () => {
    const element = await elements.open(many);
    await begin(element);
    assert.deepEqual(await told(element, ["button"], "name"), [
      ...["Add more files", "Pause all", "Cancel all"],
      ...["Pause one.txt", "Cancel one.txt", "Pause two.txt", "Cancel two.txt"],
    ]);
    await element.button("Pause", "two.txt").click();
    await element.button("Resume", "two.txt").waitFor();
    await element.button("Cancel", "one.txt").click();
    await element.button("Retry", "one.txt").waitFor();
    assert.deepEqual(await told(element, ["button"], "name"), [
      ...["Add more files", "Resume all", "Cancel all"],
      ...["Retry one.txt", "Remove one.txt", "Resume two.txt", "Cancel two.txt"],
    ]);
  });

  test("bars say how far they are", async () => {
    const element = await elements.open(many);
    await element.host.evaluate((host) => host.setAttribute("limit", "1"));
    await element.holdFiles();
    await element.add({ name: "one.bin", bytes: 1000 }, { name: "two.bin", bytes: 1000 });
    await element.button("Upload 2 files").click();
    await element.holds(1);
    element.letGo(0);
    await element.holds(2);
    await element.settles();
    assert.deepEqual(
      await told(element, ["progressbar"], "name", "valuemin", "value", "valuemax"),
      ["Total progress|0|50|100", "Progress of two.bin|0|0|100"],
    );
    // Chromium's protocol leaves it out.
    const texts = await element
      .part("bar")
      .evaluateAll((bars) =>
        bars.filter((bar) => bar.checkVisibility()).map((bar) => bar.ariaValueText),
      );
    assert.deepEqual(texts.map(plain), ["50%, 1 kB of 2 kB", "0%, 0 kB of 1 kB"]);
  });

  test("the rows of the list say how many there are, those too that are not drawn", async () => {
    const element = await elements.open(many);
    await element.add(...Array.from({ length: 500 }, (_, index) => `${index + 1}.txt`));
    await element.row("1.txt").waitFor();
    const size = await element
      .part("row")
      .evaluateAll((rows) => rows.map((row) => row.ariaSetSize));
    const place = await element
      .part("row")
      .evaluateAll((rows) => rows.map((row) => row.ariaPosInSet));
    assert(size.length < 60, "Rows that are not seen cost nothing.");
    assert.deepEqual([...new Set(size)], ["500"]);
    assert.deepEqual(
      place,
      size.map((_, index) => `${index + 1}`),
    );
    const [list] = await tree(element, ["list"]);
    assert(list);
    const items = await tree(element, ["listitem"]);
    assert.equal(items.length, size.length);
  });

  test("the element is called what its label says, or its aria-label, or else files", async () => {
    const label =
      '<label for="u">Holiday pictures</label><ittybit-uploader id="u"></ittybit-uploader>';
    for (const [html, name] of [
      [label, "Holiday pictures"],
      ['<ittybit-uploader aria-label="Films"></ittybit-uploader>', "Films"],
      ["<ittybit-uploader></ittybit-uploader>", "Files"],
    ]) {
      const element = await elements.open(String(html));
      assert.equal((await told(element, ["group"], "name"))[0], name);
    }
  });

  test("a label that changes is followed, and so is the language", async () => {
    const nameless = await elements.open("<ittybit-uploader></ittybit-uploader>");
    await nameless.host.evaluate((host) => host.setAttribute("lang", "de"));
    await nameless.button("Datei auswählen").waitFor();
    assert.equal((await told(nameless, ["group"], "name"))[0], "Dateien");
    const element = await elements.open(many);
    await element.host.evaluate((host) => host.setAttribute("aria-label", "Winter"));
    assert.equal((await told(element, ["group"], "name"))[0], "Winter");
  });

  test("what is disabled says so", async () => {
    const element = await elements.open(`<fieldset>${many}</fieldset>`);
    await element.add("one.txt", "two.txt");
    const [first] = await tree(element, ["button"]);
    assert(!(/** @type {any} */ (first).disabled));
    await element.page.locator("fieldset").evaluate((fieldset) => {
      /** @type {HTMLFieldSetElement} */ (fieldset).disabled = true;
    });
    const buttons = await told(element, ["button"], "name", "disabled");
    assert(buttons.length >= 3);
    for (const button of buttons) assert.match(button, /\|true$/);
  });

  test("what the server says is read as text", async () => {
    const element = await elements.open(many);
    const body = '{"message":"<b>No</b> films <img src=x onerror=alert(1)>"}';
    await elements.plan({
      store: [{ kind: "status", status: 400, body, content_type: "application/json" }],
    });
    await element.add("one.txt");
    await element.button("Upload 1 file").click();
    await element.is("failed");
    const message = element.part("message");
    await message.waitFor();
    assert.equal(
      plain(await message.textContent()),
      "The host refused the file (400): <b>No</b> films <img src=x onerror=alert(1)>",
    );
    assert.equal(await message.locator("*").count(), 0);
    const texts = await told(element, ["StaticText"], "name");
    assert(texts.some((text) => text.includes("<b>No</b> films")));
  });
});

/** Notes down what the live region says from now on. @param {Element} element */
async function overhear(element) {
  await element.part("news").evaluate((news) => {
    /** @type {string[]} */
    const said = [];
    Object.assign(globalThis, { said });
    new MutationObserver(() =>
      said.push(`${news.textContent}`.replace(/[\u2068\u2069]/g, "")),
    ).observe(news, { childList: true, characterData: true, subtree: true });
  });
  return () => element.page.evaluate(() => /** @type {any} */ (globalThis).said);
}

describe("the live region", () => {
  test("is a polite one, and there before it says something", async () => {
    const element = await elements.open(many);
    const news = element.part("news");
    assert.equal(await news.getAttribute("role"), "status");
    assert.equal(await news.textContent(), "");
    assert(await news.evaluate((news) => news.checkVisibility()));
  });

  test("says the start, the quarters, and the end of an upload, and each once", async () => {
    const element = await elements.open(many);
    await elements.plan({ store: [{ kind: "slow", bytes_per_second: 12_000_000 }] });
    const said = await overhear(element);
    await element.add({ name: "film.mp4", bytes: 36_000_000 });
    await element.button("Upload 1 file").click();
    await element.hears("complete");
    await element.is("done");
    await element.settles();
    const texts = await said();
    assert.deepEqual(texts.slice(0, 1), ["Uploading 1 file"]);
    assert.deepEqual(texts.slice(-2), ["film.mp4 uploaded", "1 file uploaded"]);
    const steps = texts.slice(1, -2).map((/** @type {string} */ text) => {
      assert.match(text, /^\d\d% uploaded$/);
      return Math.floor(Number.parseInt(text, 10) / 25);
    });
    assert.deepEqual(steps, [1, 2, 3]);
  });

  test("says of each file whether it was stored, and what is left in the end", async () => {
    const element = await elements.open(
      many.replace("multiple", 'multiple limit="1" retry-delays="1"'),
    );
    await elements.plan({
      store: [null, { kind: "status", status: 400 }, { kind: "status", status: 503 }],
    });
    const said = await overhear(element);
    await element.add("one.txt", "two.txt", "three.txt");
    await element.button("Upload 3 files").click();
    await element.hears("complete");
    await element.is("failed");
    await element.settles();
    const texts = await said();
    const ofFiles = texts.filter((/** @type {string} */ text) => !text.includes("%"));
    assert.deepEqual(ofFiles, [
      "Uploading 3 files",
      ...["one.txt uploaded", "two.txt couldn’t be uploaded", "three.txt uploaded"],
      "1 file not uploaded",
    ]);
    const share = texts.filter((/** @type {string} */ text) => text.includes("%"));
    assert.equal(new Set(share).size, share.length);
    assert(share.length <= 3);

    await element.button("Remove", "two.txt").click();
    await element.row("two.txt").waitFor({ state: "detached" });
    await element.settles();
    assert.equal((await said()).at(-1), "two.txt removed");
  });

  test("says nothing while nothing happens, nor of a pause that a person has made", async () => {
    const element = await elements.open(many);
    const said = await overhear(element);
    await begin(element);
    await element.settles();
    assert.deepEqual(await said(), ["Uploading 2 files"]);
    await element.button("Pause all").click();
    await element.is("paused");
    await element.button("Resume all").click();
    await element.is("uploading");
    await element.settles();
    assert.deepEqual(await said(), ["Uploading 2 files"]);
  });

  test("what is refused is said at once", async () => {
    const element = await elements.open(many.replace("40MB", "3"));
    const problem = element.part("problem");
    assert.equal(await problem.getAttribute("role"), "alert");
    await element.host.evaluate((host) =>
      /** @type {any} */ (host).add([new File(["1234"], "one.txt"), new File(["1234"], "two.txt")]),
    );
    await problem.waitFor();
    assert.equal(
      plain(await problem.textContent()),
      "one.txt is too large. Files can be up to 3 bytes. And 1 more.",
    );
  });
});
