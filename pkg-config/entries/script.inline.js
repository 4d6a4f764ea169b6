// The script tag with its wasm inside: one file that can be put anywhere.

export * from "./inline.js";
