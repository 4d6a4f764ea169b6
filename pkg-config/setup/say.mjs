// What set-up tells the person in front of it.

/**
 * One line about one thing.
 *
 * @param {string} thing
 * @param {string} state
 */
export function say(thing, state) {
  console.log(`set-up: ${thing}: ${state}`);
}

/** What could not be had, and what the person can do about it. No fault of the program's. */
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
