// Creates the objects that the page gets, which takes a fraction of the code that it would take in wasm, and calls the
// platform for the wasm.

import { read } from "./waits.js";

/**
 * Running requests and their URLs. If the wasm crashes, only this list can stop them.
 *
 * @type {Map<XMLHttpRequest, string>}
 */
export const requests = new Map();

/**
 * Returns a value as JSON. Calls `toJSON` on objects only, because Prototype.js gives arrays, strings and numbers a
 * `toJSON` that would write JSON within JSON.
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

/** Returns a UUID of version 4 (RFC 9562). `crypto.randomUUID` does not exist on plain `http:` pages. */
export function randomUuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/**
 * Calls the app's `shouldRetry`. If it throws, reports the exception like any uncaught error, and returns false.
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
 * Listens until `end()` is called on what it returns. Uses no signal, because with some versions of zone.js, and on
 * requests that a library has wrapped, a signal ends other listeners or none.
 *
 * @param {(type: string, event: any) => void} tell gets the name of the event that was listened for
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
 * Opens a request. It stays in `requests` until its listener ends.
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
 * Calls a function of the platform that a page's library may have replaced. Ignores its exceptions, because an exception
 * would be fatal to the wasm.
 *
 * @param {() => void} task
 */
export function quietly(task) {
  try {
    task();
  } catch {}
}

/**
 * Calls back with 0 when bytes of a request were sent, with 1 when all were, and with 2 when the request has ended.
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
      // WebKit reports every 8 KB. Other browsers report every 50 ms, as the XMLHttpRequest standard says.
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

/** In ms: the longest delay of a browser's timer. A longer one would fire at once. */
const longest = 0x7fff_ffff;

/**
 * Calls back with 1 when the signal aborts, and with 0 when the browser goes online or offline or a deadline passes.
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
   * Calls back at `deadline` (ms, on the clock of `performance`) or earlier. Keeps a timer that fires earlier, because
   * progress postpones the deadline many times a second.
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
 * Returns a field of an object, or `undefined` if there is none or its getter throws.
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
 * Returns whether a value is an object. Arrays and null are not.
 *
 * @param {unknown} value
 */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A server's answer. Its status is 0 if no answer came, and `redirect` for any redirect. */
export class Answer {
  /**
   * @param {number} status
   * @param {string} body
   * @param {(name: string) => string | null | undefined} [header] returns a header that the page may read
   * @param {string} [url] where the answer came from, if the request was redirected
   */
  constructor(status, body, header = () => undefined, url) {
    this.status = status;
    this.body = `${body ?? ""}`;
    /** How long the server asks to wait, in ms. @type {number | undefined} */
    this.retryAfter = wait(header("retry-after"), header("date"));
    this.etag = header("etag") ?? undefined;
    this.url = url;
  }
}

/**
 * @param {string | null | undefined} after a number of seconds, or a date (RFC 9110, section 10.2.3)
 * @param {string | null | undefined} date the time on the server's clock, because this machine's may be wrong
 */
function wait(after, date) {
  if (!after) return undefined;
  const now = Date.parse(date ?? "") || Date.now();
  const seconds = Number(after);
  const wait = Number.isNaN(seconds) ? Date.parse(after) - now : seconds * 1000;
  return Number.isNaN(wait) ? undefined : Math.max(wait, 0);
}

/** Stands for the status of an endpoint's redirect, which browsers do not reveal. */
export const redirect = 300;

/**
 * Reads the answer to a request that has ended. Searches all exposed headers, because asking for a header that a host
 * does not expose would log a warning in the console.
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
 * Reads bytes of a file. They must be used at once: their memory is freed in the next task, because a page would
 * otherwise keep hundreds of MB until garbage collection. Rejects if they can't be read.
 *
 * @param {Blob} file
 * @param {number} start
 * @param {number} end
 */
export async function bytes(file, start, end) {
  const part = file.slice(start, end);
  const buffer = await read(part);
  // Firefox still reads a file that has changed, up to its new end, and Chromium returns empty slices of a file that is
  // gone.
  if (buffer.byteLength < end - start) throw 0;
  setTimeout(() => {
    // A buffer that is transferred to a closed port is freed.
    const { port1, port2 } = new MessageChannel();
    port2.close();
    port1.postMessage(null, [buffer]);
    port1.close();
  });
  return new Uint8Array(buffer);
}

/**
 * Returns the file with this type: `file` itself if it has the type already. Otherwise a new blob, because Safari may
 * never finish sending a slice.
 *
 * @param {Blob} file
 * @param {string} type
 */
export const typed = (file, type) => (file.type === type ? file : new Blob([file], { type }));

/**
 * Returns bytes of a file as a request's body. In Safari this is a copy, because Safari never finishes a request whose
 * body is a slice after a file's first piece (reported for version 26; WebKitGTK 2.50, of the same vendor, sends them
 * all).
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
 * Creates the detail of an `upload-retry` event.
 *
 * @param {number} attempt
 * @param {number} delay
 * @param {unknown} error
 */
export function retry(attempt, delay, error) {
  return { attempt, delay, error };
}

/**
 * Calls a callback of the page. Reports what it throws like any uncaught error, so that an exception of the page does
 * not end an upload.
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
