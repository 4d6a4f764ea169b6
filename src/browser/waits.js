// What may take for ever, and what may not.

/**
 * Resolves with what becomes of it, or with nothing where that takes longer: for what an upload can do without.
 * Leaves no timer behind, because a dropped folder may have thousands of files.
 *
 * @template T
 * @param {PromiseLike<T>} promise
 * @param {number} [time] in ms
 * @returns {Promise<T | undefined>}
 */
export function within(promise, time = 1000) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<undefined>} */
  const over = new Promise((resolve) => {
    timer = setTimeout(() => resolve(undefined), time);
  });
  return Promise.race([promise, over]).finally(() => clearTimeout(timer));
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
