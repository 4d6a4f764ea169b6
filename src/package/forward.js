// Gives the methods of an uploader to an object whose uploader is loaded later.

import { take } from "#take";

/**
 * The files that were added to an instance while its uploader could not be loaded.
 *
 * @type {WeakMap<object, any[]>}
 */
const kept = new WeakMap();

/** @type {WeakMap<object, Promise<any>>} */
const loading = new WeakMap();

const methods = "add start pause resume retry cancel remove recover forgetAll destroy".split(" ");

/**
 * Adds an uploader's methods to a prototype.
 *
 * @param {any} prototype
 * @param {(instance: any) => any} reach returns the uploader or, while it is loading, a promise of it
 */
export function forward(prototype, reach) {
  for (const name of methods) {
    /** @type {(this: any, ...args: any[]) => any} */
    prototype[name] = function (...args) {
      // Read at once, because a DataTransfer is empty a moment later. `add` itself refuses what is not a file.
      if (name === "add" && args[0]) args[0] = take(args[0]) ?? args[0];
      const perform = (/** @type {any} */ target) =>
        target.perform ? target.perform(name, ...args) : target[name](...args);
      const target = reach(this);
      if (!target.then) return perform(target);
      const done = target.then(perform, (/** @type {unknown} */ error) => {
        // The caller may ignore this promise. The event `load-error` reports the failure.
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
 * Loads an instance's uploader, and adds the files that were kept for it. Reports a failure by `load-error` and forgets
 * it, so that the next call tries again.
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
        // The caller's promise was rejected already. Events report what happens to the files.
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
    // The caller may ignore this promise too.
    promise.catch(() => {});
    loading.set(instance, promise);
  }
  return promise;
}

/**
 * Calls `load`, and up to four times more while its error is retryable.
 *
 * @template T
 * @param {() => Promise<T>} load
 * @param {number} [wait] in ms, doubled each time
 * @returns {Promise<T>}
 */
export const patiently = (load, wait = 1000) =>
  load().catch(async (error) => {
    if (!error.retryable || wait > 8000) throw error;
    await new Promise((resolve) => setTimeout(resolve, wait));
    return patiently(load, wait * 2);
  });
