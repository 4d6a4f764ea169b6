// The script tag with all that it needs inside: one file that can be put anywhere.

import { define } from "../widget/js/element.js";
import { decode } from "./load/decode.js";
import { createWhole } from "./whole.js";

const whole = createWhole(async () => WebAssembly.compile(decode()));
define(async () => whole);

const { upload, Uploader, UploadError } = whole;

// The variables of a script that runs as a module, or through eval, are not the page's. A property of the global is.
/** @type {any} */ (globalThis).IttybitUploader = { upload, Uploader, UploadError };
