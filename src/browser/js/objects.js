// The objects that the page is handed: plain records, which take a fraction of the code here that they
// would take in wasm. And what the wasm asks of the platform.

import { read } from "./waits.js";

/**
 * Requests under way, and where they go: where the wasm breaks down, nobody else can stop them.
 *
 * @type {Map<XMLHttpRequest, string>}
 */
export const requests = new Map();

/**
 * Returns a value as JSON. Calls `toJSON` on objects only: Prototype.js gives arrays, strings and numbers
 * a `toJSON` of its own, which would write JSON within JSON.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function toJson(value) {
  /** @this {any} @param {string} name @param {unknown} written */
  function choose(name, written) {
    // JSON has no BigInt, and an app may have defined how to write one.
    return isObject(this[name]) || typeof this[name] === "bigint" ? written : this[name];
  }
  return JSON.stringify(value, choose);
}

/**
 * @param {string} phase
 * @param {number} loaded
 * @param {number} total
 * @param {number} percentage
 * @param {number} speed
 * @param {number | undefined} eta
 * @param {number} attempt
 */
export function progress(phase, loaded, total, percentage, speed, eta, attempt) {
  return { phase, loaded, total, percentage, speed, eta: eta ?? null, attempt };
}

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** A UUID of version 4 (RFC 9562). `crypto.randomUUID` is not there on plain `http:`. */
export function randomUuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/**
 * Calls the app's `shouldRetry`. One that throws is reported as any uncaught error is.
 *
 * @param {(error: unknown, attempt: number) => unknown} shouldRetry
 * @param {unknown} error
 * @param {number} attempt
 */
export function decides(shouldRetry, error, attempt) {
  return Boolean(call(shouldRetry, error, attempt));
}

export function isOnline() {
  return navigator.onLine !== false;
}

/**
 * Listens until `end()` is called on what it returns. It uses no signal: with some versions of zone.js, and on
 * requests that a library has wrapped, a signal ends other listeners, or none.
 *
 * @param {(type: string, event: any) => void} tell gets the name that was listened to
 * @param {[target: EventTarget | undefined, ...types: string[]][]} targets
 */
function listen(tell, targets) {
  const listening = targets.flatMap(([target, ...types]) =>
    types.map((type) => ({
      target,
      type,
      tell: (/** @type {unknown} */ event) => tell(type, event),
    })),
  );
  const all = (/** @type {"addEventListener" | "removeEventListener"} */ how) => {
    for (const { target, type, tell } of listening) quietly(() => target?.[how](type, tell));
  };
  all("addEventListener");
  return { end: () => all("removeEventListener") };
}

/** @typedef {(kind: number, loaded: number, total: number) => void} Callback */

/**
 * Opens a request. It stays in `requests` for as long as it is listened to.
 *
 * @param {string} method
 * @param {string} url
 */
export function openRequest(method, url) {
  const request = new XMLHttpRequest();
  request.open(method, url);
  requests.set(request, new URL(url).href.replace(/#.*/, ""));
  return request;
}

/**
 * Sets headers whose values may be of any type.
 *
 * @param {XMLHttpRequest} request
 * @param {{ [name: string]: unknown }} headers
 */
export function setHeaders(request, headers) {
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, `${value}`);
}

/**
 * Calls a function of the platform that a page's library may have replaced. Ignores what it throws, because the wasm
 * would not survive an exception.
 *
 * @param {() => void} task
 */
export function quietly(task) {
  try {
    task();
  } catch {}
}

/**
 * Calls back for what happens to a request: with 0 for bytes that were sent, 1 when all were, 2 when it has ended.
 *
 * @param {Callback} callback
 * @param {XMLHttpRequest} request
 */
export function listenToRequest(callback, request) {
  let next = 0;
  const { end } = listen(
    (type, event) => {
      // An event that a library dispatches may lack any property.
      const { loaded = 0, total = 0, timeStamp = next } = event ?? {};
      // WebKit tells of every 8 KB; the others, as the standard of XMLHttpRequest says, of 50 ms.
      if (type === "progress" && timeStamp < next) return;
      next = timeStamp + 40;
      callback(["progress", "load", "loadend"].indexOf(type), loaded, total || loaded);
    },
    [
      [request.upload, "progress", "load"],
      [request, "loadend"],
    ],
  );
  return {
    end() {
      requests.delete(request);
      end();
    },
  };
}

/** The longest that a browser's timer waits, in ms; a longer one would fire at once. */
const longest = 0x7fff_ffff;

/**
 * Calls back with 1 when the signal aborts, and with 0 when there is another reason to look at the time.
 *
 * @param {Callback} callback
 * @param {AbortSignal} [signal]
 */
export function listenToPage(callback, signal) {
  let due = Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const { end } = listen(
    (type) => callback(type === "abort" ? 1 : 0, 0, 0),
    [
      // The window, or a worker's global scope.
      [/** @type {any} */ (globalThis), "online", "offline"],
      [signal, "abort"],
    ],
  );
  /**
   * Calls back at `deadline` (ms, on the clock of `performance`) or earlier: a timer that is sooner is left
   * alone, because progress puts the deadline off many times a second.
   */
  const wake = (deadline = Infinity) => {
    if (due <= deadline && deadline < Infinity) return;
    clearTimeout(timer);
    due = deadline;
    if (deadline === Infinity) return;
    const wait = Math.ceil(deadline - performance.now());
    timer = setTimeout(
      () => {
        due = Infinity;
        callback(0, 0, 0);
      },
      Math.min(wait, longest),
    );
  };
  return {
    wake,
    end() {
      wake();
      end();
    },
  };
}

/**
 * A field of an object; nothing where there is none.
 *
 * @param {unknown} value
 * @param {string} name
 */
export function field(value, name) {
  try {
    return isObject(value) ? /** @type {any} */ (value)[name] : undefined;
  } catch {
    return undefined;
  }
}

/**
 * An object that is no list.
 *
 * @param {unknown} value
 */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a server has answered; its status is 0 where no answer came, and `redirect` for any redirect. */
export class Answer {
  /**
   * @param {number} status
   * @param {string} body
   * @param {(name: string) => string | null | undefined} [header] of those that the page may see
   * @param {string} [url] who has answered: another, where a request was redirected
   */
  constructor(status, body, header = () => undefined, url) {
    this.status = status;
    this.body = `${body ?? ""}`;
    /** How long it wants to be left alone, in ms. @type {number | undefined} */
    this.retryAfter = wait(header("retry-after"), header("date"));
    this.etag = header("etag") ?? undefined;
    this.url = url;
  }
}

/**
 * @param {string | null | undefined} after a number of seconds, or a date (RFC 9110, section 10.2.3)
 * @param {string | null | undefined} date by the server's clock: the one here may be wrong
 */
function wait(after, date) {
  if (!after) return undefined;
  const now = Date.parse(date ?? "") || Date.now();
  const seconds = Number(after);
  const wait = Number.isNaN(seconds) ? Date.parse(after) - now : seconds * 1000;
  return Number.isNaN(wait) ? undefined : Math.max(wait, 0);
}

/** Stands for the status of an endpoint's redirect, which no browser tells. */
export const redirect = 300;

/**
 * What came of a request that has ended. Asking for a header that a foreign host does not expose would
 * put a warning into the console, so it is looked for among all that there are.
 *
 * @param {XMLHttpRequest} request
 */
export function answer(request) {
  try {
    const headers = request.getAllResponseHeaders();
    const header = (/** @type {string} */ name) =>
      new RegExp(`^${name}: *(.*)$`, "im").exec(headers)?.[1];
    const { status, responseText, responseURL } = request;
    const moved = responseURL === requests.get(request) ? undefined : responseURL;
    return new Answer(status, responseText, header, moved || undefined);
  } catch {
    // A library's request may lack any property.
    return new Answer(0, "");
  }
}

/**
 * Bytes of a file, to be used at once: their memory is given back in the next task, where a page
 * would otherwise keep hundreds of MB until its garbage is collected. Rejects where they cannot be
 * read.
 *
 * @param {Blob} file
 * @param {number} start
 * @param {number} end
 */
export async function bytes(file, start, end) {
  const part = file.slice(start, end);
  const buffer = await read(part);
  // Firefox reads on in a file that has changed, up to where that ends now; and of one that is gone,
  // Chromium has empty slices.
  if (buffer.byteLength < end - start) throw 0;
  setTimeout(() => {
    // What is sent to a port that is closed is gone.
    const { port1, port2 } = new MessageChannel();
    port2.close();
    port1.postMessage(null, [buffer]);
    port1.close();
  });
  return new Uint8Array(buffer);
}

/**
 * The file under this type: itself, where it is of that. No slice, which Safari may never finish to send.
 *
 * @param {Blob} file
 * @param {string} type
 */
export const typed = (file, type) => (file.type === type ? file : new Blob([file], { type }));

/**
 * Bytes of a file, as a request's body. Safari never finishes a request whose body is a slice of a
 * file after its first piece, so there it is given a copy (reported of version 26; WebKitGTK 2.50, of
 * the same vendor, sends them all).
 *
 * @param {Blob} file
 * @param {number} start
 * @param {number} end
 */
export async function slice(file, start, end) {
  const isWebKit = /^Apple/.test(navigator.vendor);
  return isWebKit ? new Blob([await bytes(file, start, end)]) : file.slice(start, end);
}

/**
 * What a page is told with `upload-retry`.
 *
 * @param {number} attempt
 * @param {number} delay
 * @param {unknown} error
 */
export function retry(attempt, delay, error) {
  return { attempt, delay, error };
}

/**
 * Calls the page. What it throws is the page's, reported as any uncaught error is, and does not
 * end an upload.
 *
 * @template {unknown[]} A
 * @param {((...args: A) => unknown) | undefined} callback
 * @param {A} args
 */
export function call(callback, ...args) {
  try {
    return callback?.(...args);
  } catch (error) {
    reportError(error);
    return undefined;
  }
}
