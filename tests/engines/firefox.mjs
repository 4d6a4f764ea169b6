// Drives Firefox through WebDriver BiDi, which it implements itself (https://w3c.github.io/webdriver-bidi/).

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { temporaryFolder } from "../e2e/support.mjs";
import { startProgram } from "./programs.mjs";
import { find, WebDriver } from "./webdriver.mjs";

/** Disables all requests to other machines. */
const preferences = {
  "app.update.disabledForTesting": true,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "toolkit.telemetry.server": "",
};

export class Firefox extends WebDriver {
  name = /** @type {const} */ ("Firefox");
  /** @type {Awaited<ReturnType<typeof startProgram>> | undefined} */
  #program;
  /** @type {WebSocket | undefined} */
  #socket;
  /** @type {ReturnType<typeof temporaryFolder> | undefined} */
  #profile;
  #lastId = 0;
  /** The pending commands, by their numbers. @type {Map<number, (answer: any) => void>} */
  #waiting = new Map();
  #context = "";
  #user = "";

  async launch() {
    this.#profile = temporaryFolder();
    writeFileSync(
      join(this.#profile.folder, "user.js"),
      Object.entries(preferences)
        .map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`)
        .join(""),
    );
    const args = ["--headless", "--no-remote", "--profile", this.#profile.folder];
    this.#program = await startProgram(
      process.env.FIREFOX ?? "firefox-esr",
      [...args, "--remote-debugging-port=0"],
      { from: 2, says: /WebDriver BiDi listening on (ws:\S+)/ },
    );
    const socket = new WebSocket(`${this.#program.match[1]}/session`);
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const answer = JSON.parse(data);
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    };
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error("Firefox must accept connections"));
    });
    socket.onclose = () => {
      for (const settle of this.#waiting.values())
        settle({ type: "error", message: "it has ended" });
      this.#waiting.clear();
    };
    await this.#send("session.new", { capabilities: {} });
  }

  /**
   * @param {string} method
   * @param {object} params
   * @returns {Promise<any>}
   */
  async #send(method, params) {
    const id = ++this.#lastId;
    /** @type {any} */
    const answer = await new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket?.send(JSON.stringify({ id, method, params }));
    });
    if (answer.type === "error") throw new Error(`Firefox: ${method}: ${answer.message}`);
    return answer.result;
  }

  async renew() {
    const before = this.#user;
    // User contexts have separate storage.
    this.#user = (await this.#send("browser.createUserContext", {})).userContext;
    const params = { type: "tab", userContext: this.#user };
    this.#context = (await this.#send("browsingContext.create", params)).context;
    if (before) await this.#send("browser.removeUserContext", { userContext: before });
  }

  /** @param {import("./engine.mjs").Size} viewport */
  async resize(viewport) {
    await this.#send("browsingContext.setViewport", { context: this.#context, viewport });
  }

  /** @param {string} url */
  async open(url) {
    await this.#send("browsingContext.navigate", { context: this.#context, url, wait: "complete" });
  }

  /**
   * @param {string} work
   * @returns {Promise<any>}
   */
  async #call(work) {
    const { type, result, exceptionDetails } = await this.#send("script.callFunction", {
      ...{ functionDeclaration: work, awaitPromise: true, arguments: [] },
      target: { context: this.#context },
    });
    if (type === "exception") throw new Error(`Firefox: ${exceptionDetails.text}`);
    return result;
  }

  /** @param {string} work */
  async run(work) {
    return (await this.#call(work)).value;
  }

  /** @param {object[]} actions */
  async perform(actions) {
    await this.#send("input.performActions", { context: this.#context, actions });
  }

  /**
   * @param {import("./engine.mjs").Selectors} selectors
   * @param {string[]} paths
   */
  async pick(selectors, ...paths) {
    const element = `() => (${find})(${JSON.stringify([selectors].flat())})`;
    const { sharedId } = await this.#call(element);
    const params = { context: this.#context, element: { sharedId }, files: paths };
    await this.#send("input.setFiles", params);
  }

  async screenshot() {
    const { data } = await this.#send("browsingContext.captureScreenshot", {
      context: this.#context,
    });
    return Buffer.from(data, "base64");
  }

  async close() {
    this.#socket?.close();
    await this.#program?.stop();
    this.#profile?.remove();
  }
}
