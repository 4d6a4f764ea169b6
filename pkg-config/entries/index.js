// The ES module: its wasm lies beside it, where bundlers and browsers find it by this very form of
// URL.

import { createApi } from "./api.js";
import { compile } from "./compile.js";

export const { upload, Uploader, UploadError } = createApi(() =>
  compile(fetch(new URL("./ittybit-uploader.wasm", import.meta.url))),
);
