// Creates the headers of pictures and videos, and virtual files of any size.

import { Bytes } from "../../src/widget/js/pictures/bytes.js";

/** @param {...(number | string | Uint8Array | number[])} parts numbers are bytes */
export function bytes(...parts) {
  return new Uint8Array(
    Buffer.concat(
      parts.map((part) => {
        if (typeof part === "number") return Buffer.from([part]);
        return typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part);
      }),
    ),
  );
}

/** @param {number} size @param {number} value */
export const big = (size, value) => {
  const buffer = Buffer.alloc(size);
  for (let at = size - 1, left = value; at >= 0; at--, left = Math.floor(left / 256)) {
    buffer[at] = left % 256;
  }
  return new Uint8Array(buffer);
};

/** @param {number} size @param {number} value */
export const little = (size, value) => big(size, value).reverse();

/** @param {string} type @param {...(number | string | Uint8Array | number[])} parts */
export function box(type, ...parts) {
  const content = bytes(...parts);
  return bytes(big(4, content.length + 8), type, content);
}

/** Writes bits, the most significant first: `[count, value]`, or a number as `ue(v)`. @param {(number | [number, number])[]} parts */
export function bits(...parts) {
  const text = parts.map((part) => {
    if (typeof part !== "number") return part[1].toString(2).padStart(part[0], "0");
    const digits = (part + 1).toString(2);
    return "0".repeat(digits.length - 1) + digits;
  });
  const whole = text.join("").padEnd(Math.ceil((text.join("").length + 8) / 8) * 8, "10101010");
  return new Uint8Array((whole.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** Creates an AV1 unit with a sequence header. @param {number} width @param {number} height */
export function sequenceHeader(width, height) {
  const header = bits(
    ...[
      [3, 0],
      [1, 1],
      [1, 1],
      [5, 8],
      [4, 15],
      [4, 15],
    ].map((pair) => /** @type {[number, number]} */ (pair)),
    [16, width - 1],
    [16, height - 1],
  );
  return bytes(0x0a, header.length, header);
}

/** Creates the beginning of a VP9 key frame. @param {number} width @param {number} height */
export const vp9Frame = (width, height) =>
  bytes(bits([2, 2], [2, 0], [4, 2], [24, 0x498342], [4, 2], [16, width - 1], [16, height - 1]), 0);

/** Creates the beginning of a VP8 key frame. @param {number} width @param {number} height */
export const vp8Frame = (width, height) =>
  bytes(0x10, 0, 0, 0x9d, 0x01, 0x2a, little(2, width), little(2, height));

/**
 * Creates an MP4 with one sample.
 *
 * @param {string} codec
 * @param {Uint8Array} record its box
 * @param {Uint8Array} frame
 */
export function mp4(codec, record, frame) {
  const moov = (/** @type {number} */ at) => {
    const entry = box(codec, new Uint8Array(78), record);
    const stbl = box(
      "stbl",
      box("stsd", big(8, 1), entry),
      box("stsz", big(4, 0), big(4, frame.length), big(4, 1)),
      box("stsc", big(4, 0), big(4, 1), big(4, 1), big(4, 1), big(4, 1)),
      box("stco", big(4, 0), big(4, 1), big(4, at)),
    );
    const trak = box("trak", box("tkhd", new Uint8Array(84)), box("mdia", box("minf", stbl)));
    return box("moov", trak);
  };
  const type = box("ftyp", "isom", big(4, 0));
  const at = type.length + moov(0).length + 8;
  return bytes(type, moov(at), box("mdat", frame));
}

/**
 * Creates an AVIF with one picture.
 *
 * @param {object} look
 * @param {[number, number]} look.said
 * @param {[number, number]} [look.coded]
 * @param {string} [look.kind]
 */
export function avif({ said: [width, height], coded = [width, height], kind = "av01" }) {
  const frame = sequenceHeader(...coded);
  const meta = (/** @type {number} */ at) =>
    box(
      "meta",
      big(4, 0),
      box("hdlr", big(8, 0), "pict", new Uint8Array(13)),
      box("pitm", big(4, 0), big(2, 1)),
      box(
        "iloc",
        big(4, 0),
        0x44,
        0,
        big(2, 1),
        big(2, 1),
        big(2, 0),
        big(2, 1),
        big(4, at),
        big(4, frame.length),
      ),
      box("iinf", big(4, 0), big(2, 1), box("infe", 2, big(3, 0), big(2, 1), big(2, 0), kind, 0)),
      box(
        "iprp",
        box(
          "ipco",
          box("ispe", big(4, 0), big(4, width), big(4, height)),
          box("av1C", 0x81, big(3, 0)),
        ),
      ),
    );
  const type = box("ftyp", "avif", big(4, 0), "mif1");
  return bytes(type, meta(type.length + meta(0).length + 8), box("mdat", frame));
}

/**
 * Creates a file of any size, whose bytes are created when they are read: `start`, then `pattern`
 * repeatedly.
 *
 * @param {number} size
 * @param {Uint8Array} start
 * @param {Uint8Array} pattern
 */
export function endless(size, start, pattern) {
  const one = bytes(start, Buffer.alloc(1 << 16, pattern));
  const period = one.length - start.length - ((one.length - start.length) % pattern.length);
  const made = { reads: 0, bytes: 0 };
  const slice = (/** @type {number} */ from = 0, /** @type {number} */ to = size) => {
    made.reads += 1;
    made.bytes += to - from;
    const content = new Uint8Array(to - from);
    for (let at = from; at < to; ) {
      const within = at < start.length ? at : start.length + ((at - start.length) % period);
      const end = at < start.length ? start.length : start.length + period;
      const piece = one.subarray(within, Math.min(end, within + to - at));
      content.set(piece, at - from);
      at += piece.length;
    }
    return /** @type {Blob} */ (
      /** @type {unknown} */ ({ arrayBuffer: async () => content.buffer })
    );
  };
  return { file: { size, slice }, made };
}

/**
 * Returns the most steps of a parser between two tasks of the page, while `task` runs.
 *
 * @param {() => Promise<unknown>} task
 */
export async function stepsInOneTurn(task) {
  const { step } = Bytes.prototype;
  const counted = { steps: 0, turns: 0, most: 0 };
  let now = 0;
  let isOver = false;
  Bytes.prototype.step = function () {
    counted.steps += 1;
    counted.most = Math.max(counted.most, ++now);
    step.call(this);
  };
  const turn = () => {
    now = 0;
    counted.turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  try {
    await task();
  } finally {
    isOver = true;
    Bytes.prototype.step = step;
  }
  return counted;
}

/** Returns a random number generator with a seed. @param {number} seed */
export function random(seed) {
  let state = seed;
  return (/** @type {number} */ below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * Returns the bytes with a few of them changed, removed or repeated.
 *
 * @param {Uint8Array} whole
 * @param {(below: number) => number} next
 */
export function mutated(whole, next) {
  let copy = whole.slice();
  for (let i = 1 + next(6); i > 0; i--) {
    const at = next(copy.length);
    const kind = next(5);
    if (kind === 0) copy[at] = next(256);
    else if (kind === 1) copy.fill(0xff, at, at + 1 + next(8));
    else if (kind === 2) copy.fill(0, at, at + 1 + next(8));
    else if (kind === 3) copy = copy.slice(0, Math.max(1, at));
    else copy = bytes(copy.subarray(0, at), copy.subarray(next(at + 1)));
  }
  return copy;
}
