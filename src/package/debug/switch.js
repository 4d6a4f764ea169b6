// Whether the story of an upload is told. All that everyone loads of it.

/** @param {any} options */
export function isDebugged(options) {
  try {
    return Boolean(options?.debug) || localStorage["ittybit-uploader:debug"] === "1";
  } catch {
    // A worker has no storage, and some frames may not read theirs.
    return false;
  }
}
