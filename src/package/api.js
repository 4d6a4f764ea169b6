// Creates the public API around a wasm that is loaded when it is first needed. Each entry passes the function that loads
// it.

import { UploadError } from "#error";
import { createCore } from "./core.js";
import { createUpload } from "./upload.js";
import { createUploader } from "./uploader.js";

/** @param {import("./core.js").Load} load */
export function createApi(load) {
  const core = createCore(load);
  return { upload: createUpload(core), Uploader: createUploader(core), UploadError };
}
