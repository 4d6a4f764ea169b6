// The ES module: its wasm lies beside it, where bundlers and browsers find it by this very form of
// URL.

import init from "#glue";
import { createApi } from "./api.js";

export const { upload, Uploader, UploadError } = createApi(() =>
  init({ module_or_path: new URL("./ittybit-uploader.wasm", import.meta.url) }),
);
