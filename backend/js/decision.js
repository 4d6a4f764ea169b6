// Calls a function of the app. If it throws, the request is refused.

import { Refusal, undecided } from "./refusal.js";

/**
 * @template T
 * @param {string} name of the option
 * @param {() => T | Promise<T>} decide
 * @param {(error: Error) => void} onError
 * @returns {Promise<T | Response>} a `Response` is a refusal
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
      throw undecided();
    }
    decision = thrown;
  }
  if (decision instanceof Response && decision.status >= 400) throw decision;
  return decision;
}
