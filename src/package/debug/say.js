// Writes to the console, and formats sizes and times for it.

/**
 * Logs one line as one string, so that it can be filtered, and no file name is taken for a format.
 *
 * @param {"debug" | "info" | "warn" | "error"} level
 * @param {string} text
 */
export function say(level, text) {
  // The build drops direct calls of `console`, because those are the glue's.
  const { console: developer } = globalThis;
  developer[level](`[ittybit-uploader] ${text}`);
}

/** Calls `act`, and logs its exceptions, because no upload may fail by them. @param {() => void} act */
export function safely(act) {
  try {
    act();
  } catch (error) {
    say("error", `its story can't be told: ${/** @type {Error} */ (error).name}`);
  }
}

/** @param {number} bytes */
export function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  const [divisor, unit] = bytes < 1e6 ? [1e3, "KB"] : bytes < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  return `${round(bytes / divisor)} ${unit}`;
}

/** @param {number} ms */
export const timeOf = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${round(ms / 1000)} s`);

/** @param {number} value */
const round = (value) => Number(value.toPrecision(3));
