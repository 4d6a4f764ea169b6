/// <reference path="./element.d.ts" />

/** The global that the script tag sets: `window.IttybitUploader`. */
declare var IttybitUploader: typeof import("./index.js");
