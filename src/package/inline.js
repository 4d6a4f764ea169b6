// The ES module with its wasm and debugging inside, for bundlers that ignore URLs. It loads no other file.

import { createApi } from "./api.js";
import { decode } from "./load/decode.js";

export const { upload, Uploader, UploadError } = createApi(async () =>
  WebAssembly.compile(decode()),
);
