// The script tag: the global, and the wasm that lies beside the script, checked against the hash
// that was built in.

import init from "#glue";
import { createApi } from "./api.js";

// In a worker there is no document.
const script = /** @type {HTMLScriptElement | null | undefined} */ (
  globalThis.document?.currentScript
)?.src;

export const { upload, Uploader, UploadError } = createApi(async () => {
  const url = new URL("ittybit-uploader.wasm", script ?? location.href);
  return init({ module_or_path: fetch(url, { integrity: WASM_INTEGRITY }) });
});
