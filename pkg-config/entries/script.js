// The script tag: the global, and the wasm that lies beside the script, checked against the hash
// that was built in.

import { createApi } from "./api.js";
import { compile } from "./compile.js";

// In a worker there is no document.
const script = /** @type {HTMLScriptElement | null | undefined} */ (
  globalThis.document?.currentScript
)?.src;

export const { upload, Uploader, UploadError } = createApi(async () => {
  const url = new URL("ittybit-uploader.wasm", script ?? location.href);
  return compile(fetch(url, { integrity: WASM_INTEGRITY }));
});
