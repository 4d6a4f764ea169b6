// Opens pages of the demo with an element of the built package, and uses them like a person.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before } from "node:test";

import { launchBrowser, openPage, planFaults, startDemo, temporaryFolder } from "./support.mjs";
import { eventNames } from "./uploader.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContextOptions} ContextOptions */
/** @typedef {{ kind: string, times?: number, [detail: string]: unknown } | null} Fault */
/** @typedef {{ name: string, bytes?: number | string, type?: string }} Given */

/** Sets up the demo and a browser for the tests of a file. Closes a test's pages at its end. */
export function setUpElements() {
  const elements = new Elements();
  before(async () => {
    writeFileSync(join(elements.pages.folder, "sent.html"), "<!doctype html><title>Sent</title>");
    const demo = startDemo({ pages: elements.pages.folder, settings: { STAND_IN_FAULTS: "1" } });
    [elements.browser, elements.demo] = await Promise.all([launchBrowser(), demo]);
  });
  after(async () => {
    await elements.browser?.close();
    await elements.demo?.stop();
    elements.pages.remove();
  });
  afterEach(() => elements.closeAll());
  return elements;
}

class Elements {
  browser = /** @type {import("playwright-core").Browser} */ (/** @type {unknown} */ (undefined));
  demo = /** @type {import("./support.mjs").Demo} */ (/** @type {unknown} */ (undefined));
  /** @type {(() => Promise<void>)[]} */
  #open = [];
  #count = 0;
  pages = temporaryFolder();

  /**
   * Sets the plan of faults for the next requests to the host.
   *
   * @param {{ store?: Fault[], create?: Fault[] }} plan
   */
  plan(plan) {
    return planFaults(this.demo.host, plan);
  }

  /**
   * Opens a page whose body is `html`, under the demo's policy, and waits until its element is drawn.
   *
   * @param {string} html
   * @param {ContextOptions & { lang?: string, dir?: string, isDrawn?: boolean }} [options]
   */
  async open(html, { lang = "en", dir = "ltr", isDrawn = true, ...options } = {}) {
    const { page, close } = await openPage(this.browser, options);
    page.setDefaultTimeout(15_000);
    // From now on, the browser opens no file picker.
    page.on("filechooser", () => {});
    this.#open.push(close);
    const name = `${this.#count++}.html`;
    const head =
      '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>A page</title>';
    const script = '<script type="module" src="/dist/element.js"></script>';
    writeFileSync(
      join(this.pages.folder, name),
      `<!doctype html><html lang="${lang}" dir="${dir}"><head><meta charset="utf-8">${head}${script}</head>
      <body>${html}</body></html>`,
    );
    await page.goto(`${this.demo.address}/${name}`);
    const element = new Element(page, this.demo);
    await element.listen();
    if (isDrawn) await element.part("frame").waitFor();
    return element;
  }

  async closeAll() {
    await this.plan({});
    for (const close of this.#open.splice(0)) await close();
  }
}

/** Runs in the page: returns whether an upload is stored for a later visit. */
async function isRemembered() {
  const [{ name } = {}] = await indexedDB.databases();
  if (!name) return false;
  /** @type {IDBDatabase} */
  const database = await new Promise((resolve) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => resolve(opening.result);
  });
  const [store] = database.objectStoreNames;
  const count = await new Promise((resolve) => {
    const counting = store && database.transaction(store).objectStore(store).count();
    if (counting) counting.onsuccess = () => resolve(counting.result);
    else resolve(0);
  });
  database.close();
  return count > 0;
}

export class Element {
  /** @type {(() => void)[]} */
  #held = [];
  /** @type {(() => void)[]} */
  #waiting = [];
  #isLetGo = false;

  /**
   * @param {Page} page
   * @param {import("./support.mjs").Demo} demo
   */
  constructor(page, demo) {
    this.page = page;
    this.demo = demo;
    this.host = page.locator("ittybit-uploader").first();
  }

  /** Records all events in the page from now on. */
  async listen() {
    await this.page.evaluate((names) => {
      /** @type {string[]} */
      const told = [];
      Object.assign(globalThis, { told });
      for (const name of names) {
        document.addEventListener(name, (event) => {
          if (name === "upload-progress") return;
          told.push([name, /** @type {any} */ (event).detail.file?.name].filter(Boolean).join(" "));
        });
      }
    }, eventNames);
  }

  /** Returns the events except progress: the event's name and the file's. @returns {Promise<string[]>} */
  told() {
    return this.page.evaluate(() => /** @type {any} */ (globalThis).told);
  }

  /**
   * Waits for an event.
   *
   * @param {string} line
   */
  async hears(line) {
    await this.page.waitForFunction(
      (line) => /** @type {any} */ (globalThis).told.includes(line),
      line,
    );
  }

  /** @param {string} name */
  part(name) {
    return this.host.locator(`[part~="${name}"]`);
  }

  /** @param {string} name of a file */
  row(name) {
    return this.part("row").filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /**
   * Returns a button by its name, or by its action for a file.
   *
   * @param {string | RegExp} name
   * @param {string} [file]
   */
  button(name, file) {
    const full = file ? `${name} \u2068${file}\u2069` : name;
    return this.host.getByRole("button", { name: full, exact: true });
  }

  /**
   * Adds files with the element's method.
   *
   * @param {...(string | Given)} files names or details; `bytes` is the content or its size
   */
  async add(...files) {
    const given = files.map((file) => (typeof file === "string" ? { name: file } : file));
    await this.host.evaluate(
      (host, given) =>
        /** @type {any} */ (host).add(
          given.map(({ name, bytes = name, type = "" }) => {
            const content = typeof bytes === "number" ? new Uint8Array(bytes) : bytes;
            return new File([content], name, { type });
          }),
        ),
      given,
    );
    for (const { name } of given.slice(0, 1)) await this.row(name).waitFor();
  }

  /** Holds back files from the host until each is released. */
  async holdFiles() {
    await this.page.route(`${this.demo.host}/store/**`, async (route) => {
      if (!this.#isLetGo) await new Promise((resolve) => this.#arrived(() => resolve(undefined)));
      // The request may have been aborted.
      await route.continue().catch(() => {});
    });
  }

  /** @param {() => void} proceed */
  #arrived(proceed) {
    this.#held.push(proceed);
    this.#waiting.shift()?.();
  }

  /**
   * Waits until this many files were held back, including released ones.
   *
   * @param {number} count
   */
  async holds(count) {
    while (this.#held.length < count) await new Promise((go) => this.#waiting.push(() => go(null)));
  }

  /**
   * Releases a file, by the order in which files were held back.
   *
   * @param {number} index
   */
  letGo(index) {
    this.#held[index]?.();
  }

  /** Releases all files, including later ones. */
  letAllGo() {
    this.#isLetGo = true;
    for (const proceed of this.#held) proceed();
  }

  /**
   * Waits until the element has this state and none of the other states.
   *
   * @param {string} state
   */
  async is(state) {
    await this.page.locator(`ittybit-uploader[${state}]`).first().waitFor();
  }

  /**
   * Leaves the page when half of a large file is stored, and opens it again.
   *
   * @param {string} name
   */
  async leaveUnfinished(name) {
    const { page } = this;
    const second = 16 * 1024 * 1024;
    const part = [{ kind: "hang-in-body", bytes: 1000, at: 2, times: 100 }];
    await planFaults(this.demo.store, { part });
    const set = () =>
      this.host.evaluate((host) => {
        const options = { owner: "alice", props: { protocol: "multipart" }, parallelParts: 1 };
        Object.assign(host, options);
      });
    await set();
    await this.add({ name, bytes: second + 1_000_000 });
    const stored = page.waitForResponse(
      (response) =>
        response.url().startsWith(this.demo.store) &&
        response.request().method() === "PUT" &&
        response.ok(),
    );
    await this.host.evaluate((host) => void (/** @type {any} */ (host).start()));
    await stored;
    await page.waitForFunction(isRemembered);
    page.on("dialog", (dialog) => dialog.accept());
    await page.reload();
    await this.part("frame").waitFor();
    await this.listen();
    await set();
    await this.part("unfinished-item").waitFor();
    await fetch(`${this.demo.store}/faults`, { method: "DELETE" });
  }

  /** Returns the name or text of the focused element in any shadow root, without bidirectional marks. */
  async focused() {
    const name = await this.page.evaluate(() => {
      let focused = document.activeElement;
      while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
      if (!focused || focused === document.body) return "nothing";
      return focused.ariaLabel || focused.textContent?.trim() || focused.localName;
    });
    return plain(name);
  }

  /**
   * Waits until an element has the focus, and still has it after everything is drawn.
   *
   * @param {string} name
   */
  async isFocused(name) {
    await this.settles();
    assert.equal(await this.focused(), name);
  }

  /** Waits until everything is drawn, and the browser has handled the effects. */
  async settles() {
    await this.page.evaluate(async () => {
      for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
    });
  }

  /**
   * Presses keys, one after the other.
   *
   * @param {...string} keys
   */
  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }
}

/**
 * Removes bidirectional marks from a text, and replaces no-break spaces.
 *
 * @param {string | null | undefined} words
 */
export function plain(words) {
  return `${words}`.replace(/[\u2060\u2066-\u2069]/g, "").replaceAll("\u00a0", " ");
}
