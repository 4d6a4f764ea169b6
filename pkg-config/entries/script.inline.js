// The script tag with all that it needs inside: one file that can be put anywhere.

import { decode } from "./decode.js";
import { define } from "./define.js";
import { createWhole } from "./whole.js";

const whole = createWhole(async () => WebAssembly.compile(decode()));
define(async () => whole);

const { upload, Uploader, UploadError } = whole;

// As a module, or eval'd, a script has no variables that the page sees.
/** @type {any} */ (globalThis).IttybitUploader = { upload, Uploader, UploadError };
