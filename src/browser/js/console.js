// What is for the developer of the page.

/** @type {Set<string>} */
const said = new Set();

/**
 * Says it, once.
 *
 * @param {string} problem
 */
export function warn(problem) {
  if (said.has(problem)) return;
  said.add(problem);
  // Not `console.warn(…)`: the build drops such calls, because the glue's are for its own developer.
  globalThis.console.warn(problem);
}
