// The ES module with its wasm inside, for bundlers that leave a URL alone.

import { createApi } from "./api.js";
import { decode } from "./decode.js";

export const { upload, Uploader, UploadError } = createApi(async () =>
  WebAssembly.compile(decode()),
);
