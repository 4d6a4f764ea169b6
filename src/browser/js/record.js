// What is known of one file's upload, asking the app's backend about it, and sending its bytes. An
// upload in pieces can be gone on with, after a failure and in another visit; which one that is, is
// known here.

import { Answer, randomUuid, redirect, toJson } from "./objects.js";
import { headerProblem, resolved } from "./options.js";
import { hashOf, markOf, resumableEntries } from "./remembered.js";
import { erase, lock, save, update } from "./storage.js";
import { handleKey, smallest } from "./take.js";
import { read, within } from "./waits.js";

/** In bytes: what is read at the start, the middle and the end of a file, to know it again. */
const sampled = 16 * 1024;

/** In ms: the waits before an upload is asked once more to be given up. */
const patience = [1000, 5000, 20_000];

/**
 * Those that hold a lock, or wait for one: where the wasm breaks down, nobody else lets go.
 *
 * @type {Set<Record>}
 */
export const holders = new Set();

/** For which entry a file was picked again. @type {WeakMap<Blob, import("./storage.js").Entry>} */
const wanted = new WeakMap();

/**
 * Says for which earlier upload a file was picked. The file continues that upload if it has the same size and the same
 * bytes: phones give a file another name or date whenever it is picked.
 *
 * @param {Blob} file
 * @param {import("./storage.js").Entry} entry
 */
export function pickFor(file, entry) {
  wanted.set(file, entry);
}

/** Those who want to see each record that is made. @type {Set<(record: Record) => void>} */
export const onlookers = new Set();

/**
 * @param {HeadersInit | undefined} given
 * @returns {Headers}
 */
function headersOf(given) {
  const problem = headerProblem(given);
  if (problem) throw new Error(problem);
  return new Headers(given);
}

/** A request to the app's backend that is ready to leave. */
export class Question {
  /** @param {() => Promise<Answer>} put */
  constructor(put) {
    this.put = put;
  }
}

export class Record {
  #id = randomUuid();
  #options;
  #file;
  /** @type {import("./storage.js").Entry["file"]} */
  #identity;
  /** Where the upload is asked about. */
  #endpoint = /** @type {string | undefined} */ (undefined);
  #uploadId = /** @type {string | undefined} */ (undefined);
  #partSize = 0;
  /** @type {Map<number, { part_number: number, etag: string, checksum: string | undefined }>} */
  #parts = new Map();
  /** Changes whenever there is something else to remember. */
  #turn = 0;
  #isSaved = false;
  /** @type {Promise<number> | undefined} */
  #sample;
  #wasRecalled = false;
  /**
   * The upload that the file was picked for, if the file turns out to be another one. It is given up once this file
   * is stored.
   *
   * @type {import("./storage.js").Entry | undefined}
   */
  #replaced;
  /** From the first question on: nobody else is at this upload. @type {Promise<void> | undefined} */
  #claim;
  /** Changes whenever it is left. */
  #visit = 0;
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
    this.#replaced = wanted.get(file);
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

  get #isRemembered() {
    return this.#options.remembers && this.#file.size >= smallest;
  }

  /** @param {import("./storage.js").Entry} entry */
  #take({ id, file, endpoint, uploadId, partSize }) {
    const [, size, lastModified] = this.#identity;
    // The backend was told this name and this type.
    this.#identity = [file[0], size, lastModified, file[3]];
    this.#id = id;
    this.#endpoint = endpoint;
    this.#uploadId = uploadId;
    this.#partSize = partSize;
    this.#isSaved = true;
  }

  /**
   * A question to the app's backend or, to that about the target, what its own function answers; or
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
    if (this.#isRemembered) {
      this.#claim ??= this.#recall();
      await this.#claim;
      // It was stopped meanwhile: nobody is asked for it any more.
      if (signal.aborted) throw signal.reason;
    }
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
    if (typeof endpoint !== "function") {
      this.#endpoint = resolved(endpoint);
      return this.#fetch("POST", "", file, signal);
    }
    // A function that never answers is let go of all the same.
    const aborted = new Promise((_, reject) => signal.addEventListener("abort", reject));
    const context = { attempt, idempotencyKey: this.#id, signal };
    // The async function turns what `endpoint` throws at once into a rejection, which the race below handles.
    const asking = (async () => endpoint(file, context))();
    const answer = await Promise.race([asking, aborted]);
    if (typeof answer?.json === "function") {
      throw new Error("options.endpoint must return `await response.json()`, not the response.");
    }
    const target = answer?.data ?? answer;
    if (typeof target?.endpoint !== "string") return answer;
    this.#endpoint = resolved(target.endpoint);
    // The core is shown where that leads, before anything is asked there.
    const data = Object.create(target, { endpoint: { value: this.#endpoint } });
    return Object.create(answer, { data: { value: data } });
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
    return new Question(async () => {
      // An exception here means that nobody answered.
      try {
        const response = await fetch(request);
        if (response.type === "opaqueredirect") return new Answer(redirect, "");
        const { status, headers } = response;
        return new Answer(status, await response.text(), (name) => headers.get(name));
      } catch {
        return new Answer(0, "");
      }
    });
  }

  /**
   * @param {string} method
   * @param {string} path below the upload
   * @param {unknown} body
   * @param {AbortSignal} [signal]
   */
  async #request(method, path, body, signal) {
    const { headers, credentials } = this.#options;
    const url = new URL(/** @type {string} */ (this.#endpoint));
    if (this.#uploadId !== undefined) {
      url.pathname = `${url.pathname.replace(/\/$/, "")}/${encodeURIComponent(this.#uploadId)}${path}`;
    }
    const all = headersOf(typeof headers === "function" ? await headers() : headers);
    all.set("idempotency-key", this.#id);
    if (body !== undefined) all.set("content-type", "application/json");
    return new Request(url, {
      method,
      headers: all,
      credentials,
      // A browser would take the app's headers, and its trust in the answer, wherever that leads.
      redirect: "manual",
      signal: signal ?? null,
      body: body === undefined ? null : toJson(body),
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

  /**
   * Sees to being alone at the upload: at first, at the one that an earlier visit has begun. Rejects
   * where it is left before that is settled.
   */
  async #recall() {
    holders.add(this);
    const visit = this.#visit;
    const hold = async (/** @type {string} */ id) => {
      const unlock = await lock(id);
      if (visit !== this.#visit) {
        unlock?.();
        throw new DOMException("The upload was stopped.", "AbortError");
      }
      this.#unlock = unlock;
      return unlock !== undefined;
    };
    if (!this.#wasRecalled) {
      for (const entry of (await within(resumableEntries(this.#options))) ?? []) {
        // Where another window is at it, this one begins an upload of its own.
        if (!(await this.#isMine(entry))) continue;
        this.#replaced = undefined;
        if (!(await hold(entry.id))) continue;
        this.#wasRecalled = true;
        return this.#take(entry);
      }
      this.#wasRecalled = true;
    }
    if (await hold(this.#id)) return;
    // Another window has gone on with it since it was left.
    this.#beginAnew();
    this.#id = randomUuid();
    await hold(this.#id);
  }

  /** @param {import("./storage.js").Entry} entry */
  async #isMine({ id, file, sample }) {
    const [, size] = file;
    const isPickedForIt = id === this.#replaced?.id;
    // If the sample can't be taken, the bytes that are stored already have to be sent again.
    const patient = isPickedForIt ? 30_000 : undefined;
    const isAlike = isPickedForIt
      ? size === this.#file.size
      : file.every((value, index) => value === this.#identity[index]);
    return isAlike && sample === (await within(this.#takeSample(), patient).catch(() => undefined));
  }

  #takeSample() {
    this.#sample ??= (async () => {
      const { size } = this.#file;
      let hash;
      for (const start of [0, Math.floor(size / 2), Math.max(size - sampled, 0)]) {
        const bytes = await read(this.#file.slice(start, start + sampled));
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
    if (!this.#isRemembered) return;
    this.#turn += 1;
    const turn = this.#turn;
    try {
      const [sample, mark] = await Promise.all([this.#takeSample(), markOf(this.#options)]);
      if (turn !== this.#turn) return;
      const entry = {
        id: this.#id,
        file: this.#identity,
        sample,
        ...mark,
        endpoint: this.#uploadId && this.#endpoint,
        uploadId: this.#uploadId,
        partSize: this.#partSize,
        loaded,
        touched: Date.now(),
        handle: /** @type {any} */ (this.#file)[handleKey],
      };
      if (this.#isSaved) await update(entry);
      else if ((await save(entry)) !== undefined) this.#isSaved = turn === this.#turn;
    } catch {
      // Of a file that cannot be read, the upload itself tells.
    }
  }

  #beginAnew() {
    this.#turn += 1;
    this.#uploadId = undefined;
    this.#parts.clear();
    this.#isSaved = false;
  }

  /**
   * It is over, or another visit or window may go on with it.
   *
   * @param {boolean} isOver
   */
  leave(isOver) {
    if (isOver) {
      this.#beginAnew();
      if (this.#isRemembered) erase(this.#id);
      if (this.#replaced) giveUp(this.#options, this.#replaced);
    }
    this.#visit += 1;
    this.#claim = undefined;
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
    this.#replaced = undefined;
    this.leave(true);
    for (const wait of request ? [...patience, 0] : []) {
      try {
        const { status } = await fetch((await /** @type {Promise<Request>} */ (request)).clone());
        // Refused for good is as good as done: the store's own rules clear up.
        if (status < 500 && ![408, 425, 429].includes(status)) return;
      } catch {}
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

/**
 * Gives up an upload of an earlier visit, unless another window is sending it.
 *
 * @param {import("./options.js").Options} options
 * @param {import("./storage.js").Entry} entry
 */
async function giveUp(options, entry) {
  const unlock = await lock(entry.id);
  if (unlock) await Record.of(options, entry).abandon();
  unlock?.();
}
