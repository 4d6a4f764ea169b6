// Writes messages for the page's developer to the console.

/** @type {Set<string>} */
const said = new Set();

/**
 * Warns of a problem in the console. Warns only once of the same problem.
 *
 * @param {string} problem
 */
export function warn(problem) {
  if (said.has(problem)) return;
  said.add(problem);
  // The build drops calls that are written `console.warn(…)`, because those in the glue are for its own developer.
  globalThis.console.warn(problem);
}
