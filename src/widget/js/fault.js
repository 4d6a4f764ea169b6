// Reports the view's faults. A page may have replaced any function of the DOM by one that throws, and a wasm can't be
// used after an exception has passed through it.

import { warn } from "../../browser/js/console.js";

/**
 * Reports a fault to the page's developer, once.
 *
 * @param {unknown} error
 */
export function report(error) {
  warn(`ittybit-uploader: the view failed, uploads go on. ${error}`);
}

/**
 * Calls a function for the view. Reports what it throws.
 *
 * @param {() => unknown} task
 */
export function attempt(task) {
  try {
    task();
  } catch (error) {
    report(error);
  }
}
