// MD5 (RFC 1321), which Web Crypto doesn't have. Stores use it for the ETags of objects in parts.
// Nothing here relies on it for security.

/** By how many bits each step of a round rotates its sum. */
const turns = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];

const sines = Array.from({ length: 64 }, (_, at) =>
  Math.floor(Math.abs(Math.sin(at + 1)) * 2 ** 32),
);

/** @param {number} round @param {number} b @param {number} c @param {number} d */
function mixed(round, b, c, d) {
  if (round === 0) return (b & c) | (~b & d);
  if (round === 1) return (b & d) | (c & ~d);
  return round === 2 ? b ^ c ^ d : c ^ (b | ~d);
}

/** Returns which word of a block a step uses. @param {number} round @param {number} step */
function wordOf(round, step) {
  if (round === 0) return step;
  if (round === 1) return (5 * step + 1) % 16;
  return (round === 2 ? 3 * step + 5 : 7 * step) % 16;
}

/** @param {Uint8Array} bytes */
export function md5(bytes) {
  // Pads with a bit, zeros, and the number of bits.
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n, true);
  const sums = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let block = 0; block < padded.length; block += 64) {
    let [a = 0, b = 0, c = 0, d = 0] = sums;
    for (let step = 0; step < 64; step++) {
      const round = step >> 4;
      const word = view.getUint32(block + 4 * wordOf(round, step), true);
      const sum = (a + mixed(round, b, c, d) + (sines[step] ?? 0) + word) | 0;
      const turn = turns[round]?.[step % 4] ?? 0;
      [a, b, c, d] = [d, (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0, b, c];
    }
    [a, b, c, d].forEach((word, at) => {
      sums[at] = ((sums[at] ?? 0) + word) | 0;
    });
  }
  const digest = new DataView(new ArrayBuffer(16));
  sums.forEach((word, at) => {
    digest.setInt32(4 * at, word, true);
  });
  return new Uint8Array(digest.buffer);
}
