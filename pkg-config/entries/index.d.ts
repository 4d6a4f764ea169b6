/**
 * Puts a file from a web page into a media pipeline, and hands the page back a media object.
 *
 * ```ts
 * import { upload } from "ittybit-uploader";
 *
 * const media = await upload(file, { endpoint: "/api/uploads" });
 * ```
 *
 * @packageDocumentation
 */

/**
 * Uploads a file and resolves with the media object that the host answered, exactly as received.
 *
 * Rejects with an {@link UploadError}, with the reason of `options.signal` when that is aborted, or
 * with a `TypeError` that names the option that is wrong.
 */
export function upload(file: Blob, options: UploadOptions): Promise<Media>;

export interface UploadOptions {
  /**
   * Where upload URLs come from: the address of a route of your own backend, or a function. It is
   * asked once for every attempt, because an upload URL works once.
   */
  endpoint: string | ((file: FileInfo, context: EndpointContext) => Promise<UploadTarget | string>);
  /** Headers for the endpoint, never for the upload URL. A function is asked for every attempt. */
  headers?:
    | Record<string, string>
    | (() => Record<string, string> | Promise<Record<string, string>>);
  /** Whether cookies go to the endpoint. They never go to the upload URL. Default: `same-origin`. */
  credentials?: RequestCredentials;
  /** Sent to the endpoint, which decides what of it to trust. */
  props?: Record<string, unknown>;
  /** The form's field that holds the file. Default: `file`. */
  fieldName?: string;
  /**
   * Bytes in each chunk of a resumable upload. Without it a chunk is as large as the target says, and
   * grows while the connection is quick. A multipart upload's parts are as large as its target says.
   */
  chunkSize?: number;
  /** Chunks or parts under way at once, of all files together. Default: 4. */
  parallelParts?: number;
  /** The name to upload under. Default: the file's own; a `Blob` has none and is called `blob`. */
  filename?: string;
  /**
   * How long to wait before each further attempt, in ms; as many as there are numbers, `[]` for
   * none. Half to whole of each, by chance. A server's `Retry-After` wins, up to an hour.
   * Default: `[500, 1000, 3000, 5000]`.
   */
  retryDelays?: number[];
  /**
   * Decides, instead of `error.retryable`, whether a failure is followed by another attempt while
   * there are delays left. Not asked about a file that has changed. `attempt` is how often this was
   * tried: the file, or the one chunk or part that has failed.
   */
  shouldRetry?: (error: UploadError, attempt: number) => boolean;
  /** ms in which no byte moves, after which an attempt has stalled. Default: 30,000; 0 is for ever. */
  stallTimeout?: number;
  /** ms from the last byte to the host's answer. Default: 300,000; 0 is for ever. */
  responseTimeout?: number;
  /** Stops the upload. The promise then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Told of every step. What it throws is reported as any uncaught error is, and changes nothing. */
  onProgress?: (progress: Progress) => void;
  /** Told that another attempt follows, and why. */
  onRetry?: (event: Retry) => void;
}

export interface Retry {
  /** The number of the attempt that follows. */
  attempt: number;
  /** ms until then; 0 also where it begins as soon as the page is online again. */
  delay: number;
  /** Why. */
  error: UploadError;
}

export interface UploaderOptions extends UploadOptions {
  /** Starts each file as it is added. Default: `false`. */
  autoProceed?: boolean;
  /** Files under way at once. Default: 3. */
  limit?: number;
  restrictions?: Restrictions;
}

/** What an `Uploader` takes. Sizes are bytes. */
export interface Restrictions {
  maxFileSize?: number;
  minFileSize?: number;
  maxTotalFileSize?: number;
  maxNumberOfFiles?: number;
  /** Checked by `start()`. */
  minNumberOfFiles?: number;
  /** As the `accept` attribute takes them: `.jpg`, `image/png`, `video/*`. */
  allowedFileTypes?: string[];
}

/** `added` is also a file that waits for its turn; `active` also one that waits for its retry. */
export type UploadFileState = "added" | "active" | "paused" | "done" | "failed" | "cancelled";

/** A file of an `Uploader`. The object stays the same; what it says changes. */
export interface UploadFile {
  readonly id: string;
  readonly file: Blob;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly type: string;
  /** Where it lay in a folder that was added, with the folder's name; empty where in none. */
  readonly relativePath: string;
  readonly state: UploadFileState;
  readonly progress: Progress;
  /** Once it is `done`. */
  readonly media: Media | undefined;
  /** Once it has `failed`. */
  readonly error: UploadError | undefined;
}

/** How the files of a run ended, in the order in which they did. */
export interface Result {
  successful: UploadFile[];
  failed: UploadFile[];
}

/** A large file that an earlier visit left unfinished. It is remembered for seven days. */
export interface Recoverable {
  readonly id: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly type: string;
  /** ms since 1970. */
  readonly lastModified: number;
  /** Bytes that were stored when it was left. */
  readonly loaded: number;
  /** When the last of them were stored, in ms since 1970. */
  readonly leftAt: number;
  /** Whether `resume()` can open the file by itself: the browser gave its handle then. */
  readonly hasHandle: boolean;
  /**
   * Adds the file and starts it. To be called from a click where there is a handle, for the browser
   * may ask the person; without one, the person picks the file again, and it is passed here. One that
   * has changed starts afresh.
   */
  resume(file?: Blob | FileSystemFileHandle): Promise<UploadFile>;
  /** Gives it up, at the host too. */
  forget(): Promise<void>;
}

/** The events of an `Uploader`, with the `detail` of each. */
export interface UploaderEventMap {
  "file-added": CustomEvent<{ file: UploadFile }>;
  "file-removed": CustomEvent<{ file: UploadFile }>;
  /** `file` is not in the queue; there is none where too few were started. */
  "restriction-failed": CustomEvent<{ file?: UploadFile; error: UploadError }>;
  "upload-start": CustomEvent<{ file: UploadFile }>;
  /** Once a frame at most. */
  "upload-progress": CustomEvent<{ file: UploadFile; progress: Progress }>;
  "upload-success": CustomEvent<{ file: UploadFile; media: Media }>;
  "upload-error": CustomEvent<{ file: UploadFile; error: UploadError }>;
  "upload-retry": CustomEvent<{ file: UploadFile } & Retry>;
  /** No byte moved for `stallTimeout`. What follows is told by the event after it. */
  "upload-stalled": CustomEvent<{ file: UploadFile }>;
  "upload-pause": CustomEvent<{ file: UploadFile }>;
  /** `from`: bytes that need not be sent again. */
  "upload-resume": CustomEvent<{ file: UploadFile; from: number }>;
  /** A file was cancelled by itself; not dispatched for each where all are. */
  "upload-cancel": CustomEvent<{ file: UploadFile }>;
  /** Once a run: all that were started have ended. */
  complete: CustomEvent<Result>;
}

/**
 * A queue of files.
 *
 * ```ts
 * const uploader = new Uploader({ endpoint: "/api/uploads" });
 * uploader.addEventListener("upload-success", ({ detail }) => show(detail.media));
 * await uploader.add(input.files);
 * const { failed } = await uploader.start();
 * ```
 *
 * It works at once: what it is told before its wasm is there waits for it. Any method may be called
 * from within any event.
 */
export class Uploader extends EventTarget {
  constructor(options: UploaderOptions);
  /**
   * Adds files, in their order, and resolves with those that were taken. Folders in a `DataTransfer`
   * are walked, the system's hidden files left out; it is read before this returns. A large file that
   * an earlier visit has begun goes on from what the host has of it.
   */
  add(
    files: Iterable<Blob | FileSystemFileHandle | FileSystemEntry> | DataTransfer | FileList,
  ): Promise<UploadFile[]>;
  /** Stops a file and forgets it. */
  remove(id: string): void;
  /**
   * Starts all that were added, and resolves when none is left to do, whatever became of them.
   * Rejects where restrictions ask for more files, and when the uploader is destroyed or aborted.
   */
  start(): Promise<Result>;
  /** Stops a file until it is resumed; without an id all of them, and none begins before one is. */
  pause(id?: string): void;
  resume(id?: string): void;
  /** Tries again a file that failed or was cancelled; without an id, every one that failed. */
  retry(id?: string): Promise<Result>;
  /**
   * Stops a file for good; without an id, every one that has not ended. What the host has of it is
   * given up.
   */
  cancel(id?: string): void;
  /**
   * What earlier visits, with the same `endpoint` and `props`, have left unfinished and no other window
   * goes on with.
   */
  recover(): Promise<Recoverable[]>;
  readonly files: readonly UploadFile[];
  /** Of all files that are not cancelled. */
  readonly progress: Progress;
  /** Ends everything at once. No event follows. Large files can be gone on with: see `recover()`. */
  destroy(): void;

  addEventListener<K extends keyof UploaderEventMap>(
    type: K,
    listener: (this: Uploader, event: UploaderEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** What the endpoint is told of a file. */
export interface FileInfo {
  filename: string;
  /** Bytes. */
  filesize: number;
  /** MIME type; empty where the platform knows none. */
  type: string;
  props?: Record<string, unknown>;
}

/** What an `endpoint` function is told besides. */
export interface EndpointContext {
  /** Counts from 1. */
  attempt: number;
  /** The same for all attempts of one upload, so that a backend can recognise a repeated question. */
  idempotencyKey: string;
  /** Aborted when the answer is no longer wanted. */
  signal: AbortSignal;
}

/** Where a file goes, or the media object where it is stored already. */
export type UploadTarget =
  | {
      /** `https:`; on a page that is itself plain `http:`, this machine's `http:` will do. */
      url: string;
      protocol?: "simple";
    }
  | {
      /** The file goes there by `PUT`, chunk by chunk. */
      url: string;
      protocol: "resumable";
      /** Bytes. Default: 8 MiB. */
      chunk_size?: number;
      /** First and last byte of each range that the host has already of this idempotency key's file. */
      received?: [number, number][];
      /** How `Content-Range` is written: `bytes 0-5/10`, or `bytes=0-5/10`. Default: `standard`. */
      content_range?: "standard" | "equals";
    }
  | {
      protocol: "multipart";
      upload_id: string;
      /** Bytes, of all parts but the last. */
      part_size: number;
      /** Where the parts are signed. Only read where `endpoint` is a function, and needed there. */
      endpoint?: string;
    }
  | { media: Media };

export interface Progress {
  /**
   * `preparing`: asking the endpoint. `uploading`: sending bytes. `processing`: all bytes are sent,
   * and the host has not answered yet. `done`: the media object is here. `waiting`: for the time, or
   * for the connection, to try again. `paused`: until it is resumed.
   */
  phase: "preparing" | "uploading" | "processing" | "done" | "waiting" | "paused";
  /** Bytes of the file that are stored in chunks or parts, or were handed to the network. */
  loaded: number;
  /** Bytes of the file. */
  total: number;
  /** 0 to 100; 100 only once the media object is here. */
  percentage: number;
  /** Bytes per second, smoothed; 0 until there is something to measure. */
  speed: number;
  /** Seconds left at this speed; `null` where that is not known. */
  eta: number | null;
  /** Counts from 1, each retry and each resume; of a file in chunks or parts, those of any of them. */
  attempt: number;
}

/** A media object. Fields beyond `id` are the host's, and may come and go. */
export interface Media {
  id: string;
  [field: string]: unknown;
}

/** Why an upload ended without a media object. Its `message` is a sentence for a person. */
export class UploadError extends Error {
  readonly name: "UploadError";
  readonly code: UploadErrorCode;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** The attempt that failed, counted from 1. */
  readonly attempt: number;
  /** Whether the same again could succeed. */
  readonly retryable: boolean;
  /** The server's own words, where it said something. */
  readonly detail: string | undefined;
  /** What your own code threw, where it did. */
  readonly cause?: unknown;
}

/**
 * - `restriction`: the queue takes no such file; `detail` is the name of the restriction
 * - `endpoint`: your backend refused or failed
 * - `bad-target`: its answer is no upload target; the message says which part is wrong
 * - `network`: no answer came
 * - `stalled`: no byte moved for too long
 * - `timeout`: the host has all bytes and did not answer in time
 * - `too-large`: more bytes than the host takes
 * - `url-expired`: the upload URL has expired or was used
 * - `rejected`: the host refused the upload
 * - `server`: the host failed
 * - `bad-response`: the host's answer is no media object
 * - `file-unreadable`: the file has changed or gone since it was picked
 * - `internal`: the uploader itself has failed; new uploads can be started
 */
export type UploadErrorCode =
  | "restriction"
  | "endpoint"
  | "bad-target"
  | "network"
  | "stalled"
  | "timeout"
  | "too-large"
  | "url-expired"
  | "rejected"
  | "server"
  | "bad-response"
  | "file-unreadable"
  | "internal";
