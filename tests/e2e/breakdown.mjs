// A wasm that breaks down when a test says so.

/**
 * For a page, before anything else: gets hold of what a wasm works with, which is its memory, its
 * clock, and the timers that it sets.
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
      // What an import throws goes right through the wasm, and leaves it as it was just then.
      "an exception": () => {
        performance.now = () => {
          Reflect.deleteProperty(performance, "now");
          throw new Error("The clock is broken.");
        };
      },
      // With all its pointers wild, the next thing that it does is a trap.
      "a trap": () => {
        const memory = memories.at(-1);
        if (memory) new Uint8Array(memory.buffer).fill(255);
      },
    },
    /** Whatever the browser was handed until now comes to life. */
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
 * Lets an event of the browser's find the wasm broken.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} fault
 */
export const breakDown = (page, fault) =>
  page.evaluate((fault) => {
    /** @type {any} */ (window).faults[fault]();
    // Whatever happens, the wasm looks around.
    window.dispatchEvent(new Event("online"));
  }, fault);

/** Whatever the browser was handed until now comes to life. */
export const wakeAll = (/** @type {import("playwright-core").Page} */ page) =>
  page.evaluate(() => /** @type {any} */ (window).wakeAll());
