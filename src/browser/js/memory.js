// Remembers a file's upload for another visit, and finds the uploads that earlier visits remembered of it. The core
// decides whether to resume one. Loaded for the first file that is large enough.

import { hashOf, markOf, resumableEntries, savedOf } from "./remembered.js";
import { erase, save, update } from "./storage.js";
import { handleKey } from "./take.js";
import { read, within } from "./waits.js";

/**
 * @typedef {import("./options.js").Options} Options
 * @typedef {import("./storage.js").Entry} Entry
 */

/** In bytes: how much is read at the start, the middle and the end of a file, to recognise it. */
const sampled = 16 * 1024;

/** The entry for which a file was picked again. @type {WeakMap<Blob, Entry>} */
const wanted = new WeakMap();

/**
 * Records the earlier upload for which a file was picked. The file resumes that upload if it has the same size and the
 * same bytes, because phones give a file another name or date whenever it is picked.
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
  /** The key under which it was remembered last. @type {string | undefined} */
  #id;
  /** Counts calls of `remember` and `forget`, so that a late write is dropped. */
  #turn = 0;
  /** Whether the next write creates an entry. Otherwise, an entry that another window has erased stays erased. */
  #isNew = false;
  /** @type {Promise<number> | undefined} */
  #sample;

  /**
   * @param {Options} options
   * @param {Blob} file
   * @param {string} name
   * @param {string} type as the core read it, which may differ from the file's
   */
  constructor(options, file, name, type) {
    this.#options = options;
    this.#file = file;
    this.#name = name;
    this.#type = type;
    this.#facts = [file.size, /** @type {Partial<File>} */ (file).lastModified ?? 0];
  }

  /**
   * Returns the earlier uploads of this file, the best one last. Also returns the upload for which the file was picked,
   * if it is not the same file.
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
    // Without a sample, the bytes that are stored already would have to be sent again.
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
      // If the file can't be read, the upload itself reports it.
    }
  }

  forget() {
    this.#turn += 1;
    this.#isNew = false;
    if (this.#id !== undefined) erase(this.#id);
    this.#id = undefined;
  }
}
