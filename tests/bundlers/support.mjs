// Tests the package as an app gets it: packed, installed from the tarball, built with the app's own
// tool, and used in a browser. Only checks that a file arrives, because other suites test everything
// else.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";

import { root, run } from "../../pkg-config/run.mjs";
import { closePage, launchBrowser, startDemo } from "../e2e/support.mjs";
import { sources, tarball, work } from "./prepare.mjs";

/** In ms. Every tool is faster. */
const timeLimit = 180_000;

/**
 * Installs the package into a copy of an app from `apps/`. The app uses the tools in the parent folder.
 *
 * @param {string} name
 * @returns {Promise<string>} its folder
 */
export async function install(name) {
  const app = join(work, "apps", name);
  rmSync(app, { recursive: true, force: true });
  cpSync(join(sources, "apps", name), app, { recursive: true });
  const args = ["install", "--ignore-scripts", "--offline"];
  await run("installing the package", "npm", [...args, "--no-audit", "--no-fund", tarball], {
    cwd: app,
  });
  return app;
}

const quiet = { NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1", FORCE_COLOR: "0" };

/**
 * Runs a script in the app's package.json, and waits for its end.
 *
 * @param {string} app
 * @param {string} script
 * @param {Record<string, string>} [env]
 */
export function npmRun(app, script, env) {
  const options = { cwd: app, env: { ...quiet, ...env }, timeLimit };
  return run(`npm run ${script}`, "npm", ["run", script, "--silent"], options);
}

/**
 * Runs a server from the app's package.json until it is stopped.
 *
 * @param {string} app
 * @param {string} script
 * @param {string[]} args
 * @param {Record<string, string>} env
 */
export async function serve(app, script, args, env) {
  const server = spawn("npm", ["run", script, "--silent", "--", ...args], {
    cwd: app,
    env: { ...process.env, ...quiet, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // Starts a process group, so that all its processes can be ended together.
    detached: true,
  });
  const ended = new Promise((resolve) => server.once("close", resolve));
  let said = "";
  const address = await new Promise((resolve, reject) => {
    for (const stream of [server.stdout, server.stderr]) {
      stream.on("data", (text) => {
        said += text;
        const found = /http:\/\/(?:localhost|127\.0\.0\.1):\d+/.exec(said);
        if (found) resolve(found[0]);
      });
    }
    server.once("close", () => reject(new Error(`${script} has ended:\n${said}`)));
  });
  return {
    address: String(address),
    said: () => said,
    async stop() {
      if (server.pid) process.kill(-server.pid, "SIGTERM");
      await ended;
    },
  };
}

/**
 * Opens a page of an app, and records its problems and requests.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {string} address
 * @param {string} [origin] of scripts, besides the page's own
 */
export async function visit(browser, address, origin) {
  // Playwright changes the headers of some pages, and the browser then can't tell that they are local.
  const context = await browser.newContext({ permissions: ["local-network-access"] });
  const page = await context.newPage();
  // Only matters if something fails. Some machines are slow.
  page.setDefaultTimeout(60_000);
  /** @type {string[]} */
  const problems = [];
  /** @type {{ url: string, status: number, type: string | undefined }[]} */
  const loaded = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    // The browser itself requests an icon.
    if (message.location().url.endsWith("/favicon.ico")) return;
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  // Listens to the whole context, to include a worker's requests.
  context.on("response", (response) => {
    const type = response.headers()["content-type"];
    loaded.push({ url: response.url(), status: response.status(), type });
  });
  await page.route(address, (route) => allow(route, origin));
  await page.goto(address);
  return {
    page,
    loaded,
    problems,

    /**
     * Picks a file in a page that shows the id of its media object, and checks that the host has the
     * same bytes.
     *
     * @param {Host} host
     * @param {Partial<typeof someFile>} [file]
     */
    async upload(host, file) {
      const picked = { ...someFile, ...file };
      const before = await page.locator("#media").textContent();
      await page.locator("input[type=file]").first().setInputFiles(picked);
      const changed = (/** @type {string | null} */ before) =>
        document.querySelector("#media")?.textContent !== before;
      try {
        await page.waitForFunction(changed, before);
      } catch (cause) {
        throw new Error(JSON.stringify({ problems, loaded }, undefined, 2), { cause });
      }
      const id = (await page.locator("#media").textContent()) ?? "";
      assert.deepEqual(host.stored({ id }), picked.buffer);
    },

    /** Checks that nothing went wrong, and that this many wasm files were loaded. @param {number} wasm */
    async leave(wasm) {
      await closePage(page);
      assert.deepEqual(problems, []);
      const types = loaded.filter(({ url }) => url.includes(".wasm")).map(({ type }) => type);
      assert.deepEqual(types, Array(wasm).fill("application/wasm"));
    },
  };
}

/**
 * Adds to a page's policy what its server must allow: another origin, and the hash of the page's import
 * map.
 *
 * @param {import("playwright-core").Route} route
 * @param {string} [origin]
 */
async function allow(route, origin) {
  const response = await route.fetch();
  const [, map] = /<script type="?importmap"?>(.*?)<\/script>/s.exec(await response.text()) ?? [];
  const hash = map && `'sha256-${createHash("sha256").update(map).digest("base64")}'`;
  const headers = response.headers();
  const policy = headers["content-security-policy"];
  if (!policy || !(hash || origin)) return route.continue();
  headers["content-security-policy"] = policy
    .replace("script-src", `$& ${hash ?? ""} ${origin ?? ""}`)
    .replace("connect-src", `$& ${origin ?? ""}`);
  await route.fulfill({ response, headers });
}

const someFile = {
  name: "clip.bin",
  mimeType: "application/octet-stream",
  buffer: randomBytes(300_000),
};

/**
 * Builds an app for the tests of a file, and serves it with the demo's server under its strict policy.
 *
 * @param {string} name
 * @param {string} pages the folder of the app that is served
 */
export function appWith(name, pages) {
  const app = new App();
  before(async () => {
    [app.browser, app.folder] = await Promise.all([launchBrowser(), install(name)]);
    const { scripts } = JSON.parse(readFileSync(join(app.folder, "package.json"), "utf8"));
    if (scripts?.build) await npmRun(app.folder, "build");
    app.demo = await startDemo({ pages: join(app.folder, pages) });
    app.host = app.demo;
    app.address = app.demo.address;
  });
  after(async () => {
    await app.browser?.close();
    await app.demo?.stop();
  });
  return app;
}

/** Where files arrive. @typedef {{ stored: (media: { id: string }) => Buffer | undefined }} Host */

export class App {
  /** @type {import("playwright-core").Browser} */
  browser = /** @type {any} */ (undefined);
  /** @type {Host} */
  host = /** @type {any} */ (undefined);
  /** The demo's server, if it serves the app. @type {import("../e2e/support.mjs").Demo} */
  demo = /** @type {any} */ (undefined);
  folder = "";
  /** The address of the app's pages. */
  address = "";

  /**
   * Checks the headless package, in a page or its worker.
   *
   * @param {string} path
   * @param {number} [wasm] how many wasm files are loaded
   */
  async checkUpload(path, wasm = 1) {
    const { upload, leave } = await visit(this.browser, this.address + path);
    await upload(this.host);
    await leave(wasm);
  }

  /**
   * Checks a multipart upload. The app's tool must find the checksum worker, and a strict policy must allow it.
   *
   * @param {string} path
   */
  async checkParts(path) {
    const { page, leave } = await visit(this.browser, this.address + path);
    // Changes the app's request, because the app doesn't choose a protocol.
    await page.route("**/api/uploads", (route) => {
      const postData = { ...route.request().postDataJSON(), props: { protocol: "multipart" } };
      return route.continue({ postData });
    });
    const worker = page.waitForEvent("worker");
    await page.locator("input[type=file]").first().setInputFiles(someFile);
    await page.waitForFunction(() => document.querySelector("#media")?.textContent);
    const url = new URL((await worker).url());
    assert.equal(url.origin, this.address);
    await leave(1);
  }

  /**
   * Checks the element in a German page, with everything that it loads on demand.
   *
   * @param {string} path
   * @param {number} [wasm] how many wasm files are loaded; 0 if everything is in one file
   */
  async checkElement(path, wasm = 1) {
    const { page, upload, leave } = await visit(this.browser, this.address + path);
    await page.getByRole("button", { name: "Datei auswählen" }).waitFor();
    const buffer = readFileSync(join(root, "tests/e2e/fixtures/harbour.jpg"));
    await upload(this.host, { name: "harbour.jpg", mimeType: "image/jpeg", buffer });
    await page.locator("canvas").waitFor();
    const decoder =
      wasm > 0 &&
      page.waitForResponse(async (response) =>
        /javascript/.test(response.headers()["content-type"] ?? "")
          ? (await response.text()).includes("EncodedVideoChunk")
          : false,
      );
    await upload(this.host, { name: "film.mp4", mimeType: "video/mp4" });
    await decoder;
    await leave(wasm);
  }
}
