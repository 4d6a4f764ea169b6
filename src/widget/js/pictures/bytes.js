// Reads from untrusted files. Limits the bytes and steps that a parser may use, so that no file can keep it
// busy, and lets the page's other tasks run in between.

import { read } from "../../../browser/js/waits.js";

/**
 * The most pixels that a picture or frame may have to be decoded. Allows a photo of 48 megapixels, which
 * takes 200 MB of memory.
 */
export const maxPixels = 50_000_000;

/** How many bytes to read at least, because the next read is often nearby. */
const readAhead = 16_384;

/** After this many steps without a read from the disk, lets the page's other tasks run. */
const stepsPerTask = 250;

export class Bytes {
  #file;
  #budget;
  #signal;
  #steps = 0;
  #from = 0;
  #held = new ArrayBuffer(0);

  /**
   * @param {Pick<Blob, "size" | "slice">} file
   * @param {{ bytes: number, steps: number }} budget the most bytes to read and steps to make
   * @param {AbortSignal} [signal]
   */
  constructor(file, budget, signal) {
    this.#file = file;
    this.#budget = { ...budget };
    this.#signal = signal;
  }

  /** The size of the file, in bytes. */
  get size() {
    return this.#file.size;
  }

  /** Counts one step of a parser. Throws a `RangeError` if there were too many. */
  step() {
    this.#steps += 1;
    if (this.#steps > this.#budget.steps) throw new RangeError("too many steps");
  }

  /**
   * @param {number} at
   * @param {number} size
   * @returns {Promise<DataView>} rejects if the range exceeds the file or the budget
   */
  async read(at, size) {
    this.#signal?.throwIfAborted();
    this.step();
    if (!(at >= 0 && size >= 0 && at + size <= this.size)) throw new RangeError("beyond the end");
    if (at >= this.#from && at + size <= this.#from + this.#held.byteLength) {
      if (this.#steps % stepsPerTask === 0) await new Promise((resolve) => setTimeout(resolve));
    } else {
      const wanted = Math.min(Math.max(size, readAhead), this.size - at);
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
