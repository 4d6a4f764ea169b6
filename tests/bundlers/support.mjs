// The package as an app gets it: packed, installed from the tarball, built with the app's own tool, and
// used in a browser. Of what the package does it checks only that a file arrives; the rest is for the
// other suites.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";

import { root, run } from "../../pkg-config/run.mjs";
import { launchBrowser, startDemo } from "../e2e/support.mjs";
import { sources, tarball, work } from "./prepare.mjs";

/** In ms: no tool takes as long. */
const timeLimit = 180_000;

/**
 * An app of `apps/` with the package installed. Its tools are those of the folder above it.
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
 * Runs a script of the app's package.json to its end.
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
 * Runs a server of the app's package.json, until it is stopped.
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
    // With all that it starts, to be ended together.
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
 * A page of an app, and what went on in it.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {string} address
 * @param {string} [origin] of scripts, besides the page's own
 */
export async function visit(browser, address, origin) {
  // For pages whose headers are changed, of which the browser cannot know that they come from here.
  const context = await browser.newContext({ permissions: ["local-network-access"] });
  const page = await context.newPage();
  // For what goes wrong: many a machine is slow, and noisy.
  page.setDefaultTimeout(60_000);
  /** @type {string[]} */
  const problems = [];
  /** @type {{ url: string, status: number, type: string | undefined }[]} */
  const loaded = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    // An icon is asked for by the browser itself.
    if (message.location().url.endsWith("/favicon.ico")) return;
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  // Of the whole context: a worker's too.
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
     * Picks a file in a page that shows its media object's id, and finds the very bytes at the host.
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

    /** Nothing went wrong, and of wasm came as many files as there should. @param {number} wasm */
    async leave(wasm) {
      await context.close();
      assert.deepEqual(problems, []);
      const types = loaded.filter(({ url }) => url.includes(".wasm")).map(({ type }) => type);
      assert.deepEqual(types, Array(wasm).fill("application/wasm"));
    },
  };
}

/**
 * Adds to a page's policy what its server would have to: another origin, and the hash of the import map
 * that is in it.
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
 * An app for the tests of a file: built, and served by the demo, under the demo's strict policy.
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
  /** What serves it, where that is the demo. @type {import("../e2e/support.mjs").Demo} */
  demo = /** @type {any} */ (undefined);
  folder = "";
  /** Where its pages are. */
  address = "";

  /**
   * The headless package, in a page or its worker.
   *
   * @param {string} path
   * @param {number} [wasm] how many files of it are loaded
   */
  async checkUpload(path, wasm = 1) {
    const { upload, leave } = await visit(this.browser, this.address + path);
    await upload(this.host);
    await leave(wasm);
  }

  /**
   * The element in a German page, with all that it loads when it is needed.
   *
   * @param {string} path
   * @param {number} [wasm] how many files of it are loaded; where it is inside, all else is too
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
