// Sets timeouts for what may never answer.

/**
 * Resolves with the promise's value, or with `undefined` after a timeout. Is for steps that an upload can do without.
 * Clears its timer, because a dropped folder may have thousands of files.
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
 * Reads a blob. A blob of a removed iframe or a closed pop-up never answers itself, but a `Response` of this window
 * can read it. Only the blob's own exception says why it can't be read.
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
