// What is known of one file's upload, asking the app's backend about it, and sending its bytes. An
// upload in pieces can be gone on with, after a failure and in another visit; which one that is, is
// known here.

import { Answer, randomUuid } from "./objects.js";
import { entries, erase, lock, save } from "./storage.js";
import { handleOf, smallest } from "./take.js";

/** In bytes: what is read at the start, the middle and the end of a file, to know it again. */
const sampled = 16 * 1024;

/** In ms: the waits before an upload is asked once more to be given up. */
const patience = [1000, 5000, 20_000];

/** Those that hold a lock: where the wasm breaks down, nobody else lets go. @type {Set<Record>} */
export const holders = new Set();

/** Those who want to see each record that is made. @type {Set<(record: Record) => void>} */
export const onlookers = new Set();

/**
 * FNV-1a: together with all else that is compared, as good as any hash.
 *
 * @param {Iterable<number>} bytes
 * @param {number} [hash] of what comes before
 */
function hashOf(bytes, hash = 0x811c9dc5) {
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

/**
 * By which way a file was sent: another endpoint, or other props, may lead it elsewhere.
 *
 * @param {import("./options.js").Options} options
 */
export function wayOf({ endpoint, props }) {
  const way = JSON.stringify([typeof endpoint === "string" ? endpoint : 0, props]);
  return hashOf(new TextEncoder().encode(way));
}

export class Record {
  #id = randomUuid();
  #options;
  #file;
  /** @type {import("./storage.js").Entry["file"]} */
  #identity;
  /** Where parts are signed, where the page's own function has said so. */
  #endpoint = /** @type {string | undefined} */ (undefined);
  #uploadId = /** @type {string | undefined} */ (undefined);
  #partSize = 0;
  /** @type {Map<number, { part_number: number, etag: string, checksum: string | undefined }>} */
  #parts = new Map();
  #wasRecalled = false;
  /** Changes whenever there is something else to remember. */
  #turn = 0;
  /** @type {Promise<number> | undefined} */
  #sample;
  /** @type {(() => void) | undefined} */
  #unlock;

  /**
   * @param {import("./options.js").Options} options
   * @param {Blob} file
   * @param {string} name
   * @param {string} type as it was read, not as the file says it
   */
  constructor(options, file, name, type) {
    this.#options = options;
    this.#file = file;
    const { lastModified = 0 } = /** @type {Partial<File>} */ (file);
    this.#identity = [name, file.size, lastModified, type];
    for (const look of onlookers) look(this);
  }

  /**
   * What an earlier visit has begun, without its file: to be given up.
   *
   * @param {import("./options.js").Options} options
   * @param {import("./storage.js").Entry} entry
   */
  static of(options, entry) {
    const [name, size] = entry.file;
    const record = new Record(options, /** @type {Blob} */ ({ size }), name, "");
    record.#take(entry);
    return record;
  }

  /** @param {import("./storage.js").Entry} entry */
  #take({ id, endpoint, uploadId, partSize }) {
    this.#id = id;
    this.#endpoint = endpoint;
    this.#uploadId = uploadId;
    this.#partSize = partSize;
  }

  /**
   * What the app's backend answers to a question or, to that about the target, its own function; or
   * the upload that was begun already.
   *
   * @param {string} question `target`, the `parts` that are there, where a `part` goes, `complete`
   * @param {number} number of the attempt, or of the part
   * @param {string | undefined} checksum of the part
   * @param {AbortSignal} signal
   */
  async ask(question, number, checksum, signal) {
    switch (question) {
      case "target":
        return this.#target(number, signal);
      case "part":
        return this.#fetch(
          "POST",
          "/parts",
          { parts: [{ part_number: number, checksum }] },
          signal,
        );
      case "parts":
        return this.#fetch("GET", "/parts", undefined, signal);
      default: {
        const parts = [...this.#parts.values()].sort((a, b) => a.part_number - b.part_number);
        return this.#fetch("POST", "/complete", { parts }, signal);
      }
    }
  }

  /**
   * @param {number} attempt
   * @param {AbortSignal} signal
   */
  async #target(attempt, signal) {
    if (this.#file.size >= smallest) await this.#recall();
    if (this.#uploadId !== undefined) {
      return {
        protocol: "multipart",
        upload_id: this.#uploadId,
        part_size: this.#partSize,
        endpoint: this.#endpoint,
        begun: true,
      };
    }
    const { endpoint, props } = this.#options;
    const [filename, filesize, , type] = this.#identity;
    const file = { filename, filesize, type, props };
    if (typeof endpoint !== "function") return this.#fetch("POST", "", file, signal);
    // A function that never answers is let go of all the same.
    const aborted = new Promise((_, reject) => signal.addEventListener("abort", reject));
    const context = { attempt, idempotencyKey: this.#id, signal };
    const answer = await Promise.race([endpoint(file, context), aborted]);
    this.#endpoint = (answer?.data ?? answer)?.endpoint;
    return answer;
  }

  /**
   * @param {string} method
   * @param {string} path below the upload
   * @param {unknown} body
   * @param {AbortSignal} signal
   */
  async #fetch(method, path, body, signal) {
    // What this throws is the app's own.
    const request = await this.#request(method, path, body, signal);
    try {
      const response = await fetch(request);
      const { status, headers } = response;
      return new Answer(status, await response.text(), headers.get("retry-after"));
    } catch {
      return new Answer(0, "");
    }
  }

  /**
   * @param {string} method
   * @param {string} path below the upload
   * @param {unknown} body
   * @param {AbortSignal} [signal]
   */
  async #request(method, path, body, signal) {
    const { headers, credentials } = this.#options;
    // Resolved as the browser does; it may change while the headers are asked for.
    const url = new URL(
      new Request(this.#endpoint ?? /** @type {string} */ (this.#options.endpoint)).url,
    );
    if (this.#uploadId !== undefined) {
      url.pathname = `${url.pathname.replace(/\/$/, "")}/${encodeURIComponent(this.#uploadId)}${path}`;
    }
    const all = new Headers(typeof headers === "function" ? await headers() : headers);
    all.set("idempotency-key", this.#id);
    if (body !== undefined) all.set("content-type", "application/json");
    return new Request(url, {
      method,
      headers: all,
      credentials,
      signal: signal ?? null,
      body: body === undefined ? null : JSON.stringify(body),
      // Where a page gives up an upload, it may be about to be left.
      keepalive: method === "DELETE",
    });
  }

  /**
   * Sends a request that is open.
   *
   * @param {XMLHttpRequest} request
   * @param {Blob | FormData} content
   * @param {{ [name: string]: unknown } | undefined} headers
   * @param {string | undefined} contentRange
   */
  send(request, content, headers, contentRange) {
    const all = contentRange ? { "content-range": contentRange } : headers;
    for (const [name, value] of Object.entries(all ?? {})) {
      request.setRequestHeader(name, `${value}`);
    }
    request.send(content);
  }

  /** Looks, once, whether an earlier visit has begun this very file; and sees to being alone. */
  async #recall() {
    if (!this.#wasRecalled) {
      this.#wasRecalled = true;
      for (const entry of await entries()) {
        if (!(await this.#isMine(entry))) continue;
        this.#unlock = await lock(entry.id);
        // Where another window is at it, this one begins an upload of its own.
        if (!this.#unlock) continue;
        this.#take(entry);
        break;
      }
    }
    this.#unlock ??= await lock(this.#id);
    holders.add(this);
  }

  /** @param {import("./storage.js").Entry} entry */
  async #isMine({ file, way, sample }) {
    return (
      way === wayOf(this.#options) &&
      file.every((value, index) => value === this.#identity[index]) &&
      sample === (await this.#takeSample())
    );
  }

  #takeSample() {
    this.#sample ??= (async () => {
      const { size } = this.#file;
      let hash;
      for (const start of [0, Math.floor(size / 2), Math.max(size - sampled, 0)]) {
        const bytes = await this.#file.slice(start, start + sampled).arrayBuffer();
        hash = hashOf(new Uint8Array(bytes), hash);
      }
      return /** @type {number} */ (hash);
    })();
    return this.#sample;
  }

  /**
   * An upload was begun that can be gone on with.
   *
   * @param {string | undefined} uploadId
   * @param {number} partSize
   */
  keepUpload(uploadId, partSize) {
    this.#uploadId = uploadId;
    this.#partSize = partSize;
  }

  /**
   * @param {number} number
   * @param {string} etag
   * @param {string} [checksum]
   */
  keepPart(number, etag, checksum) {
    this.#parts.set(number, { part_number: number, etag, checksum });
  }

  /**
   * So many bytes of it are stored.
   *
   * @param {number} loaded
   */
  async keepLoaded(loaded) {
    if (this.#file.size < smallest) return;
    this.#turn += 1;
    const turn = this.#turn;
    try {
      const sample = await this.#takeSample();
      if (turn !== this.#turn) return;
      await save({
        id: this.#id,
        file: this.#identity,
        sample,
        way: wayOf(this.#options),
        endpoint: this.#endpoint,
        uploadId: this.#uploadId,
        partSize: this.#partSize,
        loaded,
        touched: Date.now(),
        handle: handleOf(this.#file),
      });
    } catch {
      // Of a file that cannot be read, the upload itself tells.
    }
  }

  #forget() {
    this.#turn += 1;
    this.#uploadId = undefined;
    this.#parts.clear();
    if (this.#file.size >= smallest) erase(this.#id);
  }

  /**
   * It is over, or another visit or window may go on with it.
   *
   * @param {boolean} isOver
   */
  leave(isOver) {
    if (isOver) this.#forget();
    this.#unlock?.();
    this.#unlock = undefined;
    holders.delete(this);
  }

  /**
   * Has the backend give it up, so that no parts are left behind.
   *
   * @param {string} [uploadId] where it was begun just now
   */
  async abandon(uploadId) {
    this.#uploadId = uploadId ?? this.#uploadId;
    const begun = this.#uploadId !== undefined;
    const request = begun ? this.#request("DELETE", "", undefined) : undefined;
    this.leave(true);
    for (const wait of request ? [...patience, 0] : []) {
      try {
        const { status } = await fetch((await /** @type {Promise<Request>} */ (request)).clone());
        // Refused for good is as good as done: the store's own rules clear up.
        if (status < 500 && status !== 429) return;
      } catch {}
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
