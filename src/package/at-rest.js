// The progress before an upload begins.

/**
 * @param {number} total in bytes
 * @returns {import("./index.d.ts").Progress}
 */
export function atRest(total) {
  const phase = "preparing";
  return { phase, loaded: 0, total, percentage: 0, speed: 0, eta: null, attempt: 1 };
}
