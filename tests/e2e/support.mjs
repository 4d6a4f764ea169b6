// Starts the demo's server for the duration of a test, opens pages in a browser, and provides files to
// upload.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

import { chromium } from "playwright-core";

import { root } from "../../pkg-config/run.mjs";

/** Creates a folder that is removed after the test file has run. */
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
  // The demo serves the folder in which it is started, and stores files there.
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
    /** The address of the pages and the app's backend. */
    address,
    /** The address of the local store for files in parts. */
    store,
    /** The address of the stand-in for Ittybit. */
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
 * Sets the plan of faults for the next requests to the host or the store, and resets the counts.
 *
 * @param {string} place the address of the host or the store
 * @param {Record<string, unknown[] | undefined>} plan
 */
export async function planFaults(place, plan) {
  const response = await fetch(`${place}/faults`, { method: "PUT", body: JSON.stringify(plan) });
  assert.equal(response.status, 200, await response.text());
}

/**
 * Returns the counts and records of the host or the store since then.
 *
 * @param {string} place the address of the host or the store
 */
export async function seenAt(place) {
  const response = await fetch(`${place}/faults`);
  return /** @type {any} */ (await response.json());
}

/** A host name that points to this machine, but that no rule takes for a local one. */
export const elsewhere = "elsewhere.test";

/** Starts the browser that people have, for what it draws, writes to disk or leaves when it is killed. */
export const chromiumOptions = {
  executablePath: process.env.CHROMIUM ?? "chromium",
  args: [
    ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
    `--host-resolver-rules=MAP ${elsewhere} 127.0.0.1`,
  ],
};

/**
 * Starts the same engine without the browser around it where that is installed, because it takes a third
 * of the time. It lacks the handler by which a wasm traps beyond its memory, so V8 checks each access.
 */
export function launchBrowser() {
  const { HEADLESS_SHELL } = process.env;
  if (!HEADLESS_SHELL) return chromium.launch(chromiumOptions);
  const args = [...chromiumOptions.args, "--js-flags=--wasm-enforce-bounds-checks"];
  return chromium.launch({ executablePath: HEADLESS_SHELL, args });
}

/**
 * Closes a page with its context. First removes the page's routes: a handler that reads an answer after the page was
 * closed would fail, and with it the test file, after its last test.
 *
 * @param {import("playwright-core").Page} page
 */
export async function closePage(page) {
  if (!page.isClosed()) await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.context().close();
}

/**
 * Opens a page that fails the test if it violates its content security policy or throws.
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
    await closePage(page);
    assert.deepEqual(problems, []);
  };
  return { page, close };
}

/**
 * Holds back the wasm until the returned function is called.
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

/** Returns the bytes of a file that is as large as a short video. */
export const filmSized = () => randomBytes(60_000_000);

/**
 * Drops files on the middle of an element as a person does, with all events that the browser dispatches.
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
  // The element below the pointer may change while dragging, and then the browser needs another event.
  const moves = /** @type {const} */ (["dragEnter", "dragOver", "dragOver", "dragOver", "drop"]);
  for (const type of moves) {
    const at = { x: x + width / 2, y: y + height / 2 };
    await devtools.send("Input.dispatchDragEvent", { type, ...at, data });
  }
}
