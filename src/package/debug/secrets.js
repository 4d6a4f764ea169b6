// What must not be said: URLs, and what the app sends to its endpoint. No line of the story has any of
// it by itself; but the words of servers and of the app's own code may.

/** What is shorter is no secret, and stands in many words. */
const shortest = 4;

/** Of a URL's path or query, what is this long may be what makes it secret. */
const secretLength = 16;

export class Secrets {
  /** @type {Set<string>} */
  #words = new Set();

  /**
   * Options that do the same, and their headers and props are known.
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

  /** @param {unknown} url that is sent to */
  ofUrl(url) {
    for (const part of `${url}`.split(/[/?&=#]/)) {
      if (part.length >= secretLength) this.#note(part);
    }
  }

  /** @param {unknown} value */
  #note(value) {
    if (typeof value === "object" && value) {
      // Headers may be no plain object.
      const pairs = value instanceof Headers ? [...value] : Object.values(value);
      for (const each of pairs) this.#note(each);
    } else if (/string|number/.test(typeof value)) {
      // A header's word may be told without the scheme before it.
      for (const word of [`${value}`, ...`${value}`.split(" ")]) {
        if (word.length >= shortest) this.#words.add(word);
      }
    }
  }

  /** @param {string} text */
  hide(text) {
    const longestFirst = [...this.#words].sort((a, b) => b.length - a.length);
    return longestFirst.reduce(
      (rest, word) => rest.replaceAll(word, "[…]"),
      text.replace(/\b\w+:\/\/[^\s"']*/g, "[…]"),
    );
  }
}
