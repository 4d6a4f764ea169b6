// The owner of an upload. `identify` returns the user who sends a request. The owner is sealed in the
// upload id, and nobody else can continue the upload.

import { decisionOf } from "./decision.js";
import { Refusal, undecided, unprepared } from "./refusal.js";

/** An owner has 1 to 256 characters of well-formed text. @param {unknown} owner @returns {owner is string} */
export const isOwner = (owner) =>
  typeof owner === "string" && /^\P{Surrogate}{1,256}$/su.test(owner);

export class Owners {
  #identify;
  #onError;

  /**
   * @param {import("./index.d.ts").Identify | undefined} identify
   * @param {(error: Error) => void} onError
   */
  constructor(identify, onError) {
    this.#identify = identify;
    this.#onError = onError;
  }

  /**
   * Returns the owner of a new upload. Returns `undefined` if the app doesn't identify users.
   *
   * @param {Request} request
   * @param {string | undefined} granted
   */
  async ofNew(request, granted) {
    if (!this.#identify) {
      if (granted === undefined) return undefined;
      throw this.#logMistake(
        "`authorize` grants an `owner`, so createUploadHandler() must get the option `identify`, a function that returns the user of a request",
      );
    }
    const user = await this.#userOf(request, this.#identify);
    if (user === undefined) throw new Refusal(403, "This upload is not allowed.");
    if (granted === undefined || granted === user) return user;
    throw this.#logMistake(
      "the `owner` that `authorize` grants must be the user that `identify` returns",
    );
  }

  /**
   * Returns whether the sender can continue an upload: its owner, or without `identify` anyone who has
   * the id of an upload without an owner.
   *
   * @param {Request} request
   * @param {string | undefined} owner
   */
  async isAllowed(request, owner) {
    if (!this.#identify) return owner === undefined;
    return owner !== undefined && (await this.#userOf(request, this.#identify)) === owner;
  }

  /**
   * @param {Request} request
   * @param {import("./index.d.ts").Identify} identify
   */
  async #userOf(request, identify) {
    const found = await decisionOf("identify", () => identify(request), this.#onError);
    if (found === undefined || found === null || found === "") return undefined;
    if (isOwner(found)) return found;
    this.#onError(
      new TypeError(
        "`identify` must return a text of 1 to 256 characters, or nothing if nobody is signed in",
      ),
    );
    throw undecided();
  }

  /** Logs a mistake of the app. @param {string} message */
  #logMistake(message) {
    this.#onError(new Error(message));
    return unprepared();
  }
}
