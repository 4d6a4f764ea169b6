// Uploads a file that a server has, or receives, to an upload URL. Streams the file, and keeps only one
// chunk of it in memory. Does not retry, because only the caller knows whether the file can be read
// again.

import { AnswerError, ask, contentOf, messageIn, Refused } from "./answer.js";
import { isObject, parse } from "./body.js";
import { Service } from "./service.js";
import { formAround, maxSimpleSize } from "./simple.js";
import { isPrivate } from "./url.js";

/** How long the host may take to answer after the last byte, in ms. */
const answerTimeout = 300_000;

/** The slowest acceptable connection, in bytes per ms. */
const slowest = 16;

/** @typedef {import("./index.d.ts").UploadErrorCode} Code */

export class ServerUploadError extends Error {
  /**
   * @param {Code} code
   * @param {string} message
   * @param {{ status?: number | undefined, detail?: string | undefined, retryable?: boolean, cause?: unknown }} [more]
   */
  constructor(code, message, { status, detail, retryable = false, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "ServerUploadError";
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.retryable = retryable;
  }
}

/** @param {import("./index.d.ts").CreateUploadOptions} options */
export async function createUpload({
  apiKey,
  apiUrl,
  idempotencyKey,
  signal,
  fetch,
  ...properties
}) {
  const service = new Service(apiKey, { apiUrl, fetch });
  try {
    return await service.createUpload(properties, idempotencyKey, signal);
  } catch (error) {
    if (error instanceof Refused) {
      const { status, detail, message } = error;
      const retryable = status === 429 || status >= 500;
      throw new ServerUploadError("endpoint", message, {
        status,
        detail: detail || undefined,
        retryable,
      });
    }
    throw error instanceof AnswerError ? unanswered(error) : error;
  }
}

/**
 * @param {string | URL} url
 * @param {Parameters<typeof import("./index.d.ts").uploadFromServer>[1]} content
 * @param {import("./index.d.ts").UploadFromServerOptions} [options]
 */
export async function uploadFromServer(url, content, options = {}) {
  if (!URL.canParse(url) || !isPrivate(new URL(url))) {
    throw new ServerUploadError(
      "bad-target",
      "The upload URL is not one that a file may be sent to.",
    );
  }
  options.signal?.throwIfAborted();
  const size = options.size ?? sizeOf(content);
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new TypeError("`size` must be set for a stream: its number of bytes");
  }
  const file = {
    filename: options.filename ?? /** @type {Partial<File>} */ (content).name ?? "blob",
    type: options.type ?? /** @type {Partial<Blob>} */ (content).type ?? "",
  };
  const boundary = `ittybit-${crypto.randomUUID().replaceAll("-", "")}`;
  const { opening, closing } = formAround(boundary, file);
  const requestSize = size + opening.byteLength + closing.byteLength;
  if (requestSize > maxSimpleSize) {
    const most = maxSimpleSize - (requestSize - size);
    const message = `The file has ${size} bytes; a simple upload takes at most ${most}.`;
    throw new ServerUploadError("too-large", message);
  }
  /** The error of the file, for which `fetch` only reports a failed request. @type {ServerUploadError | undefined} */
  let unreadable;
  async function* body() {
    yield opening;
    let left = size;
    try {
      for await (const chunk of chunksOf(content)) {
        left -= chunk.byteLength;
        if (left < 0) throw changed("The file has more bytes than it had when its size was taken.");
        yield chunk;
      }
    } catch (cause) {
      unreadable =
        cause instanceof ServerUploadError
          ? cause
          : new ServerUploadError("file-unreadable", "The file cannot be read.", { cause });
      throw unreadable;
    }
    if (left > 0) {
      unreadable = changed(
        `The file ended ${left} bytes too early; it has changed since its size was taken.`,
      );
      throw unreadable;
    }
    yield closing;
  }
  try {
    const answer = await ask(
      url,
      {
        method: "POST",
        headers: {
          "content-type": `multipart/form-data; boundary=${boundary}`,
          // Announces the size, so that the host can refuse a file that is too large at once.
          "content-length": String(requestSize),
        },
        body: streamOf(body()),
        duplex: "half",
      },
      {
        fetch: options.fetch ?? globalThis.fetch,
        server: "the host",
        timeout: options.timeout ?? answerTimeout + Math.ceil(requestSize / slowest),
        signal: options.signal,
      },
    );
    return readMedia(answer, String(url));
  } catch (error) {
    if (unreadable) throw unreadable;
    throw error instanceof AnswerError ? unanswered(error) : error;
  }
}

/** @param {string} message */
const changed = (message) => new ServerUploadError("file-unreadable", message);

/** @param {AnswerError} error */
function unanswered({ kind, message }) {
  const sentence = `${message[0]?.toUpperCase()}${message.slice(1)}.`;
  if (kind === "timeout") return new ServerUploadError("timeout", sentence, { retryable: true });
  if (kind === "not-understood") return new ServerUploadError("bad-response", sentence);
  return new ServerUploadError("network", sentence, { retryable: true });
}

/** @param {any} content */
const sizeOf = (content) => content.size ?? content.byteLength ?? Number.NaN;

/** @param {any} content @returns {AsyncIterable<Uint8Array> | Uint8Array[]} */
function chunksOf(content) {
  if (content instanceof Uint8Array) return [content];
  return content instanceof Blob ? /** @type {any} */ (content.stream()) : content;
}

/**
 * Returns a stream that reads a chunk only when it is needed.
 *
 * @param {AsyncGenerator<Uint8Array>} chunks
 * @returns {ReadableStream<Uint8Array>}
 */
function streamOf(chunks) {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}

/**
 * Returns the media object in an answer, exactly as received. Throws if there is none.
 *
 * @param {import("./answer.js").Answer} answer
 * @param {string} url
 */
function readMedia({ ok, status, text }, url) {
  const json = parse(text);
  const detail = messageIn(json).replaceAll(url, "[URL]").slice(0, 500) || undefined;
  const fail = (/** @type {Code} */ code, /** @type {string} */ message, retryable = false) =>
    new ServerUploadError(code, message, { status, detail, retryable });
  if (ok) {
    const media = contentOf(json);
    if (isObject(media) && typeof media.id === "string") {
      return /** @type {import("./index.d.ts").Media} */ (media);
    }
    throw fail("bad-response", "The host's answer is not a media object.");
  }
  if (status === 413) throw fail("too-large", "The file has more bytes than the host takes.");
  if ([401, 403, 404, 410].includes(status)) {
    throw fail("url-expired", "The upload URL has expired or was used.", true);
  }
  if (status >= 500 || [408, 425, 429].includes(status)) {
    throw fail("server", "The host failed. Try it again.", true);
  }
  throw fail("rejected", "The host refused the upload.");
}
