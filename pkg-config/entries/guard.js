// WebAssembly as the glue sees it: what a wasm throws by itself is a fault that it does not survive,
// so from then on none of it is called any more, and who relies on it is told.
//
// The bundler puts this in the place of the global `WebAssembly`.

/** @type {(cause: unknown) => unknown} */
let tell = (cause) => cause;

/** @param {(cause: unknown) => unknown} listener answers with what is thrown instead */
export function onCrash(listener) {
  tell = listener;
}

/** @typedef {(...args: unknown[]) => unknown} Call */

/**
 * @param {object} object
 * @param {(call: Call) => Call} wrap
 */
function wrapCalls(object, wrap) {
  const wrapped = Object.entries(object).map(([name, value]) => [
    name,
    typeof value === "function" ? wrap(value) : value,
  ]);
  return Object.fromEntries(wrapped);
}

/**
 * A wasm under guard: what it is to be given, and what becomes of it.
 *
 * @param {WebAssembly.Imports} imports
 */
function guard(imports) {
  let isDead = false;
  const outwards = Object.entries(imports).map(([module, calls]) => [
    module,
    wrapCalls(calls, (call) => (...args) => {
      const result = call(...args);
      // That was the end of it, further in.
      if (isDead) throw undefined;
      return result;
    }),
  ]);
  /** @type {(call: Call) => Call} */
  const inwards =
    (call) =>
    (...args) => {
      // What the glue finds nothing in.
      if (isDead) return [];
      try {
        return call(...args);
      } catch (cause) {
        if (isDead) return [];
        isDead = true;
        throw tell(cause);
      }
    };
  return {
    imports: Object.fromEntries(outwards),
    /** @param {WebAssembly.Instance} instance */
    instance: ({ exports }) => ({
      // The glue has a renewed wasm start, even where there is nothing to start.
      exports: { __wbindgen_start() {}, ...wrapCalls(exports, inwards) },
    }),
  };
}

const Guarded = {
  /** @type {(bytes: BufferSource, imports: WebAssembly.Imports) => Promise<unknown>} */
  async instantiate(bytes, imports) {
    const guarded = guard(imports);
    const source = await globalThis.WebAssembly.instantiate(bytes, guarded.imports);
    return { instance: guarded.instance(source.instance), module: source.module };
  },

  /** @type {(source: Response, imports: WebAssembly.Imports) => Promise<unknown>} */
  async instantiateStreaming(response, imports) {
    const guarded = guard(imports);
    const source = await globalThis.WebAssembly.instantiateStreaming(response, guarded.imports);
    return { instance: guarded.instance(source.instance), module: source.module };
  },

  /**
   * @param {WebAssembly.Module} module
   * @param {WebAssembly.Imports} imports
   */
  Instance: function Instance(module, imports) {
    const guarded = guard(imports);
    return guarded.instance(new globalThis.WebAssembly.Instance(module, guarded.imports));
  },
};

export { Guarded as WebAssembly };
