/// <reference path="./element.d.ts" />

/** What the script tag sets: `window.IttybitUploader`. */
declare var IttybitUploader: typeof import("./index.js");
