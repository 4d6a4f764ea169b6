// The ES module: its wasm lies beside it, where bundlers and browsers find it by this very form of
// URL.

import integrity from "integrity:ittybit-uploader.wasm";
import { createApi } from "./api.js";
import { compile } from "./compile.js";

export const { upload, Uploader, UploadError } = createApi(() =>
  compile(new URL("./ittybit-uploader.wasm", import.meta.url), integrity),
);
