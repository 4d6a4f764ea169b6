// Reads the dimensions of a picture from its header, to decide whether it can be decoded. A file of 63 KB may
// contain 529 million pixels, and a decoder allocates memory for all of them even for a small thumbnail.
//
// Parses headers strictly. A header that a decoder might read differently, and every other format (ICO, TIFF,
// JPEG XL …), has no known size, and the picture is not decoded.

import { isModestAvif } from "./avif.js";
import { boxes, fileBoxes, find, readBox } from "./boxes.js";
import { maxPixels, textAt } from "./bytes.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {{ width: number, height: number }} Size in pixels, before any rotation */

/** The largest ratio of the long side to the short one. A thumbnail of a longer picture would show nothing. */
const maxRatio = 20;

/** The most scans of a progressive JPEG, each of which costs time for all pixels. Usual files have ten. */
const maxPasses = 30;

/** The largest metadata of a HEIF file, in bytes. */
const largestMeta = 1_000_000;

/** The largest number of top-level boxes in a HEIF file. */
const maxBoxes = 50;

/**
 * Returns whether a picture is small enough to decode.
 *
 * @param {Bytes} file
 */
export async function isModest(file) {
  const size = await dimensions(file);
  return size !== undefined && fits(size);
}

/** @param {Size} size */
function fits({ width, height }) {
  const short = Math.min(width, height);
  const long = Math.max(width, height);
  return short > 0 && short * long <= maxPixels && long <= short * maxRatio;
}

/**
 * @param {Bytes} file
 * @returns {Promise<Size | undefined>} undefined if the size is not known, or decoding would take too long;
 *   rejects if the header is incomplete or too long
 */
export async function dimensions(file) {
  const head = await file.read(0, 30);
  const start = textAt(head, 0, 16);
  if (start === "\x89PNG\r\n\x1a\n\0\0\0\rIHDR") {
    return { width: head.getUint32(16), height: head.getUint32(20) };
  }
  if (/^GIF8[79]a/.test(start)) return gif(file, head);
  if (start.startsWith("RIFF") && start.slice(8, 12) === "WEBP") return webp(head);
  if (start.startsWith("BM")) return bmp(head);
  if (start.startsWith("\xff\xd8\xff")) return jpeg(file);
  if (start.slice(4, 8) === "ftyp") return heif(file);
  return;
}

/**
 * A first frame that exceeds the logical screen enlarges it.
 *
 * @param {Bytes} file
 * @param {DataView} head
 * @returns {Promise<Size | undefined>}
 */
async function gif(file, head) {
  const flags = head.getUint8(10);
  const byteAt = async (/** @type {number} */ at) => (await file.read(at, 1)).getUint8(0);
  let at = 13 + (flags & 128 ? 6 << (flags & 7) : 0);
  for (;;) {
    const block = await byteAt(at);
    if (block === 0x2c) break;
    if (block !== 0x21) return;
    at += 2;
    for (let size = await byteAt(at); size > 0; size = await byteAt(at)) at += 1 + size;
    at += 1;
  }
  const frame = await file.read(at + 1, 8);
  const two = (/** @type {number} */ at) => frame.getUint16(at, true);
  return {
    width: Math.max(head.getUint16(6, true), two(0) + two(4)),
    height: Math.max(head.getUint16(8, true), two(2) + two(6)),
  };
}

/**
 * A decoder refuses a still picture whose size differs from its canvas, and frames that exceed it.
 *
 * @param {DataView} head
 * @returns {Size | undefined}
 */
function webp(head) {
  const kind = textAt(head, 12);
  if (kind === "VP8X") {
    const three = (/** @type {number} */ at) =>
      head.getUint16(at, true) + head.getUint8(at + 2) * 65_536;
    return { width: three(24) + 1, height: three(27) + 1 };
  }
  if (kind === "VP8L") {
    const bits = head.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  const two = (/** @type {number} */ at) => head.getUint16(at, true) & 0x3fff;
  return kind === "VP8 " ? { width: two(26), height: two(28) } : undefined;
}

/**
 * @param {DataView} head
 * @returns {Size}
 */
function bmp(head) {
  const isOld = head.getUint32(14, true) === 12;
  const side = (/** @type {number} */ at) =>
    Math.abs(isOld ? head.getUint16(18 + at * 2, true) : head.getInt32(18 + at * 4, true));
  return { width: side(0), height: side(1) };
}

/**
 * @param {Bytes} file
 * @returns {Promise<Size | undefined>}
 */
async function jpeg(file) {
  let at = 2;
  for (;;) {
    const view = await file.read(at, 4);
    const marker = view.getUint8(1);
    if (view.getUint8(0) !== 0xff) return;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = (marker & 0xf0) === 0xc0 && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      const frame = await file.read(at + 5, 4);
      const isProgressive = (marker & 3) === 2;
      if (isProgressive && (await passes(file, at)) > maxPasses) return;
      return { width: frame.getUint16(2), height: frame.getUint16(0) };
    }
    // A marker without a length, or pixel data, before the size.
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xda)) return;
    at += 2 + Math.max(2, view.getUint16(2));
  }
}

/**
 * Counts the bytes that look like the start of a scan. There are never more scans than that.
 *
 * @param {Bytes} file
 * @param {number} at
 */
async function passes(file, at) {
  let count = 0;
  while (at + 1 < file.size && count <= maxPasses) {
    const { buffer, byteOffset, byteLength } = await file.read(
      at,
      Math.min(65_536, file.size - at),
    );
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    for (let i = bytes.indexOf(0xff); i >= 0; i = bytes.indexOf(0xff, i + 1)) {
      if (bytes[i + 1] === 0xda) count += 1;
    }
    // Reads the last byte again, because it may be the first of a marker.
    at += byteLength - 1;
  }
  return count;
}

/**
 * Returns the largest size in the file's properties: of tiles, thumbnails, and pictures derived from them.
 *
 * @param {Bytes} file
 * @returns {Promise<Size | undefined>}
 */
async function heif(file) {
  let count = 0;
  /** @type {import("./boxes.js").Content | undefined} */
  let meta;
  for await (const box of fileBoxes(file)) {
    // A video that claims to be a picture, or more than one set of metadata.
    if (++count > maxBoxes || box.type === "moov" || (meta && box.type === "meta")) return;
    if (box.type === "meta") meta = await readBox(file, box, largestMeta);
  }
  const properties = meta && find(meta, { start: 4, end: meta.view.byteLength }, "iprp", "ipco");
  if (!meta || !properties) return;
  let size = { width: 0, height: 0 };
  let isAvif = false;
  for (const { type, start } of boxes(meta, properties.start, properties.end)) {
    if (type === "av1C") isAvif = true;
    if (type !== "ispe") continue;
    const stated = {
      width: meta.view.getUint32(start + 4),
      height: meta.view.getUint32(start + 8),
    };
    if (!fits(stated)) return stated;
    if (stated.width * stated.height > size.width * size.height) size = stated;
  }
  return isAvif && !(await isModestAvif(file, meta)) ? undefined : size;
}
