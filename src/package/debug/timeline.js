// Adds a file's phases to the browser's performance timeline as marks and measures, in a track for each file
// (https://developer.chrome.com/docs/devtools/performance/extension). A page finds them with
// `performance.getEntriesByType("measure")`.
//
// Used only for debugging, because the browser keeps every entry until the page is closed. The entries of 10,000 files,
// measured in Chromium, were 60,000 and took 0.8 s and 180 MB.

/** @type {Record<string, string>} */
const colors = {
  preparing: "secondary",
  uploading: "primary",
  processing: "tertiary",
  waiting: "error",
  paused: "secondary-light",
};

export class Timeline {
  #id;
  #name;
  /** @type {number | undefined} */
  #began;
  /** @type {{ phase: string, attempt: number, start: number } | undefined} */
  #now;

  /**
   * @param {string | undefined} id
   * @param {string} name
   */
  constructor(id, name) {
    this.#id = id;
    this.#name = name;
  }

  /**
   * @param {string} phase
   * @param {number} attempt
   */
  enter(phase, attempt) {
    if (this.#now?.phase === phase && this.#now.attempt === attempt) return;
    this.#close();
    const start = performance.now();
    this.#began ??= start;
    this.#now = { phase, attempt, start };
    performance.mark(`ittybit-uploader ${this.#name}: ${phase}`, {
      startTime: start,
      detail: { id: this.#id, name: this.#name, phase, attempt },
    });
  }

  /** Ends an upload of the file. If it enters another phase, another upload has begun. */
  end() {
    const attempt = this.#now?.attempt ?? 1;
    this.#close();
    if (this.#began !== undefined) this.#measure("all", attempt, this.#began);
    this.#began = undefined;
  }

  #close() {
    if (this.#now) this.#measure(this.#now.phase, this.#now.attempt, this.#now.start);
    this.#now = undefined;
  }

  /**
   * @param {string} phase
   * @param {number} attempt
   * @param {number} start
   */
  #measure(phase, attempt, start) {
    const id = this.#id;
    const name = this.#name;
    performance.measure(`ittybit-uploader ${name}: ${phase}`, {
      start,
      end: performance.now(),
      detail: {
        ...{ id, name, phase, attempt },
        devtools: {
          dataType: "track-entry",
          trackGroup: "ittybit-uploader",
          track: name,
          color: colors[phase] ?? "primary-dark",
          tooltipText: `${name}: ${phase}, attempt ${attempt}`,
        },
      },
    });
  }
}
