/**
 * Uploads video, images and audio from the browser straight to Ittybit, and returns media objects.
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
 * Uploads a file and resolves with the host's media object, exactly as received.
 *
 * Rejects with an {@link UploadError}, with the reason of `options.signal` if that is aborted, or
 * with a `TypeError` that names the invalid option.
 */
export function upload(file: Blob, options: UploadOptions): Promise<Media>;

/** How a file is uploaded. An option that is `undefined` counts as not set. */
export interface UploadOptions {
  /**
   * Where upload URLs come from: the URL of a route of your own backend, or a function. It is asked
   * for every attempt, because an upload URL works only once. Redirects are not followed.
   */
  endpoint: string | ((file: FileInfo, context: EndpointContext) => Promise<UploadTarget | string>);
  /**
   * A name for an `endpoint` that is a function, so that its uploads can be resumed in a later visit.
   * Functions that upload to different places must have different names. Without a name, their
   * uploads are not remembered.
   */
  endpointName?: string | undefined;
  /**
   * Other origins than the page's own that an `endpoint` function may return in a target's
   * `endpoint`, such as `https://api.example.com`. Headers and cookies are sent there. Default: none.
   */
  endpoints?: readonly string[] | undefined;
  /**
   * Whose uploads these are: any text that stays the same for a person, such as a user's id. Unfinished
   * uploads are remembered with its SHA-256, and are listed, resumed and discarded only for the same
   * owner. Without an owner, or with an empty one, `recover()` returns nothing, but a file that is added
   * again is recognised if it was uploaded without an owner too. Plain `http:` pages that are not on
   * this machine have no SHA-256, so they remember nothing for an owner.
   */
  owner?: string | undefined;
  /** Whether unfinished large uploads are remembered for a later visit. Default: `true`. */
  remember?: boolean | undefined;
  /** Headers for the endpoint, never for the upload URL. A function is called for every attempt. */
  headers?:
    | Record<string, string>
    | (() => Record<string, string> | Promise<Record<string, string>>)
    | undefined;
  /** Whether cookies are sent to the endpoint. They are never sent to the upload URL. Default: `same-origin`. */
  credentials?: RequestCredentials | undefined;
  /** Sent to the endpoint, which decides what to trust. */
  props?: Record<string, unknown> | undefined;
  /** The name of the form field that contains the file. Default: `file`. */
  fieldName?: string | undefined;
  /**
   * The size of each chunk of a resumable upload, in bytes, at most the size in the target. Without
   * either, chunks grow while the connection is fast, and shrink if the host refuses one as too large.
   * The parts of a multipart upload always have the size in the target.
   */
  chunkSize?: number | undefined;
  /** How many chunks or parts upload at once, for all files together. Default: 4. */
  parallelParts?: number | undefined;
  /** The name to upload under. Default: the file's own name, or `blob` for a `Blob`, which has none. */
  filename?: string | undefined;
  /**
   * The delay before each retry, in ms. There are as many retries as numbers; `[]` disables retries.
   * Each delay is multiplied by a random factor from 0.5 to 1. A server's `Retry-After`, up to an hour,
   * replaces it. Default: `[500, 1000, 3000, 5000]`.
   */
  retryDelays?: readonly number[] | undefined;
  /**
   * Decides whether to retry after an error, instead of `error.retryable`, while there are delays left.
   * It is not called for a file that has changed. `attempt` is the number of attempts so far: of the
   * file, or of the one chunk or part that has failed.
   */
  shouldRetry?: ((error: UploadError, attempt: number) => boolean) | undefined;
  /**
   * How many ms an attempt may go without progress, after there was some. Also how many ms the endpoint
   * may take to answer. 0 disables the timeout. Default: 30,000.
   */
  stallTimeout?: number | undefined;
  /**
   * How many ms the host may take to answer after the last byte. For reading a file, and if the browser
   * reports no progress, the longer of this and `stallTimeout` applies. 0 disables the timeout.
   * Default: 300,000.
   */
  responseTimeout?: number | undefined;
  /** Aborts the upload. The promise then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Called when the progress changes. If it throws, the error is reported as uncaught, and the upload continues. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Called before each retry, with the reason. */
  onRetry?: ((event: Retry) => void) | undefined;
  /**
   * Logs each upload to the browser's console (smaller steps at the level "verbose" or "debug"), and
   * adds its phases to the browser's performance timeline, as marks and measures named
   * `ittybit-uploader clip.mp4: uploading`, whose `detail` has the file's `id` and `name`, the `phase`
   * and the `attempt`. Neither contains URLs, keys, headers or props.
   *
   * `localStorage["ittybit-uploader:debug"] = "1"` does the same in any page, without a change of its
   * code. The debug code is in `debug.js`, which is loaded only then (builds in one file have it
   * inside). The browser keeps timeline entries until the page is closed, 3 KB each. Default: `false`.
   */
  debug?: boolean | undefined;
  /**
   * The URL of the folder with the uploader's own files, if it can't be detected. It may be relative to
   * the page. The first URL that is set counts. Files from there are still checked against the hashes
   * of this version. Default: the folder of the file that loads them.
   */
  base?: string | undefined;
}

/** A retry that follows. */
export interface Retry {
  /** The number of the attempt that follows. */
  readonly attempt: number;
  /** ms until it begins; also 0 if it begins as soon as the page is online again. */
  readonly delay: number;
  /** The error that it follows. */
  readonly error: UploadError;
}

/** How a queue of files is uploaded. */
export interface UploaderOptions extends UploadOptions {
  /** Starts each file when it is added. Default: `false`. */
  autoProceed?: boolean | undefined;
  /** How many files upload at once. Default: 3. */
  limit?: number | undefined;
  /** Which files are accepted. Default: all. */
  restrictions?: Restrictions | undefined;
}

/**
 * Which files an `Uploader` accepts. Sizes are bytes. Restrictions are for convenience only: the
 * backend's `limits` enforce what is allowed.
 */
export interface Restrictions {
  /** Of each file. */
  maxFileSize?: number | undefined;
  /** Of each file. */
  minFileSize?: number | undefined;
  /** Of all files together. */
  maxTotalFileSize?: number | undefined;
  maxNumberOfFiles?: number | undefined;
  /** Checked by `start()`. */
  minNumberOfFiles?: number | undefined;
  /**
   * The accepted types, as in an `accept` attribute: `.jpg`, `image/png`, `video/*`. `image/*` doesn't
   * include SVG, which can run scripts: add `image/svg+xml` or `.svg`. `.png` doesn't accept a file that
   * has another type.
   */
  allowedFileTypes?: readonly string[] | undefined;
}

/** The `detail` of an error with the code `restriction`. */
export type RestrictionName = keyof Restrictions;

/** `added` includes files that wait for their turn; `active` includes files that wait for a retry. */
export type UploadFileState = "added" | "active" | "paused" | "done" | "failed" | "cancelled";

/** A file of an `Uploader`. The object stays the same, but its properties change. */
export interface UploadFile {
  /** Identifies the file in the methods of its `Uploader`. */
  readonly id: string;
  /** The file that was added. */
  readonly file: Blob;
  /** The name that it is uploaded under: `options.filename`, its own name, or else `blob`. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** MIME type; empty if the platform knows none. */
  readonly type: string;
  /** Its path in a folder that was added, including the folder's name; empty if it was in none. */
  readonly relativePath: string;
  readonly state: UploadFileState;
  readonly progress: Progress;
  /** The media object, once the file is `done`. */
  readonly media: Media | undefined;
  /** The error, once the file has `failed`. */
  readonly error: UploadError | undefined;
}

/** The files of a run, in the order in which they ended. */
export interface Result {
  readonly successful: UploadFile[];
  readonly failed: UploadFile[];
}

/** A large file that an earlier visit left unfinished. It is remembered for seven days. */
export interface Recoverable {
  readonly id: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** MIME type; empty if the platform knows none. */
  readonly type: string;
  /** When the file was last modified, in ms since 1970. */
  readonly lastModified: number;
  /** Bytes that were stored when the visit ended. */
  readonly loaded: number;
  /** When the last of these bytes were stored, in ms since 1970. */
  readonly leftAt: number;
  /** Whether `resume()` can open the file by itself, because the browser provided a handle. */
  readonly hasHandle: boolean;
  /**
   * Adds the file and starts it. With a handle, it must be called from a click, because the browser may
   * ask for permission. Without one, let the person choose the file again, and pass it. The upload is
   * resumed if the file's size and bytes are the same, whatever its name and date. A file that has
   * changed is uploaded anew, and replaces the unfinished upload once it is stored.
   */
  resume(file?: Blob | FileSystemFileHandle | undefined): Promise<UploadFile>;
  /** Discards the upload, at the host too. */
  forget(): Promise<void>;
}

/** The events of an `Uploader`, with their `detail`. */
export interface UploaderEventMap {
  /** A file was added. */
  "file-added": CustomEvent<{ file: UploadFile }>;
  /** A file was removed from the queue. */
  "file-removed": CustomEvent<{ file: UploadFile }>;
  /**
   * A restriction refused `file`: it was not added, or stays cancelled if it was to be retried. There is
   * no `file` if too few files were started, or if a part of a drop can't be read. Then `path` is its
   * path in the drop, and the code of `error` is `file-unreadable`, with the `detail` `unreadable`,
   * `not-downloaded` (a placeholder of iCloud) or `no-file` (a drop without files, with an empty path).
   * The rest of the drop is added.
   */
  "restriction-failed": CustomEvent<{ file?: UploadFile; path?: string; error: UploadError }>;
  /** A file has started. */
  "upload-start": CustomEvent<{ file: UploadFile }>;
  /** A file has made progress. Dispatched at most once a frame. */
  "upload-progress": CustomEvent<{ file: UploadFile; progress: Progress }>;
  /** A file is stored, and its media object has arrived. */
  "upload-success": CustomEvent<{ file: UploadFile; media: Media }>;
  /** A file has failed, after its last attempt. */
  "upload-error": CustomEvent<{ file: UploadFile; error: UploadError }>;
  /** A retry follows. */
  "upload-retry": CustomEvent<{ file: UploadFile } & Retry>;
  /** There was no progress for `stallTimeout`. The next event says what follows. */
  "upload-stalled": CustomEvent<{ file: UploadFile }>;
  /** A file is paused until it is resumed. */
  "upload-pause": CustomEvent<{ file: UploadFile }>;
  /** A file is resumed. `from` is the number of bytes that need not be sent again. */
  "upload-resume": CustomEvent<{ file: UploadFile; from: number }>;
  /** One file was cancelled. Not dispatched when all files are cancelled at once. */
  "upload-cancel": CustomEvent<{ file: UploadFile }>;
  /** All started files have ended. Dispatched once a run. */
  complete: CustomEvent<Result>;
  /**
   * The uploader's own code could not be loaded. Any call tries again. Files that were added before are
   * kept, and added once it is loaded.
   */
  "load-error": CustomEvent<{ error: UploadError }>;
}

/** What can be added: a list of files, or the data of a drop or paste, with its folders. */
export type FileSource =
  | Iterable<Blob | FileSystemFileHandle | FileSystemEntry>
  | DataTransfer
  | FileList;

/**
 * A queue of files.
 *
 * ```ts
 * const uploader = new Uploader({ endpoint: "/api/uploads" });
 * uploader.addEventListener("upload-success", ({ detail }) => show(detail.media));
 * await uploader.add(input.files ?? []);
 * const { failed } = await uploader.start();
 * ```
 *
 * It can be used at once: calls wait until its wasm is loaded. You can call any method in any
 * listener.
 */
export class Uploader extends EventTarget {
  /** Does not check the options. The first call that needs them reports an invalid one. */
  constructor(options: UploaderOptions);
  /**
   * Adds files in order, and resolves with those that were added. Includes the files in the folders of a
   * `DataTransfer`, which is read before this returns, but not the system's hidden files. A large file
   * that an earlier visit has begun is resumed from what the host has.
   *
   * Rejects with `not-loaded` if the uploader's own code could not be loaded. The files are kept, and
   * added before others once it is loaded: don't add them again.
   */
  add(files: FileSource): Promise<UploadFile[]>;
  /** Cancels a file and removes it from the queue. */
  remove(id: string): void;
  /**
   * Starts all added files. Resolves when every file has ended, whether it was stored or not. Rejects if
   * the restrictions require more files, and when the uploader is destroyed or aborted.
   */
  start(): Promise<Result>;
  /** Pauses a file. Without an id, pauses all files and starts none until one is resumed. */
  pause(id?: string): void;
  /** Resumes a paused file from what is stored. Without an id, resumes all files. */
  resume(id?: string): void;
  /**
   * Retries a file that has failed or was cancelled. Without an id, retries every file that has failed.
   * Rejects if the restrictions leave no room for a file that was cancelled.
   */
  retry(id?: string): Promise<Result>;
  /**
   * Cancels a file. Without an id, cancels every file that has not ended. What the host has of it is
   * discarded.
   */
  cancel(id?: string): void;
  /**
   * Returns the unfinished uploads of earlier visits with the same `owner`, `endpoint` and `props`, except
   * those that another window is uploading. Always empty without an `owner`.
   */
  recover(): Promise<Recoverable[]>;
  /**
   * For sign-out: removes all files, and forgets every unfinished upload of the `owner` in this browser,
   * whatever its `endpoint` and `props`; without an owner, those that have none. Also asks the backend to
   * discard them. Resolves when nothing is remembered and the backend has answered, or a second later:
   * await it before you end the session. What another window is uploading continues there, and is not
   * remembered.
   */
  forgetAll(): Promise<void>;
  /** All files in order, with the state of each. */
  readonly files: readonly UploadFile[];
  /** The progress of all files that are not cancelled. */
  readonly progress: Progress;
  /** Ends all uploads at once. No events follow. Large files can be resumed: see `recover()`. */
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
  removeEventListener<K extends keyof UploaderEventMap>(
    type: K,
    listener: (this: Uploader, event: UploaderEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** What the endpoint gets to know about a file. */
export interface FileInfo {
  readonly filename: string;
  /** Bytes. */
  readonly filesize: number;
  /** `type/subtype` in lower case, without parameters; empty if the platform knows no MIME type. */
  readonly type: string;
  /** The option `props`. */
  readonly props?: Record<string, unknown> | undefined;
}

/** The second argument of an `endpoint` function. */
export interface EndpointContext {
  /** Counts from 1. */
  readonly attempt: number;
  /** The same for all attempts of one upload, so that a backend can recognise a repeated request. */
  readonly idempotencyKey: string;
  /** Aborts when the answer is no longer needed. */
  readonly signal: AbortSignal;
}

/** Where to send a file, or its media object if it is stored already. */
export type UploadTarget =
  | {
      /** `https:`. On a plain `http:` page, it may be an `http:` URL of this machine. */
      url: string;
      protocol?: "simple" | undefined;
    }
  | {
      /** The file is sent there by `PUT`, chunk by chunk. */
      url: string;
      protocol: "resumable";
      /** Bytes. Default: 8 MiB. */
      chunk_size?: number | undefined;
      /** The first and last byte of each range that the host has already, for this idempotency key. */
      received?: readonly (readonly [first: number, last: number])[] | undefined;
      /** How `Content-Range` is written: `bytes 0-5/10`, or `bytes=0-5/10`. Default: `standard`. */
      content_range?: "standard" | "equals" | undefined;
    }
  | {
      /** The file is sent to a store in parts. The page requests a URL for each part. */
      protocol: "multipart";
      /** Your id of the upload, which the page sends in further requests. Not empty, `.` or `..`. */
      upload_id: string;
      /** Bytes of every part but the last. */
      part_size: number;
      /**
       * Which checksum of a part the page sends when it requests the part's URL: CRC32C, MD5, or none.
       * The list of an upload's parts says it too. Default: `crc32c`.
       */
      checksums?: "crc32c" | "md5" | "none" | undefined;
      /**
       * The URL that signs parts. Required if `endpoint` is a function, and ignored otherwise. Headers and
       * cookies are sent there, so it must be at the page's origin or at one in `endpoints`.
       */
      endpoint?: string | undefined;
    }
  | {
      /** The file of this idempotency key is stored already. Nothing is sent. */
      media: Media;
    };

/**
 * - `preparing`: asks the endpoint
 * - `uploading`: sends bytes
 * - `processing`: all bytes are sent, and the host has not answered yet
 * - `done`: the media object has arrived
 * - `waiting`: waits for the next retry, or for the connection
 * - `paused`: waits until it is resumed
 */
export type UploadPhase = "preparing" | "uploading" | "processing" | "done" | "waiting" | "paused";

/** The progress of a file or a queue. Each report is a new object that does not change. */
export interface Progress {
  readonly phase: UploadPhase;
  /** Bytes of the file that are stored in chunks or parts, or were passed to the network. */
  readonly loaded: number;
  /** Bytes of the file. */
  readonly total: number;
  /** 0 to 100; 100 only once the media object has arrived. */
  readonly percentage: number;
  /** Bytes per second, smoothed; 0 until it can be measured. */
  readonly speed: number;
  /** Seconds left at this speed; `null` if unknown. */
  readonly eta: number | null;
  /** The attempt, from 1. Each retry and resume counts; for a file in chunks or parts, those of any of them. */
  readonly attempt: number;
}

/**
 * A media object, exactly as the host answered. Only `id` is certain. Known fields have types here, and
 * each may be missing or `null`.
 */
export interface Media {
  id: string;
  /** The type of object: `media`. */
  object?: string | null;
  kind?: "image" | "video" | "audio" | (string & {}) | null;
  filename?: string | null;
  /** Bytes. */
  filesize?: number | null;
  /** MIME type. */
  content_type?: string | null;
  /** Pixels. */
  width?: number | null;
  /** Pixels. */
  height?: number | null;
  /** Seconds. */
  duration?: number | null;
  /** The file's URL. It may be valid only for a while. */
  url?: string | null;
  /** The name that your backend gave it. */
  alias?: string | null;
  /** What your backend stored with it. */
  metadata?: Record<string, unknown> | null;
  /** Not always in the form of ISO 8601. */
  created_at?: string | number | null;
  /** Other fields from the host. Check their types before you use them. */
  [field: string]: unknown;
}

/** Why an upload ended without a media object. Its `message` is a sentence for a person. */
export class UploadError extends Error {
  private constructor();
  readonly name: "UploadError";
  readonly code: UploadErrorCode;
  /** The HTTP status, if there was an answer. */
  readonly status: number | undefined;
  /** The attempt that failed, counted from 1. */
  readonly attempt: number;
  /** Whether another try could succeed. */
  readonly retryable: boolean;
  /**
   * The server's own message, if there was one. For the code `restriction`, the name of the restriction:
   * a {@link RestrictionName}.
   */
  readonly detail: string | undefined;
  /** What your own code threw, if it did. */
  readonly cause?: unknown;
  /** Returns everything that is known, for a bug report. `JSON.stringify(error)` calls it. */
  toJSON(): UploadErrorReport;
}

/**
 * What `JSON.stringify()` makes of an {@link UploadError}. URLs are removed from its texts, because a URL
 * may be secret.
 */
export interface UploadErrorReport {
  readonly name: "UploadError";
  readonly code: UploadErrorCode;
  readonly message: string;
  readonly status?: number;
  readonly attempt: number;
  readonly retryable: boolean;
  readonly detail?: string;
  /** The name and message of what your own code threw. */
  readonly cause?: { readonly name?: string; readonly message?: string };
  /** The version of this package. */
  readonly version: string;
}

/**
 * - `restriction`: a restriction refused the file; `detail` is its name
 * - `endpoint`: your backend refused or failed
 * - `bad-target`: your backend's answer is not an upload target; the message says which part is wrong
 * - `network`: no answer came
 * - `stalled`: there was no progress for too long
 * - `timeout`: the host has all bytes and did not answer in time
 * - `too-large`: the file has more bytes than the host accepts
 * - `url-expired`: the upload URL has expired or was used
 * - `rejected`: the host refused the upload
 * - `server`: the host failed
 * - `bad-response`: the host's answer is not a media object
 * - `file-unreadable`: the file was changed or removed since it was chosen, or can't be read
 * - `internal`: the uploader itself has crashed; new uploads can be started
 * - `not-loaded`: the uploader's own code could not be loaded; the message has the cause and the fix,
 *   for a developer
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
  | "internal"
  | "not-loaded";
