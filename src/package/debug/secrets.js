// Hides what must not be logged: URLs, and what the app sends to its endpoint. The story itself contains none of it, but
// messages of servers and of the app's own code may.

/** A shorter text is no secret, and occurs in many words. */
const shortest = 4;

/** A segment of a URL's path or query that is at least this long may be secret. */
const secretLength = 16;

export class Secrets {
  /** @type {Set<string>} */
  #words = new Set();

  /**
   * Returns equal options, and notes their headers and props as secrets.
   *
   * @param {any} options
   */
  ofOptions(options) {
    const { headers, props } = options ?? {};
    this.#note(props);
    this.#note(headers);
    if (typeof headers !== "function") return options;
    const watched = async () => {
      const answer = await headers();
      this.#note(answer);
      return answer;
    };
    return { ...options, headers: watched };
  }

  /** Notes the secret parts of an upload URL. @param {unknown} url */
  ofUrl(url) {
    for (const part of `${url}`.split(/[/?&=#]/)) {
      if (part.length >= secretLength) this.#note(part);
    }
  }

  /** @param {unknown} value */
  #note(value) {
    if (typeof value === "object" && value) {
      // Headers are not always a plain object.
      const pairs = value instanceof Headers ? [...value] : Object.values(value);
      for (const each of pairs) this.#note(each);
    } else if (/string|number/.test(typeof value)) {
      // A message may quote a header's value without its scheme.
      for (const word of [`${value}`, ...`${value}`.split(" ")]) {
        if (word.length >= shortest) this.#words.add(word);
      }
    }
  }

  /** Replaces all secrets in a text. @param {string} text */
  hide(text) {
    const longestFirst = [...this.#words].sort((a, b) => b.length - a.length);
    return longestFirst.reduce(
      (rest, word) => rest.replaceAll(word, "[…]"),
      text.replace(/\b\w+:\/\/[^\s"']*/g, "[…]"),
    );
  }
}
