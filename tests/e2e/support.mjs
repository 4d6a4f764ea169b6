// The demo's server for the lifetime of a test, a browser to look at it with, and files to upload.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

import { chromium } from "playwright-core";

import { root } from "../../pkg-config/run.mjs";

/** A folder that is gone when the test file is done. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "ittybit-uploader-"));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/**
 * Starts the demo on free ports, with a store of its own.
 *
 * @param {object} [options]
 * @param {string} [options.pages] the folder of its pages
 * @param {Record<string, string>} [options.settings] its environment variables
 */
export async function startDemo({ pages = "www", settings = {} } = {}) {
  const { DEMO } = process.env;
  assert(DEMO, "`npm test` says where the demo's server is");
  // It serves what is below the folder that it is started in, and stores there.
  const { folder, remove } = temporaryFolder();
  symlinkSync(resolve(root, pages), join(folder, "www"));
  for (const name of ["dist", "site"]) symlinkSync(join(root, name), join(folder, name));
  const server = spawn(DEMO, {
    cwd: folder,
    env: { PORT: "0", ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const address = /^demo: (http:\/\/localhost:\d+)\/$/.exec((await lines.next()).value)?.[1];
  const host = /(http:\/\/localhost:\d+)\//.exec((await lines.next()).value)?.[1];
  const store = /(http:\/\/localhost:\d+)\//.exec((await lines.next()).value)?.[1];
  assert(address && host && store);
  return {
    /** Pages and the app's backend. */
    address,
    /** The local store for files in parts. */
    store,
    /** The stand-in for Ittybit. */
    host,
    /** @param {{ id: string }} media */
    stored: (media) => readFileSync(join(folder, ".stand-in/files", media.id)),
    async stop() {
      server.kill();
      await ended;
      remove();
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof startDemo>>} Demo */

/**
 * Sets what goes wrong at the host or in the store from now on, request by request. Counting starts anew.
 *
 * @param {string} place its address
 * @param {Record<string, unknown[] | undefined>} plan
 */
export async function planFaults(place, plan) {
  const response = await fetch(`${place}/faults`, { method: "PUT", body: JSON.stringify(plan) });
  assert.equal(response.status, 200, await response.text());
}

/**
 * What has reached the host or the store since, and what came of it there.
 *
 * @param {string} place its address
 */
export async function seenAt(place) {
  const response = await fetch(`${place}/faults`);
  return /** @type {any} */ (await response.json());
}

/** A name of this machine that no rule takes for this machine. */
export const elsewhere = "elsewhere.test";

export const chromiumOptions = {
  executablePath: process.env.CHROMIUM ?? "chromium",
  args: [
    ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
    `--host-resolver-rules=MAP ${elsewhere} 127.0.0.1`,
  ],
};

export const launchBrowser = () => chromium.launch(chromiumOptions);

/**
 * A page that fails the test if it breaks its content security policy or throws.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {import("playwright-core").BrowserContextOptions} [options]
 */
export async function openPage(browser, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  /** @type {string[]} */
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (/Content Security Policy|TrustedHTML/i.test(message.text())) problems.push(message.text());
  });
  const close = async () => {
    await context.close();
    assert.deepEqual(problems, []);
  };
  return { page, close };
}

/**
 * Holds the wasm back, until what this answers is called.
 *
 * @param {import("playwright-core").Page} page
 */
export async function holdWasm(page) {
  let letGo = () => {};
  const gone = new Promise((resolve) => {
    letGo = () => resolve(undefined);
  });
  await page.route("**/*.wasm*", async (route) => {
    await gone;
    await route.continue();
  });
  return letGo;
}

/** @param {Uint8Array} bytes */
export function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

/** As large as a short film. */
export const filmSized = () => randomBytes(60_000_000);

/**
 * Drops files as a person does: on the middle of an element, with all events that the browser makes.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} selector
 * @param {string[]} files their paths
 */
export async function drop(page, selector, files) {
  const place = page.locator(selector).first();
  await place.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await place.boundingBox()) ?? {
    x: 0,
    y: 0,
    width: 0,
    height: 0,
  };
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  // What is below the pointer may change by it; then the browser wants to be told once more.
  const moves = /** @type {const} */ (["dragEnter", "dragOver", "dragOver", "dragOver", "drop"]);
  for (const type of moves) {
    const at = { x: x + width / 2, y: y + height / 2 };
    await devtools.send("Input.dispatchDragEvent", { type, ...at, data });
  }
}
