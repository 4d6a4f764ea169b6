// Measures the checksum of a part from outside: from the upload target to the request for the part's
// URL, which contains the checksum.

import { upload } from "/dist/index.js";

const { fetch } = window;

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
    endpoints: [new URL(host).origin],
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
 * Returns how long the wasm takes for bytes in its memory.
 *
 * @param {any} wasm its exports
 * @param {boolean} isMd5
 * @param {number} size in bytes
 */
function alone(wasm, isMd5, size) {
  const step = 1024 * 1024;
  const start = performance.now();
  wasm.begin(isMd5);
  for (let at = 0; at < size; at += step) wasm.update(step);
  wasm.finish();
  return performance.now() - start;
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
    const { instance } = await WebAssembly.instantiateStreaming(fetch("/dist/checksum.wasm"));
    const found = [];
    // The first round is a warm-up.
    for (let round = 0; round <= rounds; round += 1) {
      const times = {
        sha256Alone: await timed(() => crypto.subtle.digest("SHA-256", bytes)),
        sha256: await timed(async () => crypto.subtle.digest("SHA-256", await part.arrayBuffer())),
        crc32cAlone: alone(instance.exports, false, size),
        md5Alone: alone(instance.exports, true, size),
        crc32c: await crc32c(part, host),
      };
      if (round > 0) found.push(times);
    }
    return found;
  },
});
