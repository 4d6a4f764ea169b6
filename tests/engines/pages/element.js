// Records the element's events for the test.

/** @type {any[]} */
const told = [];
for (const name of [
  ...["file-added", "file-removed", "upload-start", "upload-success", "upload-error"],
  ...["upload-retry", "upload-pause", "upload-resume", "upload-cancel", "complete"],
]) {
  document.addEventListener(name, (event) => {
    const { file, media, error, from } = /** @type {CustomEvent} */ (event).detail;
    told.push({ name, file: file?.name, media, code: error?.code, from });
  });
}
Object.assign(window, { told });
