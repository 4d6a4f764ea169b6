// Parses the nested boxes of MP4, QuickTime, HEIF and AVIF (ISO/IEC 14496-12). Each box costs one step.

import { textAt } from "./bytes.js";

/**
 * @typedef {{ type: string, start: number, end: number }} Box `start` and `end` delimit its content
 * @typedef {{ view: DataView, step: () => void }} Content the content of a box that was read whole
 */

/**
 * Yields the top-level boxes of a file. A box with size 0 ends where the file ends.
 *
 * @param {import("./bytes.js").Bytes} file
 * @param {number} [at]
 */
export async function* fileBoxes(file, at = 0) {
  // Ignores a box whose header is beyond the end of the file.
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

/** The largest number of steps for one content. All of them run without a break. */
const maxSteps = 20_000;

/**
 * Reads the content of a box.
 *
 * @param {import("./bytes.js").Bytes} file
 * @param {{ start: number, size: number }} box
 * @param {number} limit in bytes; throws if the box is larger
 * @returns {Promise<Content>}
 */
export async function readBox(file, { start, size }, limit) {
  if (size > limit) throw new RangeError("too large a box");
  const view = await file.read(start, size);
  let left = maxSteps;
  const step = () => {
    if (--left < 0) throw new RangeError("too many boxes");
    file.step();
  };
  return { view, step };
}

/**
 * Yields the boxes between two offsets. Stops at a box that is not complete.
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
 * Returns the first box at a path of types.
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
