// Tests how films are read for thumbnails, and which frames the decoder gets, even if the file lies.

import assert from "node:assert/strict";
import test from "node:test";

import { Bytes } from "../../src/widget/js/pictures/bytes.js";
import { codedPixels } from "../../src/widget/js/pictures/coded-size.js";
import { frame } from "../../src/widget/js/pictures/film.js";
import {
  big,
  bits,
  box,
  bytes,
  endless,
  mp4,
  mutated,
  random,
  sequenceHeader,
  stepsInOneTurn,
  vp8Frame,
  vp9Frame,
} from "./make.mjs";

/** Counts the calls of the decoder, which must not see frames of refused films. */
const decoder = { configured: 0, decoded: 0 };
Object.assign(globalThis, {
  VideoDecoder: class {
    state = "closed";
    /** @type {{ error: () => void }} */
    callbacks;
    /** @param {{ error: () => void }} callbacks */
    constructor(callbacks) {
      this.callbacks = callbacks;
    }
    configure() {
      decoder.configured += 1;
    }
    decode() {
      decoder.decoded += 1;
      queueMicrotask(this.callbacks.error);
    }
    async flush() {}
  },
  EncodedVideoChunk: class {},
});

/** @param {Blob | Uint8Array} file */
async function decodes(file) {
  decoder.decoded = 0;
  const blob = file instanceof Uint8Array ? new Blob([/** @type {any} */ (file)]) : file;
  await frame(blob, () => assert.fail("there is no frame")).catch(() => {});
  return decoder.decoded > 0;
}

const vpcC = box("vpcC", 1, 0, 0, 0, 0, 10, 0x82, 0, 0, 0, 0, 0);
const av1C = box("av1C", 0x81, 0, 0, 0);
const sps = {
  // Parameter sets for 1280 × 720 by x264 and x265.
  avc: Buffer.from("6764001facd9405005bb0110000003001000000303c0f1831960", "hex"),
  hevc: Buffer.from(
    "42010101600000030090000003000003005da00280802d165959a4932bc05a70800001f480003a9804",
    "hex",
  ),
};

/** @param {Uint8Array} set */
const avcC = (set) => box("avcC", 1, set.subarray(1, 4), 0xff, 0xe1, big(2, set.length), set, 0);
/** @param {Uint8Array} set */
const hvcC = (set) =>
  box("hvcC", 1, new Uint8Array(20), 3, 1, 0x21, big(2, 1), big(2, set.length), set);
/** @param {...Uint8Array} units */
const lengthed = (...units) => bytes(...units.flatMap((unit) => [big(4, unit.length), unit]));

/** Creates AVC's parameter set for a size in macroblocks. @param {number} wide @param {number} high */
const avcSet = (wide, high) =>
  bytes(0x67, bits([8, 66], [8, 0], [8, 30], 0, 0, 2, 1, [1, 0], wide - 1, high - 1, [1, 1]));
/** @param {number} width @param {number} height */
const hevcSet = (width, height) =>
  bytes(0x42, 0x01, bits([8, 1], [48, 2 ** 48 - 1], [48, 2 ** 48 - 1], 0, 1, width, height));

const slice = bytes(0x65, 0x88, 0x84, 0);

/** @type {Record<string, [modest: Uint8Array, huge: Uint8Array]>} */
const films = {
  vp8: [mp4("vp08", vpcC, vp8Frame(640, 480)), mp4("vp08", vpcC, vp8Frame(16_383, 16_383))],
  vp9: [mp4("vp09", vpcC, vp9Frame(640, 480)), mp4("vp09", vpcC, vp9Frame(16_384, 16_384))],
  av1: [
    mp4("av01", av1C, sequenceHeader(640, 480)),
    mp4("av01", av1C, bytes(sequenceHeader(640, 480), sequenceHeader(16_384, 16_384))),
  ],
  "avc, by its record": [
    mp4("avc1", avcC(sps.avc), lengthed(slice)),
    mp4("avc1", avcC(avcSet(1024, 1024)), lengthed(slice)),
  ],
  "avc, by its frame": [
    mp4("avc3", avcC(sps.avc), lengthed(avcSet(80, 45), slice)),
    mp4("avc3", avcC(sps.avc), lengthed(avcSet(1024, 1024), slice)),
  ],
  "hevc, by its record": [
    mp4("hvc1", hvcC(sps.hevc), lengthed(slice)),
    mp4("hvc1", hvcC(hevcSet(16_384, 16_384)), lengthed(slice)),
  ],
  "hevc, by its frame": [
    mp4("hev1", hvcC(sps.hevc), lengthed(hevcSet(1280, 720), slice)),
    mp4("hev1", hvcC(sps.hevc), lengthed(hevcSet(16_384, 16_384), slice)),
  ],
  "a unit within a unit": [
    mp4("avc1", avcC(sps.avc), lengthed(slice)),
    mp4("avc1", avcC(sps.avc), lengthed(bytes(6, 5, 0, 0, 1, avcSet(1024, 1024)), slice)),
  ],
};

for (const [name, [modest, huge]] of Object.entries(films)) {
  test(`frames that are too large are not decoded: ${name}`, async () => {
    assert.equal(await decodes(modest), true, "of an ordinary film it gets one");
    assert.equal(await decodes(huge), false);
  });
}

test("reads the size of a frame as encoders write it", () => {
  /** @param {Uint8Array} bytes */
  const view = ({ buffer, byteOffset, byteLength }) => new DataView(buffer, byteOffset, byteLength);
  const pixels = (/** @type {string} */ codec, /** @type {Uint8Array} */ record) =>
    codedPixels(codec, view(record.subarray(8)), view(lengthed(slice)));
  assert.equal(pixels("avc1", avcC(sps.avc)), 1280 * 720);
  assert.equal(pixels("hvc1", hvcC(sps.hevc)), 1280 * 720);
  // Without a record, start codes separate the units.
  const delimited = view(bytes(0, 0, 0, 1, sps.avc, 0, 0, 1, slice));
  assert.equal(codedPixels("avc1", undefined, delimited), 1280 * 720);
  // A superframe, and a frame that depends on others.
  assert.equal(codedPixels("vp09", undefined, view(bytes(vp9Frame(64, 64), 0xc0))), undefined);
  assert.equal(
    codedPixels("vp08", undefined, view(bytes(1, vp8Frame(64, 64).subarray(1)))),
    undefined,
  );
});

const video = [0xe0, 0x80];
const tracks = bytes(
  0x16,
  0x54,
  0xae,
  0x6b,
  0x8c,
  0xae,
  0x8a,
  0xd7,
  0x81,
  1,
  0x86,
  0x85,
  "V_VP8",
  video,
);
const segment = bytes(0x1a, 0x45, 0xdf, 0xa3, 0x80, 0x18, 0x53, 0x80, 0x67, 0xff);

test("endless films take few steps and reads, and don't block the page", async () => {
  const type = box("ftyp", "isom", big(4, 0));
  const tiny = big(4, 8);
  const cluster = bytes(0x1f, 0x43, 0xb6, 0x75, 0xff);
  /** @type {Record<string, [start: Uint8Array, pattern: Uint8Array]>} */
  const heads = {
    "boxes of 8 bytes": [type, bytes(tiny, "free")],
    "boxes of 8 bytes in moov": [bytes(type, big(4, 20_000_000), "moov"), bytes(tiny, "free")],
    "tracks in moov": [bytes(type, big(4, 20_000_000), "moov"), bytes(tiny, "trak")],
    "boxes in a track": [
      bytes(type, big(4, 20_000_008), "moov", big(4, 20_000_000), "trak"),
      bytes(tiny, "free"),
    ],
    "a moov of 40 MB": [bytes(type, big(4, 40_000_000), "moov"), bytes(tiny, "trak")],
    "elements of nothing": [segment, bytes(0xec, 0x80)],
    "tracks in Matroska": [segment, bytes(0xae, 0x80)],
    "a codec's name of 40 MB": [bytes(segment, 0x86, 0x08, big(7, 40_000_000)), bytes("V")],
    "blocks in Matroska": [bytes(segment, tracks, cluster), bytes(0xa3, 0x84, 0x82, 0, 0, 0x80)],
  };
  for (const [name, [start, pattern]] of Object.entries(heads)) {
    const { file, made } = endless(40_000_000, start, pattern);
    const { steps, most } = await stepsInOneTurn(async () => {
      assert.equal(await decodes(/** @type {any} */ (file)), false, name);
    });
    assert.ok(steps <= 60_001 && made.bytes <= 48_000_000, `${name}: ${steps}, ${made.bytes}`);
    assert.ok(
      most <= (/ in (moov|a track)/.test(name) ? 20_300 : 500),
      `${name}: ${most} in a turn`,
    );
  }
});

test("boxes with invalid sizes end the search", async () => {
  const type = box("ftyp", "isom", big(4, 0));
  const whole = mp4("vp09", vpcC, vp9Frame(640, 480));
  const tail = whole.subarray(type.length);
  for (const [name, size] of Object.entries({
    "of 7 bytes": bytes(big(4, 7), "free"),
    "of 15 bytes in 64 bits": bytes(big(4, 1), "free", big(8, 15)),
    "of nothing in 64 bits": bytes(big(4, 1), "free", big(8, 0)),
    "below zero, were they signed": bytes(big(4, 2 ** 32 - 16), "free"),
    "beyond any file": bytes(big(4, 1), "free", new Uint8Array(8).fill(255)),
    "to the end": bytes(big(4, 0), "free"),
  })) {
    const { steps } = await stepsInOneTurn(async () => {
      assert.equal(await decodes(bytes(type, size, tail)), false, name);
    });
    assert.ok(steps < 20, `${name}: ${steps}`);
  }
  // The last box may extend to the end of the file, and any box may have a 64-bit size.
  const frame = vp9Frame(640, 480);
  const moov = whole.subarray(type.length, -8 - frame.length);
  const film = bytes(big(4, 1), "wide", big(8, 16));
  const shifted = Buffer.from(bytes(type, film, box("mdat", frame), big(4, 0), moov.subarray(4)));
  shifted.writeUInt32BE(type.length + film.length + 8, shifted.indexOf("stco") + 12);
  assert.equal(await decodes(shifted), true);
});

test("in films with random changes, the decoder gets no frame that is too large", async () => {
  const next = random(8);
  let most = 0;
  const { read } = Bytes.prototype;
  Bytes.prototype.read = function (at, size) {
    most = Math.max(most, size);
    return read.call(this, at, size);
  };
  try {
    for (const [modest, huge] of Object.values(films)) {
      for (let i = 0; i < 100; i++) {
        const { steps } = await stepsInOneTurn(() => decodes(mutated(i % 2 ? modest : huge, next)));
        assert.ok(steps <= 60_001);
      }
    }
  } finally {
    Bytes.prototype.read = read;
  }
  assert.ok(most <= 24_000_000);
});
