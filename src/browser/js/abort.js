// Ends uploads for good. How often that is tried is the core's decision.

import { put, requestOf } from "./requests.js";
import { erase, lock } from "./storage.js";

/**
 * Ends an upload for good, so that no parts are left behind. Asks again for as long as the core says so.
 *
 * @param {import("./options.js").Options} options
 * @param {string} key
 * @param {boolean} isOurs or only if no other window is sending it
 * @param {string | undefined} method
 * @param {string | undefined} url of the upload, if the backend has begun one
 * @param {(tries: number, status: number) => number} waitAfter how long to wait before the next try, in ms; NaN ends it
 */
export async function abortUpload(options, key, isOurs, method, url, waitAfter) {
  // The person may be about to sign out: the app gives its headers now.
  const asked = method && url ? requestOf(options, method, url, key) : undefined;
  asked?.catch(() => {});
  const release = isOurs ? () => {} : await lock(key);
  if (!release) return;
  erase(key);
  for (let tries = 1; asked; tries += 1) {
    const request = await asked.catch(() => {});
    const { status } = request ? await put(request.clone()) : { status: 0 };
    const wait = waitAfter(tries, status);
    if (!(wait >= 0)) break;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  release();
}
