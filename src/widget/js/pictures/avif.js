// Checks that the coded pictures in an AVIF file are not too large. The sizes in the file's metadata are not
// enough: a decoder follows the coded pictures.

import { boxes, find } from "./boxes.js";
import { maxPixels, textAt } from "./bytes.js";
import { av1 } from "./coded-size.js";

/** The largest coded picture, in bytes. */
const largestItem = 16_000_000;

/** The largest number of items, such as a picture, its alpha, a thumbnail and a gain map. */
const maxItems = 20;

/**
 * Returns whether all coded pictures are small enough to decode. Returns false for a picture in several
 * extents, and for one that is derived from others.
 *
 * @param {import("./bytes.js").Bytes} file
 * @param {import("./boxes.js").Content} meta
 */
export async function isModestAvif(file, meta) {
  const whole = { start: 4, end: meta.view.byteLength };
  const iinf = find(meta, whole, "iinf");
  const iloc = find(meta, whole, "iloc");
  if (!iinf || !iloc) return false;
  /** @type {Map<number, string>} */
  const types = new Map();
  const isLong = meta.view.getUint8(iinf.start) > 0;
  for (const infe of boxes(meta, iinf.start + (isLong ? 8 : 6), iinf.end)) {
    const { view } = meta;
    const version = view.getUint8(infe.start);
    if (infe.type !== "infe" || version < 2) return false;
    const at = infe.start + 4;
    const id = version === 2 ? view.getUint16(at) : view.getUint32(at);
    types.set(id, textAt(view, at + (version === 2 ? 4 : 6)));
  }
  let count = 0;
  for (const { id, extents } of items(meta, iloc)) {
    const type = types.get(id);
    if (type === "Exif" || type === "mime") continue;
    const [extent] = extents;
    if (type !== "av01" || !extent || extents.length > 1 || ++count > maxItems) return false;
    if (extent.size > largestItem) return false;
    const view = await file.read(extent.at, extent.size);
    const pixels = av1(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    if (!pixels || pixels > maxPixels) return false;
  }
  return count > 0;
}

/**
 * Yields where the items are (ISO/IEC 14496-12, 8.11.3). An item that is not in the file itself has no
 * extents.
 *
 * @param {import("./boxes.js").Content} meta
 * @param {import("./boxes.js").Box} iloc
 */
function* items({ view, step }, { start }) {
  let at = start + 4;
  /** @param {number} size in bytes */
  const next = (size) => {
    let value = 0;
    for (; size > 0; size--) value = value * 256 + view.getUint8(at++);
    return value;
  };
  const version = view.getUint8(start);
  const [sizes, more] = [next(1), next(1)];
  for (let left = next(version < 2 ? 2 : 4); left > 0; left--) {
    step();
    const id = next(version < 2 ? 2 : 4);
    const isInFile = version === 0 || next(2) === 0;
    next(2);
    const base = next(more >> 4);
    const extents = [];
    for (let count = next(2); count > 0; count--) {
      step();
      if (version > 0) next(more & 15);
      const offset = next(sizes >> 4);
      extents.push({ at: base + offset, size: next(sizes & 15) });
    }
    yield { id, extents: isInFile ? extents : [] };
  }
}
