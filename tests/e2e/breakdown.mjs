// Crashes the wasm when a test says so.

/**
 * Must run first in a page. Intercepts the memory, the clock and the timers of the wasm.
 */
export function prepare() {
  /** @type {WebAssembly.Memory[]} */
  const memories = [];
  const { instantiate } = WebAssembly;
  Object.assign(WebAssembly, {
    /** @type {(module: WebAssembly.Module, imports: WebAssembly.Imports) => unknown} */
    async instantiate(module, imports) {
      const instance = await instantiate(module, imports);
      for (const value of Object.values(instance.exports)) {
        if (value instanceof WebAssembly.Memory) memories.push(value);
      }
      return instance;
    },
  });
  const overwrite = (/** @type {WebAssembly.Memory | undefined} */ memory) => {
    if (memory) new Uint8Array(memory.buffer).fill(255);
  };
  /** @type {Map<number, () => void>} */
  const timers = new Map();
  const { setTimeout, clearTimeout } = window;
  Object.assign(window, {
    setTimeout: (/** @type {() => void} */ callback, /** @type {number} */ delay) => {
      const fire = () => {
        timers.delete(timer);
        callback();
      };
      const timer = setTimeout(fire, delay);
      timers.set(timer, callback);
      return timer;
    },
    clearTimeout: (/** @type {number} */ timer) => {
      timers.delete(timer);
      clearTimeout(timer);
    },
    /** @type {Record<string, () => void>} */
    faults: {
      // An exception from an import passes through the wasm without cleanup, and leaves its state
      // inconsistent.
      "an exception": () => {
        performance.now = () => {
          Reflect.deleteProperty(performance, "now");
          throw new Error("The clock is broken.");
        };
      },
      // Overwrites the memory, so that the next call traps.
      "a trap": () => overwrite(memories.at(-1)),
      // An element starts the wasm of its uploads before that of its view.
      "a trap in the uploads": () => overwrite(memories[0]),
      "a trap in the view": () => overwrite(memories[1]),
    },
    /** Fires all timers at once, and dispatches events that the wasm listens to. */
    wakeAll: () => {
      for (const [timer, callback] of [...timers]) {
        window.clearTimeout(timer);
        callback();
      }
      for (const event of ["offline", "online"]) window.dispatchEvent(new Event(event));
    },
  });
}

/**
 * Crashes the wasm during an event of the browser.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} fault
 */
export const breakDown = (page, fault) =>
  page.evaluate((fault) => {
    /** @type {any} */ (window).faults[fault]();
    // The wasm handles this event in every state.
    window.dispatchEvent(new Event("online"));
  }, fault);

/** Fires all timers of the page at once, and dispatches events that the wasm listens to. */
export const wakeAll = (/** @type {import("playwright-core").Page} */ page) =>
  page.evaluate(() => /** @type {any} */ (window).wakeAll());
