// Performs what takes time for the core: requests, reading a file, locks. Each task reports to one callback until it
// ends. The core decides what a report means and what follows.

import { sum } from "./checksum.js";
import { bytes, quietly, slice } from "./objects.js";
import { resolved } from "./options.js";
import { put, requestOf } from "./requests.js";
import { within } from "./waits.js";

/**
 * @typedef {import("./options.js").Options} Options
 * @typedef {(id: number, ticket: number, what: number, value?: unknown, more?: unknown) => void} Tell
 */

/** The numbers of a task's reports. tasks.rs has the same numbers. */
const what = Object.freeze({
  left: 0,
  answered: 1,
  returned: 2,
  threw: 3,
  checked: 4,
  bytesRead: 5,
  hashed: 6,
  unread: 7,
  cut: 8,
  found: 9,
  locked: 10,
});

/** Tasks and locks, which must be ended from here if the wasm crashes. @type {Set<{ end(): void }>} */
export const running = new Set();

/** A task for a file. It reports with the file's id and its own ticket. */
export class Task {
  isOver = false;
  #tell;
  /** Stops what the task has begun. */
  #stop = () => {};

  /**
   * @param {Tell} tell
   * @param {number} id
   * @param {number} ticket
   */
  constructor(tell, id, ticket) {
    this.#tell = tell.bind(undefined, id, ticket);
    running.add(this);
  }

  /**
   * @param {number} event
   * @param {unknown} [value]
   * @param {unknown} [more]
   */
  #report(event, value, more) {
    if (!this.isOver) this.#tell(event, value, more);
  }

  /** Ends the task. It reports nothing afterwards. */
  end() {
    this.isOver = true;
    running.delete(this);
    quietly(this.#stop);
  }

  /** Returns a signal that aborts when the task ends. */
  #signal() {
    const controller = new AbortController();
    this.#stop = () => controller.abort();
    return controller.signal;
  }

  /**
   * Sends a request to the app's backend. Reports `left` once the app has returned its headers, and then `answered`. If
   * the app's code throws, or the headers are invalid, reports `threw` with the exception.
   *
   * @param {Options} options
   * @param {string} method
   * @param {string} url
   * @param {string} key
   * @param {string} [body]
   */
  ask(options, method, url, key, body) {
    requestOf(options, method, url, key, body, this.#signal()).then(
      async (request) => {
        this.#report(what.left);
        this.#report(what.answered, await put(request));
      },
      (error) => this.#report(what.threw, error),
    );
  }

  /**
   * Asks the app's own function where a file goes. Reports `returned` or `threw`.
   *
   * @param {Options} options
   * @param {string} idempotencyKey
   * @param {string} body what an endpoint that is a URL would get: an earlier visit may have told another name
   * @param {number} attempt
   */
  callEndpoint({ endpoint, props }, idempotencyKey, body, attempt) {
    const file = { ...JSON.parse(body), props };
    const context = { attempt, idempotencyKey, signal: this.#signal() };
    const asking = async () => withEndpoint(await endpoint(file, context));
    asking().then(
      (answer) => this.#report(what.returned, answer),
      (error) => this.#report(what.threw, error),
    );
  }

  /**
   * Reads some bytes to check whether a file is as it was picked. Reports `checked` or `unread`.
   *
   * @param {Blob} file
   * @param {number} start
   * @param {number} end
   */
  check(file, start, end) {
    const reading = start < end ? bytes(file, start, end) : Promise.resolve();
    reading.then(
      () => this.#report(what.checked),
      (error) => this.#report(what.unread, error),
    );
  }

  /**
   * Computes a checksum. Reports `bytesRead` from time to time, and finally `hashed` or `unread`.
   *
   * @param {Blob} file
   * @param {number} start
   * @param {number} end
   * @param {boolean} isMd5
   */
  hash(file, start, end, isMd5) {
    /** @type {import("./checksum.js").Job} */
    const job = { file, start, end, isMd5 };
    const steps = sum(job);
    this.#stop = () => {
      job.isOver = true;
      job.stop?.();
      steps.return(undefined);
    };
    const read = async () => {
      while (true) {
        const { done, value } = await steps.next();
        if (done) return this.#report(what.hashed, value);
        this.#report(what.bytesRead);
      }
    };
    read().catch((error) => this.#report(what.unread, error));
  }

  /**
   * Cuts a piece out of a file. Reports `cut`, without a piece if the file can't be read.
   *
   * @param {Blob} file
   * @param {number} start
   * @param {number} end
   */
  cut(file, start, end) {
    slice(file, start, end).then(
      (piece) => this.#report(what.cut, piece),
      () => this.#report(what.cut),
    );
  }

  /**
   * Looks for earlier uploads of a file. Reports `found`.
   *
   * @param {Memory} memory
   */
  find(memory) {
    memory.find().then(({ earlier, replaced }) => this.#report(what.found, earlier, replaced));
  }

  /**
   * Locks an upload, so that no other window sends it. Reports `locked`, without a lock if another window has it.
   *
   * @param {string} key
   */
  async hold(key) {
    const memory = await memoryModule();
    // Other windows do not know an upload that is not remembered, so it needs no lock.
    const release = memory ? await memory.lock(key) : () => {};
    if (this.isOver) release?.();
    else this.#report(what.locked, release && held(release));
  }
}

/**
 * Returns the answer of an app's function, with its `endpoint` as a browser resolves it, because the core checks where
 * that leads before a request is sent there.
 *
 * @param {any} answer
 */
function withEndpoint(answer) {
  if (typeof answer?.json === "function") {
    throw new Error("options.endpoint must return `await response.json()`, not the response.");
  }
  const target = answer?.data ?? answer;
  if (typeof target?.endpoint !== "string") return answer;
  const data = Object.create(target, { endpoint: { value: resolved(target.endpoint) } });
  return Object.create(answer, { data: { value: data } });
}

/**
 * The exports of src/package/extras.js that are used here.
 *
 * @typedef {Pick<typeof import("./memory.js"), "FileMemory">
 *   & Pick<typeof import("./storage.js"), "lock">
 *   & Pick<typeof import("./abort.js"), "abortUpload">} MemoryModule
 */

/** @type {() => Promise<MemoryModule | undefined>} */
let loadMemory = async () => undefined;

/**
 * Sets the function that loads the code that remembers uploads. Without it, no upload is remembered.
 *
 * @param {() => Promise<MemoryModule>} load
 */
export function setMemory(load) {
  loadMemory = load;
}

/** Resolves with `undefined` if the code can't be loaded within five seconds, because an upload can do without. */
const memoryModule = () => within(loadMemory(), 5000).catch(() => undefined);

/** Remembers a file's upload. Its code is loaded when it is first used. */
export class Memory {
  #make;
  /** @type {Promise<import("./memory.js").FileMemory | undefined> | undefined} */
  #made;

  /** @param {ConstructorParameters<typeof import("./memory.js").FileMemory>} all */
  constructor(...all) {
    this.#make = async () => {
      const module = await memoryModule();
      return module && new module.FileMemory(...all);
    };
  }

  #use() {
    this.#made ??= this.#make();
    return this.#made;
  }

  async find() {
    const memory = await this.#use();
    const found = await memory?.find().catch(() => undefined);
    return found ?? { earlier: [], replaced: undefined };
  }

  /** @param {Parameters<import("./memory.js").FileMemory["remember"]>} all */
  async remember(...all) {
    (await this.#use())?.remember(...all);
  }

  async forget() {
    // Code that was never loaded has remembered nothing.
    (await this.#made)?.forget();
  }
}

/**
 * Returns a lock, which `end()` releases.
 *
 * @param {() => void} release
 */
function held(release) {
  const lock = {
    end() {
      running.delete(lock);
      release();
    },
  };
  running.add(lock);
  return lock;
}

/**
 * Aborts an upload, as abort.js says, if its code can be loaded.
 *
 * @param {Parameters<MemoryModule["abortUpload"]>} all
 */
export async function abortUpload(...all) {
  const memory = await memoryModule();
  await memory?.abortUpload(...all);
}
