// Explains why the wasm, which was loaded, can't be started.

import { notLoaded } from "./explain.js";

/**
 * Returns an error that says why the wasm could not be started.
 *
 * @param {unknown} cause
 */
export async function explainStart(cause) {
  if (!globalThis.WebAssembly) {
    const modes = "Lockdown Mode on Apple's devices or a strict mode of the browser";
    return notLoaded(
      `This browser has no WebAssembly. ${modes} must make an exception for this site.`,
    );
  }
  try {
    // This is the smallest valid module.
    await WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  } catch {
    const cure = "script-src must allow 'wasm-unsafe-eval'";
    return notLoaded(
      `WebAssembly is blocked: the Content-Security-Policy's ${cure}.`,
      false,
      cause,
    );
  }
  return notLoaded(`The wasm could not be started: ${cause}`, true, cause);
}
