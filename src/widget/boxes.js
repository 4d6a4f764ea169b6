// Boxes in boxes, of MP4, QuickTime, HEIF and AVIF: ISO/IEC 14496-12. Each box that is looked at is a step.

import { textAt } from "./bytes.js";

/**
 * @typedef {{ type: string, start: number, end: number }} Box its content is from start to end
 * @typedef {{ view: DataView, step: () => void }} Content of a box that was read whole
 */

/**
 * The boxes of the file itself. One whose size is 0 ends where the file does.
 *
 * @param {import("./bytes.js").Bytes} file
 * @param {number} [at]
 */
export async function* fileBoxes(file, at = 0) {
  // A box that begins beyond the end of the file is none.
  while (at + 8 <= file.size) {
    const head = await file.read(at, 8);
    const type = textAt(head, 4);
    let size = head.getUint32(0);
    let header = 8;
    if (size === 1) {
      size = Number((await file.read(at + 8, 8)).getBigUint64(0));
      header = 16;
    }
    if (size === 0) size = file.size - at;
    if (size < header) return;
    yield { type, at, start: at + header, size: size - header };
    at += size;
  }
}

/** In steps: what is done with one content without a break. */
const longest = 20_000;

/**
 * @param {import("./bytes.js").Bytes} file
 * @param {{ start: number, size: number }} box
 * @param {number} limit in bytes; a larger box is not read
 * @returns {Promise<Content>}
 */
export async function readBox(file, { start, size }, limit) {
  if (size > limit) throw new RangeError("too large a box");
  const view = await file.read(start, size);
  let left = longest;
  const step = () => {
    if (--left < 0) throw new RangeError("too many boxes");
    file.step();
  };
  return { view, step };
}

/**
 * The boxes between two places, as far as they are whole.
 *
 * @param {Content} content
 * @param {number} [at]
 * @param {number} [end]
 * @returns {Generator<Box>}
 */
export function* boxes({ view, step }, at = 0, end = view.byteLength) {
  while (at + 8 <= end) {
    step();
    const size = view.getUint32(at);
    if (size < 8 || at + size > end) return;
    yield { type: textAt(view, at + 4), start: at + 8, end: at + size };
    at += size;
  }
}

/**
 * The first box down a path.
 *
 * @param {Content} content
 * @param {{ start: number, end: number }} within
 * @param {...string} path
 * @returns {Box | undefined}
 */
export function find(content, within, ...path) {
  const [type, ...rest] = path;
  for (const box of boxes(content, within.start, within.end)) {
    if (box.type === type) return rest.length > 0 ? find(content, box, ...rest) : box;
  }
  return;
}
