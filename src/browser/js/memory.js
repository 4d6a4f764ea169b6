// Remembers one file's upload for another visit, and finds what earlier visits have remembered of it. Whether that is
// continued is the core's decision. Loaded for the first file that is worth it.

import { hashOf, markOf, resumableEntries, savedOf } from "./remembered.js";
import { erase, save, update } from "./storage.js";
import { handleKey } from "./take.js";
import { read, within } from "./waits.js";

/**
 * @typedef {import("./options.js").Options} Options
 * @typedef {import("./storage.js").Entry} Entry
 */

/** In bytes: what is read at the start, the middle and the end of a file, to know it again. */
const sampled = 16 * 1024;

/** For which entry a file was picked again. @type {WeakMap<Blob, Entry>} */
const wanted = new WeakMap();

/**
 * Says for which earlier upload a file was picked. The file continues that upload if it has the same size and the same
 * bytes: phones give a file another name or date whenever it is picked.
 *
 * @param {Blob} file
 * @param {Entry} entry
 */
export function pickFor(file, entry) {
  wanted.set(file, entry);
}

export class FileMemory {
  #options;
  #file;
  /** The file's size and date. @type {[size: number, lastModified: number]} */
  #facts;
  #name;
  #type;
  /** Under which key it was remembered last. @type {string | undefined} */
  #id;
  /** Changes whenever there is something else to remember. */
  #turn = 0;
  /** Whether the next entry is new. Otherwise another window may have erased it, and it stays erased. */
  #isNew = false;
  /** @type {Promise<number> | undefined} */
  #sample;

  /**
   * @param {Options} options
   * @param {Blob} file
   * @param {string} name
   * @param {string} type as it was read, not as the file says it
   */
  constructor(options, file, name, type) {
    this.#options = options;
    this.#file = file;
    this.#name = name;
    this.#type = type;
    this.#facts = [file.size, /** @type {Partial<File>} */ (file).lastModified ?? 0];
  }

  /**
   * Returns the earlier uploads of this file, the best one last, and the one for which it was picked if it turned out
   * to be another file.
   */
  async find() {
    const picked = wanted.get(this.#file);
    const earlier = [];
    for (const entry of (await within(resumableEntries(this.#options))) ?? []) {
      if (await this.#isOf(entry, entry.id === picked?.id)) earlier.unshift(savedOf(entry));
    }
    const replaced = picked && earlier.length === 0 ? savedOf(picked) : undefined;
    return { earlier, replaced };
  }

  /**
   * @param {Entry} entry
   * @param {boolean} isPicked
   */
  async #isOf({ file, sample }, isPicked) {
    const [, size] = file;
    const identity = [this.#name, ...this.#facts, this.#type];
    const isAlike = isPicked
      ? size === this.#file.size
      : file.every((value, index) => value === identity[index]);
    // If the sample can't be taken, the bytes that are stored already have to be sent again.
    const patient = isPicked ? 30_000 : undefined;
    return isAlike && sample === (await within(this.#takeSample(), patient).catch(() => undefined));
  }

  #takeSample() {
    this.#sample ??= (async () => {
      const { size } = this.#file;
      let hash;
      for (const start of [0, Math.floor(size / 2), Math.max(size - sampled, 0)]) {
        const bytes = await read(this.#file.slice(start, start + sampled));
        hash = hashOf(new Uint8Array(bytes), hash);
      }
      return /** @type {number} */ (hash);
    })();
    return this.#sample;
  }

  /**
   * @param {string} id
   * @param {string} name
   * @param {string} type
   * @param {string | undefined} endpoint
   * @param {string | undefined} uploadId
   * @param {number} partSize
   * @param {number} loaded bytes that are stored
   * @param {boolean} isNew
   */
  async remember(id, name, type, endpoint, uploadId, partSize, loaded, isNew) {
    this.#id = id;
    this.#isNew ||= isNew;
    this.#turn += 1;
    const turn = this.#turn;
    try {
      const [sample, mark] = await Promise.all([this.#takeSample(), markOf(this.#options)]);
      if (turn !== this.#turn) return;
      /** @type {Entry} */
      const entry = {
        id,
        file: [name, ...this.#facts, type],
        sample,
        ...mark,
        endpoint,
        uploadId,
        partSize,
        loaded,
        touched: Date.now(),
        handle: /** @type {any} */ (this.#file)[handleKey],
      };
      if (!this.#isNew) await update(entry);
      else if ((await save(entry)) !== undefined && turn === this.#turn) this.#isNew = false;
    } catch {
      // If the file can't be read, the upload itself says so.
    }
  }

  forget() {
    this.#turn += 1;
    this.#isNew = false;
    if (this.#id !== undefined) erase(this.#id);
    this.#id = undefined;
  }
}
