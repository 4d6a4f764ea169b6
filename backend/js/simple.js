// Writes the form around a file in a simple upload, and computes the largest file that fits. Encodes
// names as browsers do (HTML standard, "multipart/form-data encoding algorithm"), so that a name
// arrives the same from a server as from a page.

import { essence } from "./accept.js";

/** In bytes: 64 MB, form included. */
export const maxSimpleSize = 67_108_864;

/** The longest boundary that RFC 2046, section 5.1.1 allows, in characters. */
const longestBoundary = 70;

const encoder = new TextEncoder();

/** @type {Record<string, string>} */
const escapes = { '"': "%22", "\r": "%0D", "\n": "%0A" };

/**
 * Returns the form's bytes before and after a file.
 *
 * @param {string} boundary
 * @param {{ filename: string, type: string }} file
 */
export function formAround(boundary, { filename, type }) {
  const name = filename.replace(/["\r\n]/g, (character) => escapes[character] ?? "");
  const mime = essence(type) ?? "application/octet-stream";
  return {
    opening: encoder.encode(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${mime}\r\n\r\n`,
    ),
    closing: encoder.encode(`\r\n--${boundary}--\r\n`),
  };
}

/**
 * Returns the largest file of this name and type that fits, with any boundary.
 *
 * @param {{ filename: string, type: string }} file
 */
export function simpleLimit(file) {
  const { opening, closing } = formAround("-".repeat(longestBoundary), file);
  return maxSimpleSize - opening.byteLength - closing.byteLength;
}
