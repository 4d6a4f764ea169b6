// Tests which pictures are decoded for thumbnails, by their headers, even if these lie.

import assert from "node:assert/strict";
import test from "node:test";

import { Bytes } from "../../src/widget/js/pictures/bytes.js";
import { dimensions, isModest } from "../../src/widget/js/pictures/dimensions.js";
import {
  avif,
  big,
  box,
  bytes,
  endless,
  little,
  mutated,
  random,
  sequenceHeader,
  stepsInOneTurn,
} from "./make.mjs";

/** The same limits as in thumbnails.js. */
const budget = { bytes: 100_000_000, steps: 20_000 };
const rest = new Uint8Array(64);

/** @param {number} width @param {number} height */
const png = (width, height) =>
  bytes("\x89PNG\r\n\x1a\n", big(4, 13), "IHDR", big(4, width), big(4, height), rest);

/** @param {number} width @param {number} height @param {[number, number]} [frame] */
const gif = (width, height, frame = [width, height]) =>
  bytes(
    ...["GIF89a", little(2, width), little(2, height), 0x80, 0, 0, new Uint8Array(6)],
    ...[0x21, 0xf9, 4, 0, 0, 0, 0, 0, 0x21, 0xff, 3, "abc", 2, "de", 0],
    ...[0x2c, little(4, 0), little(2, frame[0]), little(2, frame[1]), rest],
  );

/** @param {number} width @param {number} height */
const webpExtended = (width, height) =>
  bytes(
    "RIFF",
    little(4, 90),
    "WEBPVP8X",
    little(4, 10),
    little(4, 2),
    little(3, width - 1),
    little(3, height - 1),
    rest,
  );

/** @param {number} width @param {number} height */
const webpLossless = (width, height) =>
  bytes(
    "RIFF",
    little(4, 90),
    "WEBPVP8L",
    little(4, 70),
    0x2f,
    little(4, width - 1 + (height - 1) * 2 ** 14),
    rest,
  );

/** @param {number} width @param {number} height */
const webp = (width, height) =>
  bytes(
    "RIFF",
    little(4, 90),
    "WEBPVP8 ",
    little(4, 70),
    0x10,
    0,
    0,
    0x9d,
    0x01,
    0x2a,
    little(2, width),
    little(2, height),
    rest,
  );

/** @param {number} width @param {number} height */
const bmp = (width, height) =>
  bytes(
    "BM",
    rest.subarray(0, 12),
    little(4, 40),
    little(4, width),
    little(4, 2 ** 32 - height),
    rest,
  );

/** @param {number} width @param {number} height */
const oldBmp = (width, height) =>
  bytes("BM", rest.subarray(0, 12), little(4, 12), little(2, width), little(2, height), rest);

/** @param {number} width @param {number} height @param {number} [marker] @param {number} [passes] */
const jpeg = (width, height, marker = 0xc0, passes = 1) => {
  const scan = bytes(0xff, 0xda, big(2, 8), 1, 1, 0, 0, 63, 0, 0x55);
  return bytes(
    ...[0xff, 0xd8, 0xff, 0xe1, big(2, 20_002), new Uint8Array(20_000)],
    ...[0xff, 0xff, 0xff, 0xdb, big(2, 67), new Uint8Array(65)],
    ...[0xff, marker, big(2, 11), 8, big(2, height), big(2, width), 1, 1, 0x11, 0],
    ...Array.from({ length: passes }, () => scan),
    ...[0xff, 0xd9],
  );
};

/** @param {number} width @param {number} height */
const heic = (width, height) =>
  bytes(
    box("ftyp", "heic", big(4, 0), "mif1"),
    box(
      "meta",
      big(4, 0),
      box(
        "iprp",
        box(
          "ipco",
          box("ispe", big(4, 0), big(4, 512), big(4, 512)),
          box("ispe", big(4, 0), big(4, width), big(4, height)),
        ),
      ),
    ),
    box("mdat", rest),
  );

/** @type {Record<string, (width: number, height: number) => Uint8Array>} */
const formats = {
  ...{ png, gif, webp, webpLossless, webpExtended, bmp, oldBmp, jpeg, heic },
  progressive: (width, height) => jpeg(width, height, 0xc2, 10),
  avif: (width, height) => avif({ said: [width, height] }),
};

/** @param {Uint8Array} content */
const fileOf = (content) => new Bytes(new Blob([/** @type {any} */ (content)]), budget);
/** @param {Uint8Array} content */
const decodes = (content) => isModest(fileOf(content)).catch(() => false);

for (const [name, make] of Object.entries(formats)) {
  test(`${name}: the size in the header is read, and limited`, async () => {
    assert.deepEqual(await dimensions(fileOf(make(1234, 765))), { width: 1234, height: 765 });
    assert.equal(await decodes(make(8064, 6048)), true, "48 megapixels");
    assert.equal(await decodes(make(16_000, 16_000)), false, "256 megapixels");
    assert.equal(await decodes(make(1, 10_000)), false, "a line");
  });
}

test("a file of 63 KB with 529 million pixels is not decoded", async () => {
  assert.equal(await decodes(bytes(png(23_000, 23_000), new Uint8Array(63_000))), false);
  assert.equal(await decodes(png(2 ** 31, 2 ** 31)), false);
  assert.equal(await decodes(png(0, 100)), false);
});

test("a GIF's first frame may be larger than its screen", async () => {
  assert.equal(await decodes(gif(10, 10)), true);
  assert.equal(await decodes(gif(10, 10, [30_000, 30_000])), false);
});

test("a progressive JPEG with many passes is not decoded", async () => {
  assert.equal(await decodes(jpeg(6000, 6000, 0xc2, 12)), true);
  assert.equal(await decodes(jpeg(6000, 6000, 0xc2, 20_000)), false);
});

test("the size of an AVIF is that of its coded frames", async () => {
  assert.equal(await decodes(avif({ said: [100, 100], coded: [16_384, 16_384] })), false);
  assert.equal(await decodes(avif({ said: [100, 100], kind: "grid" })), false);
  const twice = avif({ said: [100, 100] });
  // Adds another sequence header behind the first one.
  const frame = sequenceHeader(100, 100);
  const lie = Buffer.from(bytes(twice, sequenceHeader(16_384, 16_384)));
  lie.writeUInt32BE(8 + frame.length * 2, lie.indexOf("mdat") - 4);
  lie.writeUInt32BE(frame.length * 2, lie.indexOf("iinf") - 8);
  assert.equal(await decodes(lie), false);
});

test("unknown formats are not decoded", async () => {
  const hidden = jpeg(100, 100);
  hidden[20_006] = 0;
  assert.equal(await decodes(hidden), false, "a JPEG with something between its segments");
  for (const start of [
    "\0\0\x01\0\x01\0",
    "II*\0",
    "MM\0*",
    "\xff\x0a",
    "\0\0\0\x0cjP  ",
    "<svg>",
    "",
  ]) {
    assert.equal(await decodes(bytes(start, rest)), false, JSON.stringify(start));
  }
  const film = bytes(heic(100, 100), box("moov", rest));
  assert.equal(await decodes(film), false, "a film in the clothes of a picture");
});

test("endless files take few steps and reads, and don't block the page", async () => {
  const heads = {
    "a GIF of blocks": [bytes("GIF89a", little(4, 1), 0, 0, 0), bytes(0x21, 1, 0)],
    "a GIF of one-byte blocks": [bytes("GIF89a", little(4, 1), 0, 0, 0, 0x21, 1), bytes(1, 1)],
    "a JPEG of nothing but fill": [bytes(0xff, 0xd8), bytes(0xff)],
    "a JPEG of segments": [bytes(0xff, 0xd8), bytes(0xff, 0xe1, 0, 2)],
    "a HEIF of boxes": [box("ftyp", "heic"), big(4, 8)],
    "a HEIF of properties": [
      bytes(box("ftyp", "heic"), big(4, 49_000_000), "meta", big(4, 0)),
      box("ispe", big(4, 0), big(4, 1), big(4, 1)),
    ],
  };
  for (const [name, [start = rest, pattern = rest]] of Object.entries(heads)) {
    const { file, made } = endless(50_000_000, start, pattern);
    const { steps, most } = await stepsInOneTurn(async () => {
      assert.equal(await isModest(new Bytes(file, budget)).catch(() => false), false, name);
    });
    assert.ok(
      steps <= budget.steps + 1 && most <= 20_000 && made.reads < 2000,
      `${name}: ${steps}`,
    );
    if (/GIF|JPEG/.test(name)) assert.ok(most <= 500, `${name}: ${most} without a break`);
  }
});

test("pictures with random changes in the header are only decoded if they are small", async () => {
  const next = random(13);
  for (const [name, make] of Object.entries(formats)) {
    let decoded = 0;
    for (let i = 0; i < 300; i++) {
      const content = mutated(make(1 + next(9000), 1 + next(9000)), next);
      const size = await dimensions(fileOf(content)).catch(() => undefined);
      const isDecoded = await decodes(content);
      if (isDecoded) decoded += 1;
      assert.ok(!isDecoded || (size && size.width * size.height <= 50_000_000), `${name} ${i}`);
    }
    assert.ok(decoded > 0, `${name}: none was decoded`);
  }
});
