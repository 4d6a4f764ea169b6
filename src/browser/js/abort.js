// Aborts uploads. The core decides how often to retry.

import { put, requestOf } from "./requests.js";
import { erase, lock } from "./storage.js";

/**
 * Aborts an upload at the backend, so that no parts are left behind. Retries for as long as the core says so.
 *
 * @param {import("./options.js").Options} options
 * @param {string} key
 * @param {boolean} isOurs whether this page holds its lock. If not, it is only aborted if no other window holds it
 * @param {string | undefined} method
 * @param {string | undefined} url the upload's, if the backend has begun one
 * @param {(tries: number, status: number) => number} waitAfter returns the wait before the next try in ms; NaN to stop
 */
export async function abortUpload(options, key, isOurs, method, url, waitAfter) {
  // The app's headers are requested now, because the person may be about to sign out.
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
