// The ES module with its wasm and debugging inside, for bundlers that leave a URL alone: it loads nothing.

import { createApi } from "./api.js";
import { decode } from "./load/decode.js";

export const { upload, Uploader, UploadError } = createApi(async () =>
  WebAssembly.compile(decode()),
);
