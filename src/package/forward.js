// The methods of an uploader, on something that has its uploader later.

import { take } from "#take";

/**
 * Keeps the files that an instance was given while its uploader could not be loaded.
 *
 * @type {WeakMap<object, any[]>}
 */
const kept = new WeakMap();

/** @type {WeakMap<object, Promise<any>>} */
const loading = new WeakMap();

const methods = "add start pause resume retry cancel remove recover forgetAll destroy".split(" ");

/**
 * @param {any} prototype
 * @param {(instance: any) => any} reach answers with the uploader or, as long as there is none, a
 *   promise of it
 */
export function forward(prototype, reach) {
  for (const name of methods) {
    /** @type {(this: any, ...args: any[]) => any} */
    prototype[name] = function (...args) {
      // A DataTransfer is empty a moment later. What is no file is refused where files are added.
      if (name === "add" && args[0]) args[0] = take(args[0]) ?? args[0];
      const perform = (/** @type {any} */ target) =>
        target.perform ? target.perform(name, ...args) : target[name](...args);
      const target = reach(this);
      if (!target.then) return perform(target);
      const done = target.then(perform, (/** @type {unknown} */ error) => {
        // The caller may not wait for this promise. The event `load-error` tells of the failure.
        done.catch(() => {});
        if (name === "add") kept.set(this, [...(kept.get(this) ?? []), args[0]]);
        if (/cancel|destroy|forgetAll/.test(name)) kept.delete(this);
        throw error;
      });
      return done;
    };
  }
}

/**
 * Loads an instance's uploader, and gives it the files that were kept. A failure is told by an event, and forgotten,
 * so that the next call tries again.
 *
 * @param {EventTarget} instance
 * @param {() => Promise<any>} load
 * @returns {Promise<any>}
 */
export function loadFor(instance, load) {
  let promise = loading.get(instance);
  if (!promise) {
    promise = load().then(
      (uploader) => {
        // The caller's promise has been rejected already. Events tell what becomes of the files.
        for (const files of kept.get(instance) ?? []) uploader.add(files).catch(() => {});
        kept.delete(instance);
        return uploader;
      },
      (error) => {
        loading.delete(instance);
        const told = { detail: { error }, bubbles: true, composed: true };
        instance.dispatchEvent(new CustomEvent("load-error", told));
        throw error;
      },
    );
    // Nobody may wait for this promise either.
    promise.catch(() => {});
    loading.set(instance, promise);
  }
  return promise;
}

/**
 * Calls `load`, and up to four times more where its error says that another try may help.
 *
 * @template T
 * @param {() => Promise<T>} load
 * @param {number} [wait] in ms, twice as long each time
 * @returns {Promise<T>}
 */
export const patiently = (load, wait = 1000) =>
  load().catch(async (error) => {
    if (!error.retryable || wait > 8000) throw error;
    await new Promise((resolve) => setTimeout(resolve, wait));
    return patiently(load, wait * 2);
  });
