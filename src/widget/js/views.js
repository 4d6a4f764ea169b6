// The wasm in which the views of all elements run. It is another instance than that of the uploads, so that a view
// that crashes ends no upload.

import { start } from "../../package/load/start.js";
import { report } from "./fault.js";

/**
 * An element's inside, which has a view.
 *
 * @typedef {object} Owner
 * @property {() => void} crashed drops the view
 * @property {() => void} connect creates a view
 */

export function createViews() {
  /** @type {import("#glue").Glue | undefined} */
  let glue;
  /** The owners of views, while their elements are in a page. @type {Set<Owner>} */
  const owners = new Set();

  /**
   * Starts the wasm, unless it runs. Starts another one after a crash.
   *
   * @param {WebAssembly.Module} module
   */
  async function begin(module) {
    glue ??= await start(module, (cause) => {
      glue = undefined;
      for (const owner of owners) owner.crashed();
      begin(module).then(() => {
        for (const owner of owners) owner.connect();
      }, report);
      return cause;
    });
  }

  return {
    begin,
    owners,

    /** Creates a view. Returns `undefined` while no wasm runs. @type {typeof import("#glue").View.create} */
    create: (...all) => glue?.View.create(...all),
  };
}

/** @typedef {ReturnType<typeof createViews>} Views */
