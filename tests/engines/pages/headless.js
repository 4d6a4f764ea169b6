// Sets globals for the test, because not every driver's scripts can import modules.

import { Uploader, upload } from "/dist/index.js";

const host = /** @type {HTMLElement} */ (document.querySelector("#host"));
const input = document.createElement("input");
input.type = "file";
host.attachShadow({ mode: "open" }).append(input);

Object.assign(window, { upload, Uploader });
