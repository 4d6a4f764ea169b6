// Generates the tables of the comparison from the results of `npm run bench -- compare`. No cell is
// written by hand.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../../../pkg-config/run.mjs";

/**
 * @typedef {object} Found the result in one situation
 * @property {"success" | "error" | "none"} outcome the last reported outcome
 * @property {number} requests
 * @property {number} urls
 * @property {boolean} stored
 * @property {number} [percentage]
 * @property {boolean} [waited]
 */

/**
 * @typedef {object} Contender
 * @property {string} title
 * @property {string} what
 * @property {string} how
 * @property {{ raw: number, brotli: number }} size in bytes
 * @property {{ size: number, renderer: number }} memory in bytes, and in MiB
 * @property {Record<string, Found>} found
 * @property {{ empty: string[], stored: string[] }} axe
 * @property {{ outcome: string, refused: string[] }} policy
 * @property {{ option: string, found: Record<string, Found> }} [retries]
 */

/**
 * @typedef {object} Results
 * @property {string} date
 * @property {string} browser
 * @property {Record<string, string>} versions
 * @property {string} policy
 * @property {Record<string, Contender>} contenders
 */

/** @returns {Results} */
export function readResults() {
  return JSON.parse(readFileSync(join(root, "tests/bench/compare/results.json"), "utf8"));
}

/** The tables, by the names in a page's comments. @type {Record<string, (results: Results) => string[][]>} */
const tables = { versions, sizes, failures, looks };

/** @param {string} name @returns {string[][]} rows; the first one is the head */
export function compared(name) {
  const rows = tables[name]?.(readResults());
  if (!rows) throw new Error(`Nothing is compared that is called ${name}.`);
  return rows;
}

/** @param {Results} results */
function versions({ versions, contenders, browser, date }) {
  const names = Object.entries(versions).map(([name, version]) => `\`${name}\` ${version}`);
  return [
    ["What", "Which"],
    ["uploaders", names.join(", ")],
    ["browser", `${browser}, on Linux`],
    ["day", date],
    ...Object.values(contenders).map(({ title, how }) => [title, `sends ${how}`]),
  ];
}

/** @param {Results} results */
function sizes({ contenders }) {
  const kb = (/** @type {number} */ bytes) => (bytes / 1024).toFixed(1);
  return [
    ["", "brotli, KB", "raw, KB", "memory, MiB"],
    ...Object.values(contenders).map(({ title, what, size, memory }) => [
      `${title}: ${what}`,
      ...[kb(size.brotli), kb(size.raw), String(memory.renderer)],
    ]),
  ];
}

/** The situations, each with a title and a description of the result. @type {[string, string, (found: Found) => string][]} */
const situations = [
  ["a 200 that is a login page", "loginPage", ended],
  ["a 200 whose JSON has an error in it", "errorInSuccess", ended],
  ["every byte sent, the answer held back", "held", ({ percentage }) => `tells ${percentage} %`],
  ["503 once", "busyOnce", tried],
  ["503 once, with `Retry-After: 4`", "busyWithRetryAfter", waited],
  ["503 always", "busyAlways", tried],
  ["413", "tooLarge", tried],
  ["the connection breaks in the middle", "cut", tried],
  ["offline for 15 seconds in the middle", "offline", tried],
];

/** @param {Results} results */
function failures({ contenders }) {
  const all = Object.values(contenders);
  return [
    ["The host or the network", ...all.map(({ title }) => title)],
    ...situations.map(([what, name, say]) => [
      what,
      ...all.map(({ found, retries }) => {
        const usual = said(found[name], say);
        const other = said(retries?.found[name], say);
        return other && other !== usual ? `${usual}; with retries: ${other}` : usual;
      }),
    ]),
  ];
}

/**
 * @param {Found | undefined} found
 * @param {(found: Found) => string} say
 */
const said = (found, say) => (found ? say(found) : "");

/** @param {Found} found */
function ended({ outcome, stored }) {
  if (outcome === "none") return "tells nothing";
  if (outcome === "error") return "error";
  return stored ? "success" : "success, with nothing stored";
}

/** @param {Found} found */
function tried(found) {
  const { requests, urls, stored } = found;
  const count = requests === 1 ? "1 request" : `${requests} requests`;
  const where = requests === 1 ? "" : urls === 1 ? ", one URL" : `, ${urls} URLs`;
  return `${stored && found.outcome === "success" ? "stored" : ended(found)} (${count}${where})`;
}

/** @param {Found} found */
function waited(found) {
  const end = tried(found);
  if (found.waited === undefined) return end;
  return `${end}, ${found.waited ? "waits as long" : "does not wait as long"}`;
}

/** @param {Results} results */
function looks({ contenders }) {
  const all = Object.values(contenders);
  const list = (/** @type {string[]} */ names) =>
    names.length > 0 ? names.map((name) => `\`${name}\``).join(", ") : "none";
  return [
    ["", ...all.map(({ title }) => title)],
    ["rules of axe broken, empty", ...all.map(({ axe }) => list(axe.empty))],
    ["the same, with a stored file", ...all.map(({ axe }) => list(axe.stored))],
    ["refused by the policy", ...all.map(({ policy }) => list(policy.refused))],
    [
      "a file under the policy",
      ...all.map(({ policy }) => (policy.outcome === "success" ? "is stored" : "is not stored")),
    ],
  ];
}
