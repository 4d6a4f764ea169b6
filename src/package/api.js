// The public API around a wasm that is loaded when it is first needed. Where the wasm comes from
// is each entry's own business.

import { UploadError } from "#error";
import { createCore } from "./core.js";
import { createUpload } from "./upload.js";
import { createUploader } from "./uploader.js";

/** @param {import("./core.js").Load} load */
export function createApi(load) {
  const core = createCore(load);
  return { upload: createUpload(core), Uploader: createUploader(core), UploadError };
}
