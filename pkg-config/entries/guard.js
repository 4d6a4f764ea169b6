// WebAssembly as the glue sees it: what a wasm throws by itself is a fault that it does not survive,
// so from then on none of it is called any more, and who relies on it is told.
//
// The bundler puts this in the place of the global `WebAssembly`.

/** @type {(cause: unknown) => void} */
let tell = () => {};

/** @param {(cause: unknown) => void} listener */
export function onCrash(listener) {
  tell = listener;
}

/** @param {WebAssembly.Instance} instance */
function guard(instance) {
  let isDead = false;
  const guarded = Object.entries(instance.exports).map(([name, value]) => {
    if (typeof value !== "function") return [name, value];
    const call = (/** @type {unknown[]} */ ...args) => {
      if (isDead) return undefined;
      try {
        return value(...args);
      } catch (cause) {
        isDead = true;
        tell(cause);
        throw cause;
      }
    };
    return [name, call];
  });
  return { exports: Object.fromEntries(guarded) };
}

/** @param {WebAssembly.WebAssemblyInstantiatedSource} source */
const guardBoth = ({ instance, module }) => ({ instance: guard(instance), module });

const Guarded = {
  /** @type {(bytes: BufferSource, imports: WebAssembly.Imports) => Promise<unknown>} */
  instantiate: (bytes, imports) =>
    globalThis.WebAssembly.instantiate(bytes, imports).then(guardBoth),

  /** @type {(source: Response, imports: WebAssembly.Imports) => Promise<unknown>} */
  instantiateStreaming: (source, imports) =>
    globalThis.WebAssembly.instantiateStreaming(source, imports).then(guardBoth),

  /**
   * @param {WebAssembly.Module} module
   * @param {WebAssembly.Imports} imports
   */
  Instance: function Instance(module, imports) {
    return guard(new globalThis.WebAssembly.Instance(module, imports));
  },
};

export { Guarded as WebAssembly };
