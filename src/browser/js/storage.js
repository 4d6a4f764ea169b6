// What another visit has to know of an upload that has begun: in IndexedDB, an entry each. Never an
// upload URL, never bytes of the file, never whose it is in plain text. Where the browser keeps nothing, in a private
// window for example, all of this does nothing.

import { within } from "./waits.js";

/**
 * @typedef {object} Entry
 * @property {string} id the idempotency key
 * @property {[name: string, size: number, lastModified: number, type: string]} file
 * @property {number} sample a hash of some of its bytes
 * @property {number} way a hash of the page's `endpoint`, `props` and `owner`
 * @property {string | undefined} [owner] a hash of whose it is; of nobody without one
 * @property {string | undefined} endpoint where it is asked about
 * @property {string | undefined} uploadId the backend's, of an upload in parts
 * @property {number} partSize in bytes; 0 where there are no parts of one size
 * @property {number} loaded bytes that are stored
 * @property {number} touched ms since 1970
 * @property {FileSystemFileHandle | undefined} handle
 */

/** In ms: how long an upload is remembered. Backends and buckets give it up after as long. */
const lifetime = 7 * 24 * 60 * 60 * 1000;

/** In ms: how long to leave a database alone that did not answer. */
const rest = 60_000;

/** The time, in ms of `performance.now()`, from which the database may be asked again. */
let restsUntil = 0;

/** @type {Promise<IDBDatabase> | undefined} */
let opening;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("ittybit-uploader", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("uploads", { keyPath: "id" });
    request.onsuccess = () => {
      const database = request.result;
      // Another page wants it gone, or in a newer form.
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
 * Some databases never answer, after an update of the browser or in a private window. One that takes longer than a
 * second is left alone for a while. Only an erasure (`mayBeLate`) still waits for it.
 *
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @param {boolean} [mayBeLate]
 * @returns {Promise<T | undefined>} nothing where it cannot be done
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
 * Not only when the answer is back: by then a page that is being left is gone.
 *
 * @template {IDBRequest} R
 * @param {R} request the last of its transaction
 */
function atOnce(request) {
  request.transaction?.commit();
  return request;
}

/**
 * Answers with nothing where it cannot be saved.
 *
 * @param {Entry} entry
 */
export const save = (entry) => withStore("readwrite", (store) => atOnce(store.put(entry)));

/**
 * Saves what has changed of an entry, unless that was erased meanwhile, as another window may do.
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

/** All that is remembered, without what is too old. */
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
 * Sees to it that an upload goes on in one place at a time, over all windows.
 *
 * @param {string} id
 * @returns {Promise<(() => void) | undefined>} lets go of it; nothing where another has it
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
    // Browsers have it on pages that came over https, or from this machine.
    if (!globalThis.navigator?.locks) {
      hold(true);
      return;
    }
    const request = navigator.locks.request(lockName(id), { ifAvailable: true }, hold);
    within(request.catch(() => {})).then(() => hold(true));
  });
}

/** What goes on right now, here or in another window. */
export async function locked() {
  const locks = globalThis.navigator?.locks;
  const { held = [] } = (locks && (await within(locks.query()))) ?? {};
  const names = new Set(held.map(({ name }) => name));
  return (/** @type {string} */ id) => names.has(lockName(id));
}
