// Says whether an upload is debugged. Every page loads only this of the debug mode.

/** @param {any} options */
export function isDebugged(options) {
  try {
    return Boolean(options?.debug) || localStorage["ittybit-uploader:debug"] === "1";
  } catch {
    // A worker has no storage, and some frames may not read theirs.
    return false;
  }
}
