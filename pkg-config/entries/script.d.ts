/// <reference path="./element.d.ts" />

/** What the script tag sets. */
declare const IttybitUploader: typeof import("./index.js");
