// Computes how many pixels a coded frame decodes to, from the headers that the decoder itself reads. The size
// in the container can't be trusted: a video of 64 × 64 may contain frames of 16,384 × 16,384.
//
// Reads every header that a decoder may follow, and returns the largest size. Returns `undefined` for a frame
// that it doesn't understand, which must not be decoded.

/** The largest number of units in a frame, which has one for each slice or tile and a few more. */
const maxUnits = 2000;

/** Reads bits, the most significant bit first. */
class Bits {
  #at = 0;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
  }

  /** @param {number} count */
  read(count) {
    let value = 0;
    for (; count > 0; count--) {
      const byte = this.bytes[this.#at >> 3];
      if (byte === undefined) throw new RangeError("beyond the end");
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
      this.#at += 1;
    }
    return value;
  }

  /** Reads an Exp-Golomb code, `ue(v)`. Signed codes, `se(v)`, have the same length. */
  golomb() {
    let zeros = 0;
    while (!this.read(1)) if (++zeros > 32) throw new RangeError("no number");
    return 2 ** zeros - 1 + this.read(zeros);
  }
}

/** @param {DataView} view */
const bytesOf = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/**
 * @param {string} codec avc1, hvc1, vp08, vp09, av01, or a synonym
 * @param {DataView | undefined} record the codec's configuration record in the container
 * @param {DataView} data a key frame
 * @returns {number | undefined} its pixels, undefined if they are not known
 */
export function codedPixels(codec, record, data) {
  const bytes = bytesOf(data);
  if (codec === "vp08") return vp8(bytes);
  if (codec === "vp09") return vp9(bytes);
  if (codec === "av01") return av1(bytes);
  return largestOf(/^avc/.test(codec) ? avc : hevc, record && bytesOf(record), bytes);
}

/** RFC 6386, 9.1. @param {Uint8Array} bytes */
function vp8([tag = 1, , , a, b, c, w = 0, width = 0, h = 0, height = 0]) {
  if (tag & 1 || a !== 0x9d || b !== 0x01 || c !== 0x2a) return;
  return (w | ((width & 63) << 8)) * (h | ((height & 63) << 8));
}

/** VP9 bitstream specification, 6.2. @param {Uint8Array} bytes */
function vp9(bytes) {
  // A superframe, of which this function would only check the first frame.
  if (((bytes.at(-1) ?? 0) & 0xe0) === 0xc0) return;
  const bits = new Bits(bytes);
  if (bits.read(2) !== 2) return;
  const profile = bits.read(1) + 2 * bits.read(1);
  if (profile === 3) bits.read(1);
  // Not a key frame.
  if (bits.read(2) !== 0) return;
  bits.read(2);
  if (bits.read(24) !== 0x498342) return;
  if (profile >= 2) bits.read(1);
  const isRgb = bits.read(3) === 7;
  if (!isRgb) bits.read(1);
  if (profile & 1) bits.read(isRgb ? 1 : 3);
  return (bits.read(16) + 1) * (bits.read(16) + 1);
}

/**
 * Returns the largest size of all sequence headers (AV1 bitstream specification, 5.3).
 *
 * @param {Uint8Array} bytes
 */
export function av1(bytes) {
  let pixels;
  let count = 0;
  for (let at = 0; at < bytes.length; ) {
    if (++count > maxUnits) return;
    const header = bytes[at] ?? 0;
    at += header & 4 ? 2 : 1;
    let size = header & 2 ? 0 : bytes.length - at;
    if (header & 2) {
      for (let i = 0; ; i++) {
        const byte = bytes[at++] ?? 0;
        size += (byte & 127) * 2 ** (7 * i);
        if (byte < 128) break;
        if (i === 7) return;
      }
    }
    if (at + size > bytes.length) return;
    if (((header >> 3) & 15) === 1) {
      pixels = Math.max(pixels ?? 0, sequence(new Bits(bytes.subarray(at, at + size))));
    }
    at += size;
  }
  return pixels;
}

/** AV1 bitstream specification, 5.5.1. @param {Bits} bits */
function sequence(bits) {
  bits.read(4);
  const isReduced = bits.read(1);
  if (isReduced) bits.read(5);
  else {
    let delay = 0;
    if (bits.read(1)) {
      bits.read(64);
      if (bits.read(1)) bits.golomb();
      if (bits.read(1)) {
        delay = bits.read(5) + 1;
        bits.read(42);
      }
    }
    const hasDisplayDelay = bits.read(1);
    for (let points = bits.read(5); points >= 0; points--) {
      bits.read(12);
      if (bits.read(5) > 7) bits.read(1);
      if (delay && bits.read(1)) bits.read(2 * delay + 1);
      if (hasDisplayDelay && bits.read(1)) bits.read(4);
    }
  }
  const width = bits.read(4) + 1;
  const height = bits.read(4) + 1;
  return (bits.read(width) + 1) * (bits.read(height) + 1);
}

/**
 * Returns the largest size of all sequence parameter sets, in the record (ISO/IEC 14496-15) and in the frame.
 *
 * @param {typeof avc | typeof hevc} codec
 * @param {Uint8Array | undefined} record
 * @param {Uint8Array} frame
 */
function largestOf(codec, record, frame) {
  const units = record
    ? [...codec.inRecord(record), ...lengthPrefixed(frame, ((record[codec.lengthAt] ?? 0) & 3) + 1)]
    : [...delimited(frame)];
  let pixels;
  for (const unit of units) {
    if (!codec.isParameterSet(unit[0] ?? 0)) continue;
    pixels = Math.max(pixels ?? 0, codec.pixelsOf(new Bits(unescaped(unit))));
  }
  return pixels;
}

/**
 * Yields units that are preceded by their lengths.
 *
 * @param {Uint8Array} bytes
 * @param {number} prefix the size of each length, in bytes
 * @param {number} [at]
 * @param {number} [count]
 * @returns {Generator<Uint8Array, number>} returns the offset behind the last unit
 */
function* lengthPrefixed(bytes, prefix, at = 0, count = Infinity) {
  for (let i = 0; i < count && (count < Infinity || at < bytes.length); i++) {
    let end = 0;
    for (let i = 0; i < prefix; i++) end = end * 256 + (bytes[at++] ?? 0);
    end += at;
    if (end > bytes.length || i > maxUnits) throw new RangeError("no units");
    const unit = bytes.subarray(at, end);
    // A decoder that looks for start codes would find another unit inside this one.
    if (startCode(unit, 0) < unit.length) throw new RangeError("a unit within a unit");
    yield unit;
    at = end;
  }
  return at;
}

/**
 * Yields the units between start codes.
 *
 * @param {Uint8Array} bytes
 */
function* delimited(bytes) {
  for (let at = startCode(bytes, 0) + 3; at < bytes.length; ) {
    const end = startCode(bytes, at);
    yield bytes.subarray(at, end);
    at = end + 3;
  }
}

/**
 * Returns the offset of the next start code, 0 0 1, or the length if there is none.
 *
 * @param {Uint8Array} bytes
 * @param {number} from
 */
function startCode(bytes, from) {
  for (let at = bytes.indexOf(1, from + 2); at >= 0; at = bytes.indexOf(1, at + 1)) {
    if (bytes[at - 1] === 0 && bytes[at - 2] === 0) return at - 2;
  }
  return bytes.length;
}
/**
 * Removes the emulation prevention bytes: the 3 in 0 0 3.
 *
 * @param {Uint8Array} unit
 */
function unescaped(unit) {
  // Only the beginning is needed, because the sizes are there.
  const bytes = unit.subarray(0, 4096);
  return bytes.filter((byte, at) => !(byte === 3 && at > 1 && !bytes[at - 1] && !bytes[at - 2]));
}

const avc = {
  lengthAt: 4,
  /** @param {Uint8Array} record */
  inRecord: (record) => lengthPrefixed(record, 2, 6, (record[5] ?? 0) & 31),
  /** @param {number} header */
  isParameterSet: (header) => (header & 31) === 7,
  /** ITU-T H.264, 7.3.2.1.1. @param {Bits} bits */
  pixelsOf(bits) {
    bits.read(8);
    const profile = bits.read(8);
    bits.read(16);
    bits.golomb();
    if ([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135].includes(profile)) {
      const chroma = bits.golomb();
      if (chroma === 3) bits.read(1);
      bits.golomb();
      bits.golomb();
      bits.read(1);
      if (bits.read(1)) {
        for (let i = 0; i < (chroma === 3 ? 12 : 8); i++) if (bits.read(1)) scalingList(bits, i);
      }
    }
    bits.golomb();
    const order = bits.golomb();
    if (order === 0) bits.golomb();
    else if (order === 1) {
      bits.read(1);
      bits.golomb();
      bits.golomb();
      for (let left = bits.golomb(); left > 0; left--) bits.golomb();
    }
    bits.golomb();
    bits.read(1);
    const wide = bits.golomb() + 1;
    const high = (bits.golomb() + 1) * (bits.read(1) ? 1 : 2);
    return wide * 16 * high * 16;
  },
};

/**
 * @param {Bits} bits
 * @param {number} which
 */
function scalingList(bits, which) {
  let last = 8;
  for (let left = which < 6 ? 16 : 64; left > 0; left--) {
    const code = bits.golomb();
    last = (last + (code & 1 ? (code + 1) / 2 : -code / 2) + 256) & 255;
    // The remaining values repeat the last one.
    if (last === 0) return;
  }
}

const hevc = {
  lengthAt: 21,
  /** @param {Uint8Array} record */
  *inRecord(record) {
    let at = 23;
    for (let arrays = record[22] ?? 0; arrays > 0; arrays--) {
      const count = ((record[at + 1] ?? 0) << 8) + (record[at + 2] ?? 0);
      at = yield* lengthPrefixed(record, 2, at + 3, count);
    }
  },
  /** @param {number} header */
  isParameterSet: (header) => ((header >> 1) & 63) === 33,
  /** ITU-T H.265, 7.3.2.2. @param {Bits} bits */
  pixelsOf(bits) {
    bits.read(16 + 4);
    const layers = bits.read(3);
    bits.read(1 + 96);
    const present = Array.from({ length: layers }, () => [bits.read(1), bits.read(1)]);
    if (layers > 0) bits.read(2 * (8 - layers));
    for (const [profile, level] of present) bits.read((profile ? 88 : 0) + (level ? 8 : 0));
    bits.golomb();
    if (bits.golomb() === 3) bits.read(1);
    return bits.golomb() * bits.golomb();
  },
};
