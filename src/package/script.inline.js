// The script tag as one file, with everything that it needs inside. The file can be put anywhere.

import { define } from "../widget/js/element.js";
import { decode } from "./load/decode.js";
import { createWhole } from "./whole.js";

const whole = createWhole(async () => WebAssembly.compile(decode()));
define(async () => whole);

const { upload, Uploader, UploadError } = whole;

// Sets a property, because variables of a script that runs as a module or through eval are not global.
/** @type {any} */ (globalThis).IttybitUploader = { upload, Uploader, UploadError };
