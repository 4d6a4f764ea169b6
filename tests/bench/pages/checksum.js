// How long the checksum of a part takes, seen from outside: from the target to the question where
// the part goes, which has the checksum in it.

import { upload } from "/dist/index.js";

const { fetch } = window;
const { arrayBuffer } = Blob.prototype;

/**
 * @param {Blob} part
 * @param {string} host
 */
async function crc32c(part, host) {
  let start = Number.NaN;
  let time = Number.NaN;
  window.fetch = (request, ...rest) => {
    const url = request instanceof Request ? request.url : `${request}`;
    if (url.endsWith("/parts")) time = performance.now() - start;
    return fetch(request, ...rest);
  };
  await upload(part, {
    endpoint: async () => {
      start = performance.now();
      const place = { upload_id: "bench", endpoint: `${host}/multipart` };
      return { protocol: "multipart", part_size: part.size, ...place };
    },
  });
  window.fetch = fetch;
  return time;
}

/**
 * The same, with a blob that is read in no time.
 *
 * @param {Blob} part
 * @param {string} host
 */
async function crc32cAlone(part, host) {
  const step = 1024 * 1024;
  const bytes = await part.arrayBuffer();
  const steps = Array.from({ length: bytes.byteLength / step }, (_, index) =>
    bytes.slice(index * step, (index + 1) * step),
  );
  let next = 0;
  Blob.prototype.arrayBuffer = function () {
    if (this.size !== step) return arrayBuffer.call(this);
    const read = /** @type {ArrayBuffer} */ (steps[next % steps.length]);
    next += 1;
    return Promise.resolve(read);
  };
  const time = await crc32c(part, host);
  Blob.prototype.arrayBuffer = arrayBuffer;
  return time;
}

/** @param {() => Promise<unknown>} act */
async function timed(act) {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

Object.assign(window, {
  /**
   * @param {string} host
   * @param {number} rounds
   * @param {number} size in bytes
   */
  async measure(host, rounds, size) {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += 65_536)
      crypto.getRandomValues(bytes.subarray(at, at + 65_536));
    const part = new Blob([bytes]);
    const found = [];
    // The first of each warms up.
    for (let round = 0; round <= rounds; round += 1) {
      const times = {
        sha256Alone: await timed(() => crypto.subtle.digest("SHA-256", bytes)),
        sha256: await timed(async () => crypto.subtle.digest("SHA-256", await part.arrayBuffer())),
        crc32cAlone: await crc32cAlone(part, host),
        crc32c: await crc32c(part, host),
      };
      if (round > 0) found.push(times);
    }
    return found;
  },
});
