// Stores what another visit needs to resume an upload: an entry for each, in IndexedDB. Never stores upload URLs, bytes
// of a file, or an owner in plain text. If the browser stores nothing, for example in a private window, these functions
// do nothing.

import { within } from "./waits.js";

/**
 * @typedef {object} Entry
 * @property {string} id the idempotency key
 * @property {[name: string, size: number, lastModified: number, type: string]} file
 * @property {number} sample a hash of some of its bytes
 * @property {number} way a hash of the page's `endpoint`, `props` and `owner`
 * @property {string | undefined} [owner] a hash of the owner, if there is one
 * @property {string | undefined} endpoint where requests about it are sent
 * @property {string | undefined} uploadId the backend's id, of an upload in parts
 * @property {number} partSize in bytes; 0 if there are no parts of one size
 * @property {number} loaded bytes that are stored
 * @property {number} touched when it was last saved, in ms since 1970
 * @property {FileSystemFileHandle | undefined} handle
 */

/** In ms: how long an upload is remembered. Backends and buckets abort it after the same time. */
const lifetime = 7 * 24 * 60 * 60 * 1000;

/** In ms: how long a database that did not answer is left alone. */
const rest = 60_000;

/** In ms, on the clock of `performance`: when the database may be used again. */
let restsUntil = 0;

/** @type {Promise<IDBDatabase> | undefined} */
let opening;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("ittybit-uploader", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("uploads", { keyPath: "id" });
    request.onsuccess = () => {
      const database = request.result;
      // Another page wants to delete or upgrade the database.
      database.onversionchange = () => database.close();
      database.onclose = () => {
        opening = undefined;
      };
      resolve(database);
    };
    request.onerror = request.onblocked = () => reject(request.error);
  });
  return opening;
}

/**
 * Performs a request in a transaction. Some databases never answer, after an update of the browser or in a private
 * window. A database that takes longer than a second is not used for a while, but an erasure (`mayBeLate`) still happens
 * if it answers later.
 *
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @param {boolean} [mayBeLate]
 * @returns {Promise<T | undefined>} `undefined` if that fails or takes too long
 */
async function withStore(mode, act, mayBeLate = false) {
  const isAsked = mayBeLate || performance.now() >= restsUntil;
  if (!isAsked) return undefined;
  let isLate = false;
  const acting = async () => {
    const database = await open();
    if (isLate && !mayBeLate) return undefined;
    return new Promise((/** @type {(results: [T]) => void} */ resolve, reject) => {
      const transaction = database.transaction("uploads", mode);
      const request = act(transaction.objectStore("uploads"));
      transaction.oncomplete = () => resolve([request.result]);
      transaction.onabort = () => reject(transaction.error);
    });
  };
  try {
    const results = await within(acting());
    if (results) return results[0];
    isLate = true;
    restsUntil = performance.now() + rest;
  } catch {}
  opening = undefined;
  return undefined;
}

/**
 * Commits a transaction at once, because a page that is being left is gone before the answer arrives.
 *
 * @template {IDBRequest} R
 * @param {R} request the last of its transaction
 */
function atOnce(request) {
  request.transaction?.commit();
  return request;
}

/**
 * Saves an entry. Resolves with `undefined` if that fails.
 *
 * @param {Entry} entry
 */
export const save = (entry) => withStore("readwrite", (store) => atOnce(store.put(entry)));

/**
 * Saves the changes of an entry, unless it was erased meanwhile, for example by another window.
 *
 * @param {Entry} entry
 */
export const update = (entry) =>
  withStore("readwrite", (store) => {
    const count = store.count(entry.id);
    count.onsuccess = () => {
      if (count.result > 0) atOnce(store.put(entry));
    };
    return count;
  });

/** @param {string} id */
export const erase = (id) => withStore("readwrite", (store) => atOnce(store.delete(id)), true);

/** Returns all entries, and erases those that are too old. */
export async function entries() {
  /** @type {Entry[]} */
  const all = (await withStore("readonly", (store) => store.getAll())) ?? [];
  const oldest = Date.now() - lifetime;
  for (const { id, touched } of all) if (touched < oldest) erase(id);
  return all.filter(({ touched }) => touched >= oldest);
}

/** @param {string} id */
const lockName = (id) => `ittybit-uploader ${id}`;

/**
 * Locks an upload, so that only one window at a time sends it.
 *
 * @param {string} id
 * @returns {Promise<(() => void) | undefined>} releases the lock; `undefined` if it is taken
 */
export function lock(id) {
  return new Promise((resolve) => {
    let isSettled = false;
    /** @type {(lock: unknown) => Promise<void> | void} */
    const hold = (lock) => {
      // A lock that comes too late is released.
      if (isSettled) return;
      isSettled = true;
      if (!lock) return resolve(undefined);
      return new Promise((release) => resolve(release));
    };
    // Browsers have locks only on pages that were loaded over `https:` or from this machine.
    if (!globalThis.navigator?.locks) {
      hold(true);
      return;
    }
    const request = navigator.locks.request(lockName(id), { ifAvailable: true }, hold);
    within(request.catch(() => {})).then(() => hold(true));
  });
}

/** Returns a function that says whether an upload is locked right now, by this window or another. */
export async function locked() {
  const locks = globalThis.navigator?.locks;
  const { held = [] } = (locks && (await within(locks.query()))) ?? {};
  const names = new Set(held.map(({ name }) => name));
  return (/** @type {string} */ id) => names.has(lockName(id));
}
