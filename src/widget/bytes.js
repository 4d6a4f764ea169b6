// Reads of a file that somebody else made. A parser gets a number of bytes and a number of steps, so that
// no file makes it work longer, and the page has its turn between them.

import { read } from "../browser/waits.js";

/** Pixels of a picture or frame that is decoded: a photo of 48 megapixels is, in 200 MB of memory. */
export const mostPixels = 50_000_000;

/** In bytes: what is read at once, since the next thing that is asked for is often near. */
const ahead = 16_384;

/** After so many steps without a read from the disk, the page has its turn. */
const stride = 250;

export class Bytes {
  #file;
  #budget;
  #signal;
  #steps = 0;
  #from = 0;
  #held = new ArrayBuffer(0);

  /**
   * @param {Pick<Blob, "size" | "slice">} file
   * @param {{ bytes: number, steps: number }} budget the most that is read, and done, for this file
   * @param {AbortSignal} [signal]
   */
  constructor(file, budget, signal) {
    this.#file = file;
    this.#budget = { ...budget };
    this.#signal = signal;
  }

  /** Of the file, in bytes. */
  get size() {
    return this.#file.size;
  }

  /** Counts one step of a parser; throws a `RangeError` if there were too many. */
  step() {
    this.#steps += 1;
    if (this.#steps > this.#budget.steps) throw new RangeError("too many steps");
  }

  /**
   * @param {number} at
   * @param {number} size
   * @returns {Promise<DataView>} rejects unless all of it is in the file
   */
  async read(at, size) {
    this.#signal?.throwIfAborted();
    this.step();
    if (!(at >= 0 && size >= 0 && at + size <= this.size)) throw new RangeError("beyond the end");
    if (at >= this.#from && at + size <= this.#from + this.#held.byteLength) {
      if (this.#steps % stride === 0) await new Promise((resolve) => setTimeout(resolve));
    } else {
      const wanted = Math.min(Math.max(size, ahead), this.size - at);
      this.#budget.bytes -= wanted;
      if (this.#budget.bytes < 0) throw new RangeError("too many bytes");
      this.#held = await read(this.#file.slice(at, at + wanted));
      this.#from = at;
    }
    return new DataView(this.#held, at - this.#from, size);
  }
}

/**
 * @param {DataView} view
 * @param {number} at
 * @param {number} [length]
 */
export function textAt(view, at, length = 4) {
  return String.fromCharCode(...Array.from({ length }, (_, i) => view.getUint8(at + i)));
}
