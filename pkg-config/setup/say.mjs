// The messages that set-up prints.

/**
 * Prints a line about one thing.
 *
 * @param {string} thing
 * @param {string} state
 */
export function say(thing, state) {
  console.log(`set-up: ${thing}: ${state}`);
}

/** Something is missing that the person must install. Says how. Not a bug of the program. */
export class Missing extends Error {
  /**
   * @param {string} thing
   * @param {string} remedy a sentence
   */
  constructor(thing, remedy) {
    super(`set-up: ${thing}: missing. ${remedy}`);
    this.name = "Missing";
  }
}
