// Finds the regular expressions of a program, and how their work grows with what they read.

import { parse } from "@swc/core";
import { analyse } from "scslre";

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

/**
 * Says whether an expression's work can grow faster than the text that it reads. It looks at how the expression
 * is made and runs nothing, so that no machine is too fast or too busy to tell.
 *
 * @param {RegExp} expression
 */
export const growsFasterThanItsText = (expression) => analyse(expression).reports.length > 0;
