// A page with the element of the built package, the tools for tests in that page, and the events of the
// element.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, beforeEach } from "node:test";

import { plain } from "./element.mjs";
import { launchBrowser, openPage, planFaults, startDemo, temporaryFolder } from "./support.mjs";
import { eventNames } from "./uploader.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {Record<string, string | boolean>} Attributes */

const script = '<script type="module" src="/dist/element.js"></script>';

/**
 * Sets up the demo and a browser for the tests of a file. Each test opens its own page.
 *
 * @param {{ listening?: (page: Page) => Promise<unknown> }} [options] `listening`: what a page gets
 *   before anything else
 */
export function setUpElements({ listening } = {}) {
  const tab = new Tab();
  before(async () => {
    const demo = startDemo({ pages: tab.pages.folder, settings: { STAND_IN_FAULTS: "1" } });
    [tab.browser, tab.demo] = await Promise.all([launchBrowser(), demo]);
  });
  after(async () => {
    await tab.browser?.close();
    await tab.demo?.stop();
    tab.pages.remove();
  });
  beforeEach(async () => {
    tab.opened = await openPage(tab.browser);
    tab.requests = [];
    tab.said = [];
    tab.page.on("request", (request) => tab.requests.push(new URL(request.url()).pathname));
    tab.page.on("console", (message) => tab.said.push(message.text()));
    await listening?.(tab.page);
    await tab.page.addInitScript(install, eventNames);
  });
  afterEach(async () => {
    await tab.opened.close();
    await tab.plan({});
  });
  return tab;
}

class Tab {
  browser = /** @type {import("playwright-core").Browser} */ (/** @type {unknown} */ (undefined));
  demo = /** @type {import("./support.mjs").Demo} */ (/** @type {unknown} */ (undefined));
  opened = /** @type {Awaited<ReturnType<typeof openPage>>} */ (/** @type {unknown} */ (undefined));
  pages = temporaryFolder();
  /** The paths of the page's requests. @type {string[]} */
  requests = [];
  /** The messages in the console. @type {string[]} */
  said = [];

  get page() {
    return this.opened.page;
  }

  /** The requests for the package's files, except for the first one. */
  get loaded() {
    const paths = this.requests.filter((path) => path.startsWith("/dist/"));
    return paths.map((path) => path.slice("/dist/".length)).slice(1);
  }

  /**
   * Sets the plan of faults for the next requests to the host.
   *
   * @param {{ store?: object[], create?: object[] }} plan
   */
  plan(plan) {
    return planFaults(this.demo.host, plan);
  }

  /**
   * Opens a page whose body is `html`, under the demo's policy and an additional one.
   *
   * @param {string} [html]
   * @param {{ scripts?: string, policy?: string }} [options]
   */
  async open(html = "", { scripts = script, policy } = {}) {
    const meta = policy ? `<meta http-equiv="content-security-policy" content="${policy}">` : "";
    const page = `<!doctype html><html lang="en"><title>The element</title>${meta}${scripts}<body>${html}</body></html>`;
    writeFileSync(join(this.pages.folder, "element.html"), page);
    await this.page.goto(`${this.demo.address}/element.html`);
  }

  /**
   * Opens a page with one element, and waits for its view.
   *
   * @param {Attributes} [attributes]
   * @param {string} [properties] names of the tools' endpoints: `endpoint` is asked and answered by
   *   the test, `stored` has everything already
   * @param {string} [html] what is before it
   */
  async openElement(attributes = {}, properties = "endpoint", html = "") {
    await this.open(html);
    await this.page.evaluate(
      async ({ attributes, properties }) => {
        const { tools } = /** @type {any} */ (window);
        const element = tools.create(attributes);
        if (!("endpoint" in attributes)) element.endpoint = tools[properties];
        document.body.append(element);
        await tools.drawn(element);
      },
      { attributes, properties },
    );
  }

  /** Adds files whose content is their name. @param {string[]} names */
  async add(...names) {
    await this.page.evaluate(async (names) => {
      const { tools } = /** @type {any} */ (window);
      const { element } = tools;
      await element.add(names.map((name) => tools.file(name)));
      await tools.settled();
    }, names);
  }

  /** Waits until the test's endpoint is called for a file, and answers. @param {string} name */
  async answer(name) {
    await this.asked(name);
    await this.page.evaluate((name) => {
      /** @type {any} */ (window).tools.asked.get(name).answer({ media: { id: name } });
    }, name);
  }

  /** @param {string} name */
  async asked(name) {
    await this.page.waitForFunction(
      (name) => /** @type {any} */ (window).tools.asked.has(name),
      name,
    );
  }

  /** Waits until everything is drawn. */
  settled() {
    return this.page.evaluate(() => /** @type {any} */ (window).tools.settled());
  }

  /** Returns the events except progress: the event's name and the file's. @returns {Promise<string[]>} */
  told() {
    return this.page.evaluate(() => /** @type {any} */ (window).tools.told);
  }

  /**
   * Waits for an event.
   *
   * @param {string} line
   */
  async tells(line) {
    await this.page.waitForFunction(
      (line) => /** @type {any} */ (window).tools.told.includes(line),
      line,
    );
  }

  /** Returns the file's name and state for each row. @returns {Promise<string[]>} */
  async rows() {
    await this.settled();
    return this.page.evaluate(() => {
      const { tools } = /** @type {any} */ (window);
      return tools.rows(tools.element);
    });
  }

  /** Returns the text of a visible field. Empty if the field is hidden. @param {string} name */
  async text(name) {
    await this.settled();
    const words = await this.page.evaluate((name) => {
      const { tools } = /** @type {any} */ (window);
      const place = tools.place(name);
      return place && !place.hidden ? place.textContent : "";
    }, name);
    return plain(words);
  }

  /** Returns a button or field of the element, outside the rows. @param {string} name */
  place(name) {
    return this.page.locator(`ittybit-uploader [part=frame] [data-field="${name}"]`).first();
  }

  /**
   * Returns a button or field in a file's row.
   *
   * @param {string} file
   * @param {string} name
   */
  inRow(file, name) {
    return this.page
      .locator("ittybit-uploader li")
      .filter({ hasText: file })
      .locator(`[data-field="${name}"]`);
  }

  /** Returns the states of the element, after checking that attributes and `:state()` agree. */
  async states() {
    await this.settled();
    const [attributes, states] = await this.page.evaluate(() => {
      const { element } = /** @type {any} */ (window).tools;
      const all = ["empty", "dragging", "uploading", "paused", "done", "failed"];
      return [
        all.filter((state) => element.hasAttribute(state)),
        all.filter((state) => element.matches(`:state(${state})`)),
      ];
    });
    assert.deepEqual(attributes, states);
    return attributes.join(" ");
  }
}

/**
 * Runs in the page: installs the tests' functions as `tools`.
 *
 * @param {string[]} eventNames
 */
function install(eventNames) {
  /** @type {Map<string, any>} */
  const asked = new Map();
  /** @type {string[]} */
  const told = [];
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const tools = {
    told,
    asked,
    /** The element that was created last. @type {any} */
    element: undefined,
    /** The test answers. @type {(file: any, context: any) => Promise<any>} */
    endpoint: (file, context) =>
      new Promise((answer, refuse) => {
        asked.set(file.filename, { answer, refuse, file, ...context });
      }),
    /** @type {(file: any) => Promise<any>} */
    stored: async ({ filename }) => ({ media: { id: filename } }),
    /** @param {Record<string, string | boolean>} attributes */
    create(attributes = {}) {
      const element = document.createElement("ittybit-uploader");
      for (const [name, value] of Object.entries(attributes)) {
        if (value !== false) element.setAttribute(name, value === true ? "" : value);
      }
      return this.watch(element);
    },
    /** @param {any} element */
    watch(element, listener = element) {
      this.element = element;
      for (const name of eventNames) {
        if (name === "upload-progress") continue;
        listener.addEventListener(name, (/** @type {any} */ { detail }) => {
          told.push([name, detail.file?.name].filter(Boolean).join(" "));
        });
      }
      return element;
    },
    /** Waits for the view of an element. @param {any} element */
    async drawn(element) {
      await this.until(() => element.shadowRoot?.querySelector("[part=frame]"));
      await this.settled();
    },
    /** @param {() => unknown} holds */
    async until(holds) {
      for (let frames = 0; !holds(); frames += 1) {
        if (frames > 1000) throw new Error(`It never came to ${holds}`);
        await frame();
      }
    },
    async settled() {
      await frame();
      await frame();
      await frame();
    },
    /**
     * @param {string} name
     * @param {string | number} content itself, or how many bytes
     */
    file(name, content = name, type = "") {
      const bytes = typeof content === "number" ? new Uint8Array(content) : content;
      return new File([bytes], name, { type });
    },
    /** @param {string} name */
    place(name) {
      return this.element.shadowRoot.querySelector(`[part=frame] [data-field="${name}"]`);
    },
    /** @param {any} element */
    rows(element) {
      return [...element.shadowRoot.querySelectorAll("li")].map((row) => {
        const name = row.querySelector("[data-field=name]").textContent;
        return `${name} ${[...row.part].filter((part) => part !== "row")}`;
      });
    },
  };
  Object.assign(window, { tools });
}
