// Puts what a test calls where it finds it: not every driver's scripts can import.

import { Uploader, upload } from "/dist/index.js";

const host = /** @type {HTMLElement} */ (document.querySelector("#host"));
const input = document.createElement("input");
input.type = "file";
host.attachShadow({ mode: "open" }).append(input);

Object.assign(window, { upload, Uploader });
