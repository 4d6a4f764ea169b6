// The script tag with all that it needs inside: one file that can be put anywhere.

import { decode } from "./decode.js";
import { define } from "./define.js";
import { createUpload } from "./upload.js";
import { createWhole } from "./whole.js";

const whole = createWhole(async () => WebAssembly.compile(decode()));
define(async () => whole);

export const { Uploader, UploadError } = whole;
export const upload = createUpload(whole.core);
