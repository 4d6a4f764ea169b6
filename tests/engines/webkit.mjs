// Drives WebKitGTK's MiniBrowser through WebDriver (https://www.w3.org/TR/webdriver2/). It has no headless
// mode, so it runs on a virtual screen.

import { createServer } from "node:net";

import { temporaryFolder } from "../e2e/support.mjs";
import { startProgram } from "./programs.mjs";
import { find, WebDriver } from "./webdriver.mjs";

/** The key of an element's id in the protocol. */
const elementKey = "element-6066-11e4-a52e-4f735466cecf";

export class WebKit extends WebDriver {
  name = /** @type {const} */ ("WebKit");
  /** @type {ReturnType<typeof temporaryFolder> | undefined} */
  #home;
  /** @type {Awaited<ReturnType<typeof startProgram>>[]} */
  #programs = [];
  #driver = "";
  #session = "";

  async launch() {
    const { XVFB = "Xvfb", WEBKIT_DRIVER = "WebKitWebDriver" } = process.env;
    const screen = ["-screen", "0", "1280x1024x24", "-nolisten", "tcp"];
    // Xvfb chooses a free display number, and prints it.
    const says = /^(\d+)\n/;
    const display = await startProgram(XVFB, ["-displayfd", "3", ...screen], { from: 3, says });
    this.#programs.push(display);
    this.#home = temporaryFolder();
    const { folder } = this.#home;
    const port = await freePort();
    const driver = await startProgram(
      "sh",
      ["-c", 'echo started; exec "$@"', "sh", WEBKIT_DRIVER, "--host=127.0.0.1", `--port=${port}`],
      {
        env: {
          ...{ DISPLAY: `:${display.match[1]}`, WAYLAND_DISPLAY: "", GDK_BACKEND: "x11" },
          // Doesn't use the person's own settings, and leaves nothing there.
          ...{
            HOME: folder,
            XDG_CACHE_HOME: folder,
            XDG_CONFIG_HOME: folder,
            XDG_DATA_HOME: folder,
          },
          ...{ GSETTINGS_BACKEND: "memory", NO_AT_BRIDGE: "1", LIBGL_ALWAYS_SOFTWARE: "1" },
        },
        from: 1,
        says: /started/,
      },
    );
    this.#programs.push(driver);
    this.#driver = `http://127.0.0.1:${port}`;
    const inTime = AbortSignal.timeout(60_000);
    while (!(await fetch(`${this.#driver}/status`).catch(() => undefined))) {
      inTime.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /**
   * @param {"POST" | "GET" | "DELETE"} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async #send(method, path, body) {
    const response = await fetch(`${this.#driver}/session${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = /** @type {any} */ (await response.json());
    if (!response.ok) throw new Error(`WebKit: ${path}: ${value.error}: ${value.message}`);
    return value;
  }

  async renew() {
    // Each session has its own browser and storage.
    await this.#end();
    const { sessionId } = await this.#send("POST", "", { capabilities: {} });
    this.#session = `/${sessionId}`;
    await this.#send("POST", `${this.#session}/timeouts`, { script: 300_000 });
  }

  async #end() {
    if (this.#session) await this.#send("DELETE", this.#session);
    this.#session = "";
  }

  /** @param {import("./engine.mjs").Size} size */
  async resize(size) {
    // The size includes the window's frame, whose size is not known.
    const path = `${this.#session}/window/rect`;
    await this.#send("POST", path, size);
    const inside = await this.evaluate(() => ({ width: innerWidth, height: innerHeight }));
    await this.#send("POST", path, {
      width: 2 * size.width - inside.width,
      height: 2 * size.height - inside.height,
    });
  }

  /** @param {string} url */
  async open(url) {
    await this.#send("POST", `${this.#session}/url`, { url });
    // The driver may answer before the page's modules have run.
    while (!(await this.evaluate(isLoaded, url))) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** @param {string} work */
  run(work) {
    return this.#send("POST", `${this.#session}/execute/async`, {
      script: `(${work})().then(arguments[0])`,
      args: [],
    });
  }

  /** @param {object[]} actions */
  async perform(actions) {
    await this.#send("POST", `${this.#session}/actions`, { actions });
  }

  /**
   * @param {import("./engine.mjs").Selectors} selectors
   * @param {string[]} paths
   */
  async pick(selectors, ...paths) {
    const element = await this.#send("POST", `${this.#session}/execute/sync`, {
      // The driver adds files to an input with `multiple`, but a person replaces them. So this clears
      // it first.
      script: `const input = (${find})(${JSON.stringify([selectors].flat())});
        input.value = "";
        return input;`,
      args: [],
    });
    const path = `${this.#session}/element/${element[elementKey]}/value`;
    await this.#send("POST", path, { text: paths.join("\n") });
  }

  async screenshot() {
    return Buffer.from(await this.#send("GET", `${this.#session}/screenshot`), "base64");
  }

  async close() {
    await this.#end().catch(() => {});
    for (const program of this.#programs.reverse()) await program.stop();
    this.#home?.remove();
  }
}

/** @param {string} url */
const isLoaded = (url) => document.readyState === "complete" && location.href === url;

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}
