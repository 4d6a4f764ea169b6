// Uploads the picked file in one of the ways that are compared.

import { upload } from "/dist/index.js";

/** In bytes. The same as in the targets of the demo's backend. */
const pieceSize = 16 * 1024 * 1024;

/** The ways to upload: to the sink at `host`, or through `/api/uploads` if there is none. */
const ways = {
  /**
   * One request.
   *
   * @param {File} file
   * @param {string} host
   */
  bare: (file, host) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("PUT", `${host}/whole`);
      request.upload.onprogress = () => {};
      request.onload = resolve;
      request.onerror = reject;
      request.send(file);
    }),

  /**
   * @param {File} file
   * @param {string} host
   * @param {object} options
   */
  resumable: (file, host, options) => {
    const url = `${host}/resumable/${crypto.randomUUID()}`;
    const endpoint = async () =>
      /** @type {const} */ ({ protocol: "resumable", url, chunk_size: pieceSize });
    return ours(file, host ? { endpoint } : toDemo("resumable"), options);
  },

  /**
   * @param {File} file
   * @param {string} host
   * @param {object} options
   */
  multipart: (file, host, options) => {
    const endpoint = async () =>
      /** @type {const} */ ({
        protocol: "multipart",
        upload_id: "bench",
        part_size: pieceSize,
        endpoint: `${host}/multipart`,
      });
    const toHost = { endpoint, endpoints: host ? [new URL(host).origin] : [] };
    return ours(file, host ? toHost : toDemo("multipart"), options);
  },

  /**
   * @param {File} file
   * @param {string} host
   * @param {object} options
   */
  upchunk: (file, host, options) =>
    new Promise((resolve, reject) => {
      const { UpChunk } = /** @type {any} */ (window).others;
      const sent = UpChunk.createUpload({ endpoint: `${host}/upchunk`, file, ...options });
      sent.on("progress", () => {});
      sent.on("success", resolve);
      sent.on("error", (/** @type {CustomEvent} */ { detail }) =>
        reject(new Error(detail.message)),
      );
    }),

  /**
   * @param {File} file
   * @param {string} host
   * @param {object} options
   */
  tus: (file, host, options) =>
    new Promise((resolve, reject) => {
      const { Upload } = /** @type {any} */ (window).others;
      new Upload(file, {
        endpoint: `${host}/tus`,
        storeFingerprintForResuming: false,
        onProgress: () => {},
        onSuccess: resolve,
        onError: reject,
        ...options,
      }).start();
    }),
};

/** @param {string} protocol */
const toDemo = (protocol) => ({ endpoint: "/api/uploads", props: { protocol } });

/**
 * @param {File} file
 * @param {import("/dist/index.js").UploadOptions} target
 * @param {object} options
 */
async function ours(file, target, options) {
  const media = await upload(file, { ...target, onProgress: () => {}, ...options });
  if (!media.id) throw new Error("no media object");
  return media;
}

/** Measures the longest time for which the main thread was blocked, in ms. */
class Lag {
  longest = 0;
  #last = performance.now();
  // Browsers wait at least 4 ms between two timers.
  #timer = setInterval(() => {
    const now = performance.now();
    this.longest = Math.max(this.longest, now - this.#last);
    this.#last = now;
  }, 4);

  stop() {
    clearInterval(this.#timer);
    return this.longest;
  }
}

Object.assign(window, {
  /**
   * @param {keyof typeof ways | "idle"} way
   * @param {string} host
   * @param {object} options
   */
  async send(way, host, options) {
    const file = document.querySelector("input")?.files?.[0];
    if (!file) throw new Error("no file");
    const lag = new Lag();
    const started = performance.now();
    const media =
      way === "idle"
        ? await new Promise((resolve) => setTimeout(resolve, 2000))
        : await ways[way](file, host, options);
    const time = performance.now() - started;
    const { crossings } = /** @type {any} */ (window);
    return { time, crossings, longest: lag.stop(), media: media?.id ? media : undefined };
  },
});
