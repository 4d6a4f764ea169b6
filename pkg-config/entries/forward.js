// The methods of an uploader, on something that has its uploader later.

import { take } from "#take";

/** How long to wait, in ms, before what could not be loaded is tried once more. */
const patience = [1000, 2000, 4000, 8000];

const methods = "add start pause resume retry cancel remove recover forgetAll destroy".split(" ");

/**
 * @param {object} prototype
 * @param {(instance: any) => any} reach answers with the uploader or, as long as there is none, a
 *   promise of it
 */
export function forward(prototype, reach) {
  for (const name of methods) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      writable: true,
      /** @param {unknown[]} args */
      value(...args) {
        // A DataTransfer is empty a moment later. What is no file is refused where files are added.
        if (name === "add" && args[0]) args[0] = taken(args[0]);
        const perform = (/** @type {any} */ target) =>
          target.perform ? target.perform(name, ...args) : target[name](...args);
        const target = reach(this);
        return target.then ? target.then(perform) : perform(target);
      },
    });
  }
}

/** @param {unknown} source */
function taken(source) {
  try {
    return take(source);
  } catch {
    return source;
  }
}

/**
 * Loads, and tries again where the connection is gone. What is another file will not become ours by waiting.
 *
 * @template T
 * @param {() => Promise<T>} load
 * @returns {Promise<T>}
 */
export async function patiently(load) {
  for (const wait of patience) {
    try {
      return await load();
    } catch (error) {
      if (/** @type {Error} */ (error).name === "IntegrityError") throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  return load();
}
