// The ES module. Its wasm lies beside it. Bundlers and browsers only find it by exactly this form of URL.

import integrity from "integrity:ittybit-uploader.wasm";
import { createApi } from "./api.js";
import { compile } from "./load/compile.js";
import { locate } from "./load/locate.js";

const name = "ittybit-uploader.wasm";

export const { upload, Uploader, UploadError } = createApi(async (base) =>
  compile(
    locate(name, base, () => new URL("./ittybit-uploader.wasm", import.meta.url)),
    integrity,
  ),
);
