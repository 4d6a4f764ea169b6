// What may take for ever, and what may not.

/**
 * What becomes of it, or nothing where that takes longer: for what an upload can do without.
 *
 * @template T
 * @param {PromiseLike<T>} promise
 * @param {number} [time] in ms
 * @returns {Promise<T | undefined>}
 */
export function within(promise, time = 1000) {
  return Promise.race([
    promise,
    /** @type {Promise<undefined>} */ (
      new Promise((resolve) => setTimeout(() => resolve(undefined), time))
    ),
  ]);
}

/**
 * Reads a blob. One whose window is gone, of a removed iframe or a closed pop-up, never answers itself, but a
 * `Response` of this window reads it. Why one can't be read, only the blob itself says.
 *
 * @param {Blob} blob
 */
export async function read(blob) {
  try {
    return await new Response(blob).arrayBuffer();
  } catch (error) {
    const bytes = await within(blob.arrayBuffer());
    if (bytes) return bytes;
    throw error;
  }
}
