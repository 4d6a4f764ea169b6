// A file that a server has, or receives, on its way to an upload URL.
//
// The file is streamed: a chunk of it is in memory at any time. It sends once and does not retry: only the
// caller knows whether its file can be read a second time.

import { NoAnswer, noAnswer, readAnswer } from "./ask.js";
import { formAround, MAX_REQUEST_SIZE } from "./grant.js";
import { ServerUploadError } from "./server-error.js";
import { mayCarrySecrets, parseUrl } from "./url.js";
import { cut, field, parseJson, wordsOf } from "./words.js";

/** @typedef {import("../../pkg-config/entries/server.js").UploadFromServerOptions} Options */
/** @typedef {import("../../pkg-config/entries/server.js").UploadErrorCode} UploadErrorCode */
/** @typedef {Parameters<typeof import("../../pkg-config/entries/server.js").uploadFromServer>[1]} Content */

/** ms that the host may take to answer once it has the file. */
const ANSWER_TIMEOUT = 30_000;

/** A connection slower than this, in bytes per ms, is as good as none. */
const SLOWEST_RATE = 64;

/** A part of the upload URL's path or query that is at least this long may be what makes it secret. */
const SECRET_LENGTH = 16;

/** @type {typeof import("../../pkg-config/entries/server.js").uploadFromServer} */
export async function uploadFromServer(url, content, options = {}) {
  const target = typeof url === "string" ? parseUrl(url) : url;
  if (!(target instanceof URL) || !mayCarrySecrets(target)) {
    throw new TypeError("`url` is not one that a file may be sent to");
  }
  const file = describe(content, options);
  const boundary = `ittybit-${crypto.randomUUID().replaceAll("-", "")}`;
  const { opening, closing } = formAround(file.name, file.type, boundary);
  const before = new TextEncoder().encode(opening);
  const after = new TextEncoder().encode(closing);
  const limit = MAX_REQUEST_SIZE - before.length - after.length;
  if (file.size > limit) {
    const words = `The file has ${file.size} bytes; a simple upload takes at most ${limit}.`;
    throw new ServerUploadError("too-large", words);
  }
  options.signal?.throwIfAborted();
  const { body, verdict, end } = bodyOf(content, file.size, before, after);
  /** @type {Record<string, string>} */
  const headers = { "content-type": `multipart/form-data; boundary=${boundary}` };
  // Said beforehand, so that the host can refuse at once what is too large for it.
  if (body instanceof ReadableStream) {
    headers["content-length"] = String(before.length + file.size + after.length);
  }
  const timeout = options.timeout ?? ANSWER_TIMEOUT + file.size / SLOWEST_RATE;
  const clock = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    clock.abort();
  }, Math.ceil(timeout));
  const stop = () => clock.abort();
  options.signal?.addEventListener("abort", stop, { once: true });
  try {
    const init = { method: "POST", redirect: "manual", headers, body, signal: clock.signal };
    // Node wants to be told that the answer may come before the body is sent.
    const request = /** @type {RequestInit} */ ({ ...init, duplex: "half" });
    const response = await (options.fetch
      ? options.fetch(target, request)
      : fetch(target, request));
    return mediaOf(await readAnswer(response), target.href);
  } catch (error) {
    if (error instanceof ServerUploadError) throw error;
    options.signal?.throwIfAborted();
    if (verdict.unreadable) throw verdict.unreadable;
    throw failure(error, timedOut);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", stop);
    end();
  }
}

/**
 * @param {unknown} error
 * @param {boolean} timedOut
 */
function failure(error, timedOut) {
  const none = error instanceof NoAnswer ? error : noAnswer(error, timedOut);
  if (none.kind === "timed-out") {
    return new ServerUploadError("timeout", "The host did not answer in time.");
  }
  if (none.kind === "too-long") {
    const { status } = none;
    return new ServerUploadError("bad-response", "The host's answer is far too long.", { status });
  }
  return new ServerUploadError("network", `The connection to the host failed: ${none.message}.`);
}

/**
 * @param {Content} content
 * @param {Options} options
 */
function describe(content, { filename, type, size }) {
  const known =
    content instanceof Blob ? content.size : content instanceof Uint8Array ? content.length : size;
  if (!Number.isSafeInteger(known) || Number(known) < 0) {
    throw new TypeError("`size` must be the number of bytes that the stream has");
  }
  if (size !== undefined && size !== known) {
    const words = `The file has ${known} bytes; it should have ${size}.`;
    throw new ServerUploadError("file-unreadable", words);
  }
  const isFile = content instanceof Blob && "name" in content && typeof content.name === "string";
  return {
    name: filename ?? (isFile ? /** @type {File} */ (content).name : "blob"),
    type: type ?? (content instanceof Blob ? content.type : ""),
    size: Number(known),
  };
}

/**
 * The body of the request; what it turned out that the file is not; and what ends the reading of it.
 *
 * @param {Content} content
 * @param {number} size
 * @param {Uint8Array<ArrayBuffer>} before
 * @param {Uint8Array<ArrayBuffer>} after
 */
function bodyOf(content, size, before, after) {
  /** @type {{ unreadable?: ServerUploadError }} */
  const verdict = {};
  if (content instanceof Blob || content instanceof Uint8Array) {
    // Its parts are not copied.
    const file = /** @type {BlobPart} */ (content);
    return { body: new Blob([before, file, after]), verdict, end: () => {} };
  }
  const pieces = piecesOf(content, size, before, after);
  const stream = new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        verdict.unreadable =
          error instanceof ServerUploadError
            ? error
            : new ServerUploadError("file-unreadable", "The file cannot be read.", {
                cause: error,
              });
        controller.error(verdict.unreadable);
      }
    },
  });
  const end = () => {
    pieces.return(undefined).catch(() => {});
  };
  return { body: fixedLength(stream, before.length + size + after.length), verdict, end };
}

/**
 * @param {Exclude<Content, Blob | Uint8Array>} content
 * @param {number} size
 * @param {Uint8Array} before
 * @param {Uint8Array} after
 */
async function* piecesOf(content, size, before, after) {
  yield before;
  let left = size;
  for await (const chunk of chunksOf(content)) {
    if (!(chunk instanceof Uint8Array))
      throw new TypeError("the stream has something else than bytes");
    if (chunk.length > left) {
      const words = "The file has more bytes than it had when its size was taken.";
      throw new ServerUploadError("file-unreadable", words);
    }
    left -= chunk.length;
    if (chunk.length > 0) yield chunk;
  }
  if (left > 0) {
    const words = `The file ended ${left} bytes too early; it has changed since its size was taken.`;
    throw new ServerUploadError("file-unreadable", words);
  }
  yield after;
}

/**
 * Not every platform's streams can be iterated.
 *
 * @param {Exclude<Content, Blob | Uint8Array>} content
 * @returns {AsyncIterable<unknown>}
 */
function chunksOf(content) {
  return content instanceof ReadableStream && !(Symbol.asyncIterator in content)
    ? readThrough(content)
    : /** @type {AsyncIterable<unknown>} */ (content);
}

/** @param {ReadableStream} stream */
async function* readThrough(stream) {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * Workers know no other way to say how long a stream is.
 *
 * @param {ReadableStream<Uint8Array>} stream
 * @param {number} length
 */
function fixedLength(stream, length) {
  const { FixedLengthStream } =
    /** @type {{ FixedLengthStream?: new (length: number) => TransformStream }} */ (globalThis);
  return FixedLengthStream ? stream.pipeThrough(new FixedLengthStream(length)) : stream;
}

/**
 * @param {import("./ask.js").Answer} answer
 * @param {string} url
 */
function mediaOf({ status, text }, url) {
  const json = parseJson(text);
  const isSuccess = status >= 200 && status <= 299;
  if (isSuccess && field(json, "error") === undefined) {
    const media = field(json, "data") ?? json;
    if (typeof field(media, "id") === "string") return media;
  }
  const words = wordsOf(json);
  const detail = words && cut(redact(words, url));
  const [code, sentence] = verdictOf(status, text);
  const said = detail ? `${sentence} (${status}): ${detail}` : `${sentence} (${status}).`;
  throw new ServerUploadError(code, said, { status, detail });
}

/**
 * @param {number} status
 * @param {string} text
 * @returns {[UploadErrorCode, string]}
 */
function verdictOf(status, text) {
  if (status < 400) {
    const [first] = text.trim();
    const found = first === undefined ? "nothing" : first === "<" ? "a web page" : "something else";
    return ["bad-response", `The host answered ${found} instead of a media object`];
  }
  if ([401, 403, 404, 410].includes(status)) {
    return ["url-expired", "The upload URL has expired or was used already"];
  }
  if (status === 413) {
    return ["too-large", "The file is too large for the host, or its space is used up"];
  }
  if (status >= 500) return ["server", "The host could not store the file"];
  return ["rejected", "The host refused the file"];
}

/**
 * Takes out every word that has a URL in it, or a part of the upload URL that may identify it.
 *
 * @param {string} words
 * @param {string} url
 */
function redact(words, url) {
  const parts = url.split(/[/?&=#]/).filter((part) => part.length >= SECRET_LENGTH);
  return words.replace(/[^\s"'<>]+/g, (word) =>
    word.includes("://") || parts.some((part) => word.includes(part)) ? "[…]" : word,
  );
}
