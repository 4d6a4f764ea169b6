// CRC32C (RFC 3720, appendix B.4), with which S3 computes composite checksums.

/** Castagnoli's polynomial, reversed. */
const polynomial = 0x82f63b78;

/** Returns four bytes, in big-endian order. @param {Uint8Array} bytes */
export function crc32c(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ polynomial : sum >>> 1;
  }
  const four = new Uint8Array(4);
  new DataView(four.buffer).setUint32(0, sum ^ 0xffffffff);
  return four;
}
