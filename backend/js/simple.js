// The form around a file that goes in one piece: how many bytes of a request are not the file's, and how
// the form is written. Browsers encode names in their own way (HTML standard, "multipart/form-data
// encoding algorithm"), which hosts are used to; so a name arrives the same from a server as from a page.

import { essence } from "./accept.js";

/** In bytes: 64 MB, the form included. */
export const maxSimpleSize = 67_108_864;

/** In characters: the longest boundary that RFC 2046, section 5.1.1 allows. */
const longestBoundary = 70;

const encoder = new TextEncoder();

/** @type {Record<string, string>} */
const escapes = { '"': "%22", "\r": "%0D", "\n": "%0A" };

/**
 * What stands before and behind a file.
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
 * The largest file that fits under this name and type, whatever boundary a browser takes.
 *
 * @param {{ filename: string, type: string }} file
 */
export function simpleLimit(file) {
  const { opening, closing } = formAround("-".repeat(longestBoundary), file);
  return maxSimpleSize - opening.byteLength - closing.byteLength;
}
