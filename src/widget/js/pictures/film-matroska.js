// Finds the key frames of a video in WebM or Matroska (RFC 9559). The elements that it needs come in a known
// order, so it reads the file once, enters the elements that may contain them, and skips all others.

import { textAt } from "./bytes.js";
import { configOf } from "./codec.js";

/**
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {import("./codec.js").Track} Track
 * @typedef {import("./codec.js").Sample} Sample
 */

/** The largest configuration record of a codec, in bytes. */
const largestRecord = 65_536;

const ids = {
  ...{ segment: 0x18538067, tracks: 0x1654ae6b, cluster: 0x1f43b675, group: 0xa0 },
  ...{ entry: 0xae, number: 0xd7, codec: 0x86, record: 0x63a2, encodings: 0x6d80 },
  ...{ video: 0xe0, simpleBlock: 0xa3, block: 0xa1 },
};

const entered = [ids.segment, ids.tracks, ids.cluster, ids.group, ids.entry, ids.video];

/** @type {Record<string, string>} */
const matroskaCodecs = {
  V_VP8: "vp08",
  V_VP9: "vp09",
  V_AV1: "av01",
  "V_MPEG4/ISO/AVC": "avc1",
  "V_MPEGH/ISO/HEVC": "hvc1",
};

/**
 * Reads a number of variable length. The first bits say how long it is.
 *
 * @param {Bytes} file
 * @param {number} at
 * @param {boolean} marked whether the length bits are part of the number, as in an element's id
 * @returns {Promise<{ value: number, next: number }>} `value` is -1 for an unknown size
 */
async function variable(file, at, marked) {
  const first = (await file.read(at, 1)).getUint8(0);
  const length = Math.clz32(first) - 23;
  if (length > 8) throw new RangeError("no number");
  const view = await file.read(at, length);
  let value = marked ? first : first & (0xff >> length);
  let unknown = value === 0xff >> length;
  for (let i = 1; i < length; i++) {
    value = value * 256 + view.getUint8(i);
    unknown &&= view.getUint8(i) === 255;
  }
  return { value: unknown ? -1 : value, next: at + length };
}

/**
 * @param {Bytes} file
 * @returns {Promise<Track | undefined>}
 */
export async function matroskaTrack(file) {
  const elements = matroskaElements(file);
  let number = -1;
  let codec = "";
  let video = false;
  let plain = true;
  /** @type {DataView | undefined} */
  let record;
  for await (const { type, at, size } of elements) {
    const known = video && plain && matroskaCodecs[codec];
    // The next track or the first cluster ends the description of this track.
    if (known && (type === ids.entry || type === ids.cluster)) {
      // Matroska's record for VP9 has another format.
      const config = configOf(known, known === "vp09" ? undefined : record);
      const samples = keyBlocks(file, at, number);
      return config && { config, record, codec: known, quarters: 0, samples };
    }
    if (type === ids.cluster) return;
    if (type === ids.entry) {
      codec = "";
      video = false;
      plain = true;
      record = undefined;
    } else if (type === ids.number) {
      // Numbers in Matroska have at most 8 bytes.
      const view = await file.read(at, Math.min(size, 8));
      number = 0;
      for (let i = 0; i < view.byteLength; i++) number = number * 256 + view.getUint8(i);
    } else if (type === ids.codec) {
      const length = Math.min(size, 32);
      codec = textAt(await file.read(at, length), 0, length).replace(/\0+$/, "");
    } else if (type === ids.record && size <= largestRecord) record = await file.read(at, size);
    else if (type === ids.video) video = true;
    else if (type === ids.encodings) plain = false;
  }
  return;
}

/**
 * @param {Bytes} file
 * @param {number} [at]
 */
async function* matroskaElements(file, at = 0) {
  while (at < file.size) {
    const head = await variable(file, at, true);
    const size = await variable(file, head.next, false);
    yield { type: head.value, at: size.next, size: size.value };
    at = size.next;
    if (!entered.includes(head.value)) {
      if (size.value < 0) return;
      at += size.value;
    }
  }
}

/**
 * @param {Bytes} file
 * @param {number} from
 * @param {number} track
 * @returns {AsyncGenerator<Sample>}
 */
async function* keyBlocks(file, from, track) {
  for await (const { type, at, size } of matroskaElements(file, from)) {
    if (type !== ids.simpleBlock && type !== ids.block) continue;
    const { value, next } = await variable(file, at, false);
    const flags = (await file.read(next + 2, 1)).getUint8(0);
    // Accepts every block in a group, because its flags don't tell key frames. Skips laced blocks, which
    // only audio has.
    const key = type === ids.block || flags & 128;
    if (value === track && key && !(flags & 6)) yield { at: next + 3, size: at + size - next - 3 };
  }
}
