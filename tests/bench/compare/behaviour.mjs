// Tests how each contender reacts to a host that fails: its events, what a person reads, and what has
// reached the host.

import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { root } from "../../../pkg-config/run.mjs";
import { launchBrowser, temporaryFolder } from "../../e2e/support.mjs";
import { pageOf } from "./contenders.mjs";
import { startServer } from "./server.mjs";

/** @typedef {import("./contenders.mjs").Contender} Contender */
/** @typedef {import("./server.mjs").Fault} Fault */
/** @typedef {{ event: string, percentage?: number, message?: string }} Told */

/**
 * @typedef {object} Found
 * @property {"success" | "error" | "none"} outcome
 * @property {string} [message] the error's message
 * @property {number} requests the number of requests with bytes of the file
 * @property {number} urls the number of URLs that they were sent to
 * @property {boolean} stored whether the host has every byte and has confirmed it
 * @property {number} [percentage] the highest percentage that was reported before there was an answer
 * @property {string} [shown] what a person could read at that time
 * @property {boolean} [waited] whether it waited for as long as the host asked
 */

/** In bytes. Several chunks for each contender that can send chunks. */
const fileSize = 8_000_000;

/** How long an upload may take, in ms. */
const timeLimit = 40_000;

/** How long to wait after an error for another event, in ms. */
const settleTime = 3_000;

/** How long the browser is offline, in ms. */
const offlineTime = 15_000;

/** The value of `Retry-After`, in s. Longer than the first delay of each contender. */
const retryAfter = 4;

/** In bytes. */
const midway = 1_000_000;

const axe = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");

/** The policy that our uploader requires, and in addition the pictures that the others draw. */
export const policy =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob: data:; " +
  "require-trusted-types-for 'script'";

const jsonType = "application/json";
const busy = { status: 503, type: jsonType, body: '{"message":"Busy"}' };

/** @type {Record<string, (count: number) => Fault | undefined>} */
const faults = {
  fine: () => undefined,
  loginPage: () => ({
    status: 200,
    type: "text/html",
    body: "<!doctype html><title>Sign in</title><h1>Sign in</h1>",
  }),
  errorInSuccess: () => ({
    status: 200,
    type: jsonType,
    body: '{"data":null,"error":{"message":"The disk is full."}}',
  }),
  busyOnce: (count) => (count === 0 ? busy : undefined),
  busyAlways: () => busy,
  busyWithRetryAfter: (count) =>
    count === 0 ? { ...busy, headers: { "retry-after": String(retryAfter) } } : undefined,
  cut: (count) => (count === 0 ? { cutAfter: midway } : undefined),
  tooLarge: () => ({ status: 413, type: jsonType, body: '{"message":"Too large."}' }),
};

/**
 * @param {Contender} contender
 * @param {boolean} retries whether the option for them is set
 */
export async function behaviourOf(contender, retries) {
  const { folder, remove } = temporaryFolder();
  const file = join(folder, "clip.mp4");
  writeFileSync(file, randomBytes(fileSize));
  const content = await pageOf(contender);
  const browser = await launchBrowser();
  /** @type {Record<string, Found>} */
  const found = {};
  const visit = { browser, contender, content, file, retries };
  try {
    for (const [name, fault] of Object.entries(faults)) {
      found[name] = await meet({ ...visit, fault });
    }
    found.held = await held(visit);
    found.offline = await offline(visit);
    return { found, axe: await rulesBroken(visit), policy: await underPolicy(visit) };
  } finally {
    await browser.close();
    remove();
  }
}

/**
 * @typedef {object} Visit
 * @property {import("playwright-core").Browser} browser
 * @property {Contender} contender
 * @property {{ script: Uint8Array, style: Uint8Array }} content
 * @property {string} file
 * @property {boolean} retries
 */

/**
 * Opens the page, adds the file, and returns what it reports while `happens` runs.
 *
 * @param {Visit & { fault: (count: number) => Fault | undefined }} visit
 * @param {(page: import("playwright-core").Page) => Promise<Partial<Found>>} [happens]
 * @returns {Promise<Found>}
 */
async function meet({ browser, contender, content, file, retries, fault }, happens) {
  const server = await startServer(content, fault);
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(`${server.address}/${retries ? "?retries" : ""}`);
    await page.locator(contender.input).first().setInputFiles(file);
    const more = await happens?.(page);
    const last = await ending(page);
    const { seen, address } = server;
    const [first, second] = seen;
    const isAsked = fault(0)?.headers && first && second;
    return {
      outcome: /** @type {Found["outcome"]} */ (last?.event ?? "none"),
      ...(last?.message !== undefined && { message: last.message.replaceAll(address, "") }),
      requests: seen.length,
      urls: new Set(seen.map(({ url }) => url)).size,
      stored: seen.reduce((sum, { bytes, taken }) => sum + (taken ? bytes : 0), 0) >= fileSize,
      ...(isAsked && { waited: second.at - first.at >= retryAfter * 1000 }),
      ...more,
    };
  } finally {
    await context.close();
    await server.stop();
  }
}

/** @param {import("playwright-core").Page} page @returns {Promise<Told[]>} */
const toldBy = (page) => page.evaluate(() => /** @type {any} */ (window).told);

/**
 * Returns the last event that ends the upload, after waiting for another one.
 *
 * @param {import("playwright-core").Page} page
 */
async function ending(page) {
  const isEnd = ({ event = "" }) => event === "success" || event === "error";
  const latest = Date.now() + timeLimit;
  while (Date.now() < latest && !(await toldBy(page)).some(isEnd)) await wait(200);
  await wait(settleTime);
  return (await toldBy(page)).findLast(isEnd);
}

/**
 * Tests a host that has every byte and holds back its answer.
 *
 * @param {Visit} visit
 */
async function held(visit) {
  const whole = gate();
  const answer = gate();
  let requests = 0;
  // The last chunk is not known in advance, so this holds back the answer to each chunk in turn.
  const hold = async () => {
    requests += 1;
    whole.open();
    await answer.opened;
  };
  return meet({ ...visit, retries: false, fault: () => ({ hold }) }, async (page) => {
    await whole.opened;
    await wait(2_000);
    const percentages = (await toldBy(page)).map(({ percentage = 0 }) => percentage);
    const shown = await page.evaluate(() => /** @type {any} */ (window).shown());
    if (requests !== 1) throw new Error("more than one request for one small file");
    answer.open();
    return { percentage: Math.round(Math.max(0, ...percentages) * 10) / 10, shown };
  });
}

/**
 * Tests a browser that is offline for some seconds in the middle of the upload.
 *
 * @param {Visit} visit
 */
async function offline(visit) {
  const begun = gate();
  const gone = gate();
  const stop = async () => {
    begun.open();
    await gone.opened;
  };
  const fault = (/** @type {number} */ count) => (count === 0 ? { stop } : undefined);
  return meet({ ...visit, fault }, async (page) => {
    await begun.opened;
    await page.context().setOffline(true);
    gone.open();
    await wait(offlineTime);
    await page.context().setOffline(false);
    return {};
  });
}

/**
 * Returns the axe rules that it violates, while empty and with a stored file.
 *
 * @param {Visit} visit
 */
async function rulesBroken({ browser, contender, content, file }) {
  const server = await startServer(content, () => undefined);
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(server.address);
    await page.locator(contender.input).first().waitFor({ state: "attached" });
    await page.evaluate(axe);
    const rules = () =>
      page.evaluate(async () => {
        const { violations } = await /** @type {any} */ (window).axe.run();
        return violations.map((/** @type {{ id: string }} */ { id }) => id);
      });
    await wait(settleTime);
    const empty = await rules();
    await page.locator(contender.input).first().setInputFiles(file);
    await ending(page);
    return { empty, stored: await rules() };
  } finally {
    await context.close();
    await server.stop();
  }
}

/**
 * Returns what a strict policy blocks, and whether a file is stored nevertheless.
 *
 * @param {Visit} visit
 */
async function underPolicy({ browser, contender, content, file }) {
  const server = await startServer(content, () => undefined, { policy });
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.addInitScript(() => {
      /** @type {string[]} */
      const refused = [];
      addEventListener("securitypolicyviolation", (event) => {
        if (!refused.includes(event.effectiveDirective)) refused.push(event.effectiveDirective);
      });
      Object.assign(window, { refused });
    });
    await page.goto(server.address);
    await wait(settleTime);
    const input = page.locator(contender.input).first();
    const isThere = (await input.count()) > 0;
    if (isThere) await input.setInputFiles(file);
    const outcome = isThere ? ((await ending(page))?.event ?? "none") : "none";
    /** @type {string[]} */
    const refused = await page.evaluate(() => /** @type {any} */ (window).refused);
    return { outcome, refused: refused.sort() };
  } finally {
    await context.close();
    await server.stop();
  }
}

function gate() {
  let open = () => {};
  const opened = new Promise((resolve) => {
    open = () => resolve(undefined);
  });
  return { open, opened: /** @type {Promise<void>} */ (opened) };
}
