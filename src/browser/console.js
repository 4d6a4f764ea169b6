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
  // The build drops what is called as `console.warn`: those are the glue's.
  globalThis.console.warn(problem);
}
