// Finds the regular expressions of a program, and how their work grows with what they read.

import { createContext, Script } from "node:vm";

import { parse } from "@swc/core";

/**
 * Each regular expression of a source; and, as `unknown`, what makes one of a text that nobody knows before.
 *
 * @param {string} source
 */
export async function expressionsIn(source) {
  /** @type {RegExp[]} */
  const found = [];
  /** @type {string[]} */
  const unknown = [];
  /** @param {any} node */
  const look = (node) => {
    if (typeof node !== "object" || node === null) return;
    if (node.type === "RegExpLiteral") found.push(new RegExp(node.pattern, node.flags));
    // Bundlers write those that are younger than their target as texts.
    if (["NewExpression", "CallExpression"].includes(node.type) && node.callee.value === "RegExp") {
      const parts = node.arguments.map((/** @type {any} */ { expression }) => expression.value);
      if (parts.every((/** @type {unknown} */ part) => typeof part === "string")) {
        found.push(new RegExp(parts[0], parts[1]));
      } else unknown.push(JSON.stringify(node.arguments));
    }
    for (const inner of Object.values(node)) look(inner);
  };
  look(await parse(source, { syntax: "ecmascript", target: "es2022" }));
  return { found, unknown };
}

/** Of each kind of character that expressions tell apart. */
const usual = ["a", "0", " ", ".", "/", '"', "<", "=", "\n", "é"];

/**
 * Texts of about `size` characters, made of what the expression itself names: one or two characters over and
 * over, behind something or nothing, and before something that makes it think again.
 *
 * @param {RegExp} expression
 * @param {number} size
 */
function textsFor({ source }, size) {
  const plain = source.replace(/\\[A-Za-z]/g, "");
  const own = [...new Set(plain.replace(/[\\^$()[\]{}|?*+]/g, ""))].slice(0, 20);
  const pairs = own.slice(1).flatMap((character, at) => [`${own[at]}${character}`]);
  const pumps = new Set([...own, ...usual, ...pairs]);
  const words = plain.match(/[\w:/."]{2,}/g) ?? [];
  const beginnings = new Set(["", "\0", ...own.slice(0, 2), ...words.slice(0, 2)]);
  const endings = new Set(["", "\0", ...own.slice(0, 2).map((character) => `${character}!`)]);
  return [...pumps].flatMap((pump) =>
    [...beginnings].flatMap((beginning) =>
      [...endings].map((ending) => () => {
        const body = pump.repeat(Math.ceil(size / pump.length));
        return `${beginning}${body}${ending}`;
      }),
    ),
  );
}

/** As programs use them: to find one place, or, with `g`, all. */
const use = new Script("expression.global ? text.replace(expression, '') : expression.exec(text)");
const context = createContext({ expression: / /, text: "" });

/** In ms: who needs more for one text of these will never end. */
const endless = 3000;

/**
 * The processor's time, in µs; infinite where there is no end to it.
 *
 * @param {RegExp} expression
 * @param {string} text
 * @param {number} [runs]
 */
function costOf(expression, text, runs = 1) {
  Object.assign(context, { expression, text });
  const before = process.cpuUsage();
  try {
    for (let run = 0; run < runs; run++) {
      expression.lastIndex = 0;
      use.runInContext(context, { timeout: endless });
    }
  } catch {
    return Number.POSITIVE_INFINITY;
  }
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/**
 * In µs. A text of some thousand characters that takes less was not read once for each of them, on any
 * machine; one that takes more is looked at closely.
 */
const suspicious = 4000;

/** Twice the text is twice the work, four times where it is quadratic. */
const most = 3;

/**
 * A text for which an expression's work grows faster than the text, if there is one.
 *
 * @param {RegExp} expression
 * @param {number} [largest] in characters
 */
export function worstOf(expression, largest = 64 * 1024) {
  // Small ones first: with them, what is worse than quadratic comes to an end.
  let candidates = textsFor(expression, 0).map((_, at) => at);
  for (const size of [512, largest / 8, largest]) {
    const halves = textsFor(expression, size / 2);
    const wholes = textsFor(expression, size);
    const costs = [];
    for (const at of candidates) {
      const [half, whole] = [halves[at]?.() ?? "", wholes[at]?.() ?? ""];
      const cost = costOf(expression, half);
      if (cost > suspicious && growth(expression, half, whole) > most) return whole;
      costs.push({ at, cost });
    }
    costs.sort((a, b) => b.cost - a.cost);
    candidates = costs.slice(0, 16).map(({ at }) => at);
  }
  return undefined;
}

/**
 * How much more work the larger text is, at its best of some times: a machine that is busy only adds.
 *
 * @param {RegExp} expression
 * @param {string} half
 * @param {string} whole
 */
function growth(expression, half, whole) {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < 3 && least > most; time++) {
    const cost = costOf(expression, half);
    if (cost === Number.POSITIVE_INFINITY) return cost;
    least = Math.min(least, costOf(expression, whole) / cost);
  }
  return least;
}
