// `npm run bench -- compare`: measures our uploader and the four others of the documentation's
// comparison, each in a real browser against the same host. Writes results.json, from which the
// documentation's figures are generated. Asserts nothing.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { root, run } from "../../../pkg-config/run.mjs";
import { launchBrowser, openPage } from "../../e2e/support.mjs";
import { watchMemory } from "../memory.mjs";
import { sparseFile } from "../sending.mjs";
import { inMiB, median, printTable } from "../table.mjs";
import { checkBefore } from "./before.mjs";
import { behaviourOf, policy } from "./behaviour.mjs";
import { contenders, folder, pageOf, weigh } from "./contenders.mjs";
import { startServer } from "./server.mjs";

/** @typedef {import("./contenders.mjs").Contender} Contender */

export const resultsFile = join(folder, "results.json");

/** In bytes. The limit of the strictest default. */
const largeFile = 256_000_000;

/** Odd, so that a median is one of them. */
const rounds = 3;

const readJson = (/** @type {string} */ path) => JSON.parse(readFileSync(path, "utf8"));

export async function compare() {
  await install();
  await checkBefore();
  const results = {
    date: new Date().toISOString().slice(0, "2026-01-01".length),
    browser: await browserVersion(),
    versions: versions(),
    policy,
    contenders: /** @type {Record<string, unknown>} */ ({}),
  };
  for (const contender of contenders) {
    console.log(`comparing: ${contender.title} …`);
    const { name, title, what, how, retries } = contender;
    results.contenders[name] = {
      ...{ title, what, how },
      size: await weigh(contender),
      memory: await memoryOf(contender),
      ...(await behaviourOf(contender, false)),
      ...(retries && { retries: { option: retries, ...(await behaviourOf(contender, true)) } }),
    };
  }
  writeFileSync(resultsFile, `${JSON.stringify(results, null, 2)}\n`);
  print(results);
}

async function install() {
  if (existsSync(join(folder, "node_modules/.package-lock.json"))) return;
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  await run("installing the uploaders to compare with", "npm", args, { cwd: folder });
}

/** @returns {Record<string, string>} */
function versions() {
  const own = readJson(join(root, "package.json"));
  return { [own.name]: own.version, ...readJson(join(folder, "package.json")).dependencies };
}

async function browserVersion() {
  const browser = await launchBrowser();
  const version = browser.version();
  await browser.close();
  return `Chromium ${version}`;
}

/**
 * Returns how much a large file adds to the memory of the page's process at its peak, in MiB: a median.
 *
 * @param {Contender} contender
 */
async function memoryOf(contender) {
  const content = await pageOf(contender);
  const file = sparseFile(largeFile);
  const found = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      found.push(await addedBy(contender, content, file.path));
    }
  } finally {
    file.remove();
  }
  return { size: largeFile, renderer: inMiB(median(found)) };
}

/**
 * @param {Contender} contender
 * @param {{ script: Uint8Array, style: Uint8Array }} content
 * @param {string} path
 */
async function addedBy(contender, content, path) {
  // Ours sends files over 64 MB only in chunks, which the host's target must say.
  const server = await startServer(content, () => undefined, { protocol: "resumable" });
  const browser = await launchBrowser();
  try {
    const { page, close } = await openPage(browser);
    await page.goto(server.address);
    const input = page.locator(contender.input).first();
    await input.waitFor({ state: "attached" });
    const { added } = await watchMemory(page, async () => {
      await input.setInputFiles(path);
      await page.waitForFunction(() =>
        /** @type {any} */ (window).told.some(({ event = "" }) => event === "success"),
      );
    });
    const bytes = server.seen.reduce((sum, { bytes }) => sum + bytes, 0);
    if (bytes < largeFile) throw new Error(`${contender.name}: ${bytes} bytes came`);
    await close();
    return added.renderer;
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** @param {any} results */
function print({ contenders: found, browser }) {
  const all = /** @type {any[]} */ (Object.values(found));
  printTable(
    `Compared in ${browser}`,
    ["", "bytes, brotli", `MiB added by ${largeFile} bytes`],
    all.map(({ title, size, memory }) => [title, size.brotli, memory.renderer]),
  );
  const runs = all.flatMap(({ title, found, retries }) => [
    { title, found },
    ...(retries ? [{ title: `${title}, ${retries.option}`, found: retries.found }] : []),
  ]);
  const names = Object.keys(all[0].found);
  printTable(
    "What each tells, after how many requests to how many URLs",
    ["", ...names],
    runs.map(({ title, found }) => [
      title,
      ...names.map((name) => {
        const { outcome, requests, urls } = found[name];
        return `${outcome}, ${requests}, ${urls}`;
      }),
    ]),
  );
}
