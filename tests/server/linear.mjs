// Finds the regular expressions in a program, and analyses how their time grows with their input.

import { parse } from "@swc/core";
import { analyse } from "scslre";

/**
 * Returns all regular expressions in a source, and as `unknown` the code that creates one from a
 * dynamic text.
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
    // Bundlers write regular expressions that are newer than their target as strings.
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
 * Returns whether an expression's time can grow faster than its input. Analyses the expression without
 * running it, so that the result doesn't depend on the machine.
 *
 * @param {RegExp} expression
 */
export const growsFasterThanItsText = (expression) => analyse(expression).reports.length > 0;
