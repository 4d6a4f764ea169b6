// Asks a function of the app's. Only what it returns counts: where it fails, nothing is let in.

import { Refusal } from "./refusal.js";

/**
 * @template T
 * @param {string} name of the option
 * @param {() => T | Promise<T>} decide
 * @param {(error: Error) => void} onError
 * @returns {Promise<T | Response>} a `Response` is one that is no refusal
 */
export async function decisionOf(name, decide, onError) {
  /** @type {T | Response} */
  let decision;
  try {
    decision = await decide();
  } catch (thrown) {
    if (thrown instanceof Refusal) throw thrown;
    if (!(thrown instanceof Response)) {
      onError(new Error(`\`${name}\` failed`, { cause: thrown }));
      throw new Refusal(500, "The app's backend could not decide about the upload.");
    }
    decision = thrown;
  }
  if (decision instanceof Response && decision.status >= 400) throw decision;
  return decision;
}
