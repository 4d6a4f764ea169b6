// The script tag with all that it needs inside: one file that can be put anywhere.

import { decode } from "./decode.js";
import { define } from "./define.js";
import { createWhole } from "./whole.js";

const whole = createWhole(async () => WebAssembly.compile(decode()));
define(async () => whole);

export const { upload, Uploader, UploadError } = whole;
