// What it would take to decode a picture, by its header: a file of 63 KB may hold 529 million pixels, and
// decoders make room for all of them, however small the picture that is asked for.
//
// Headers are read strictly: what a decoder might read otherwise, and every format that is not read here
// (ICO, TIFF, JPEG XL …), has no answer, and is not decoded.

import { isModestAvif } from "./avif.js";
import { boxes, fileBoxes, find, readBox } from "./boxes.js";
import { mostPixels, textAt } from "./bytes.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {{ width: number, height: number }} Size in pixels; of what is turned, before that */

/** A picture that is so much longer than wide has no middle to show. */
const longest = 20;

/** Each pass of a progressive JPEG goes through all pixels. Cameras and programs make ten. */
const mostPasses = 30;

/** In bytes: what a picture tells of itself, without pixels. */
const largestMeta = 1_000_000;

/** In boxes: of a HEIF file itself. */
const mostBoxes = 50;

/**
 * Whether a picture is decoded.
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
  return short > 0 && short * long <= mostPixels && long <= short * longest;
}

/**
 * @param {Bytes} file rejects where its header ends too early, or is too long
 * @returns {Promise<Size | undefined>} nothing if there is no telling, or too much to do
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
 * A first frame that is larger than the screen makes that larger.
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
 * A decoder refuses a picture that is not as large as its canvas, and frames that are larger.
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
      if (isProgressive && (await passes(file, at)) > mostPasses) return;
      return { width: frame.getUint16(2), height: frame.getUint16(0) };
    }
    // What has no length, or is pixels, before the frame's size.
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xda)) return;
    at += 2 + Math.max(2, view.getUint16(2));
  }
}

/**
 * How often something looks like the beginning of a pass: at least as often as there is one.
 *
 * @param {Bytes} file
 * @param {number} at
 */
async function passes(file, at) {
  let count = 0;
  while (at + 1 < file.size && count <= mostPasses) {
    const { buffer, byteOffset, byteLength } = await file.read(
      at,
      Math.min(65_536, file.size - at),
    );
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    for (let i = bytes.indexOf(0xff); i >= 0; i = bytes.indexOf(0xff, i + 1)) {
      if (bytes[i + 1] === 0xda) count += 1;
    }
    // The last byte once more: it may be the first of two.
    at += byteLength - 1;
  }
  return count;
}

/**
 * The largest of all that is described in the file: tiles, thumbnails, what they are put together to.
 *
 * @param {Bytes} file
 * @returns {Promise<Size | undefined>}
 */
async function heif(file) {
  let count = 0;
  /** @type {import("./boxes.js").Content | undefined} */
  let meta;
  for await (const box of fileBoxes(file)) {
    // A film in the clothes of a picture, or more descriptions than one.
    if (++count > mostBoxes || box.type === "moov" || (meta && box.type === "meta")) return;
    if (box.type === "meta") meta = await readBox(file, box, largestMeta);
  }
  const properties = meta && find(meta, { start: 4, end: meta.view.byteLength }, "iprp", "ipco");
  if (!meta || !properties) return;
  let size = { width: 0, height: 0 };
  let isAvif = false;
  for (const { type, start } of boxes(meta, properties.start, properties.end)) {
    if (type === "av1C") isAvif = true;
    if (type !== "ispe") continue;
    const said = { width: meta.view.getUint32(start + 4), height: meta.view.getUint32(start + 8) };
    if (!fits(said)) return said;
    if (said.width * said.height > size.width * size.height) size = said;
  }
  return isAvif && !(await isModestAvif(file, meta)) ? undefined : size;
}
