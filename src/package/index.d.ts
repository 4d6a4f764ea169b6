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

/** How a file is uploaded. An option that is `undefined` is one that is not given. */
export interface UploadOptions {
  /**
   * Where upload URLs come from: the address of a route of your own backend, or a function. It is
   * asked once for every attempt, because an upload URL works once.
   * Redirects are not followed.
   */
  endpoint: string | ((file: FileInfo, context: EndpointContext) => Promise<UploadTarget | string>);
  /**
   * Names an `endpoint` that is a function, so that its uploads can be resumed in another visit: two
   * functions that lead to different places must have different names. Without a name nothing of them
   * is remembered.
   */
  endpointName?: string | undefined;
  /**
   * Origins, besides the page's own, that an `endpoint` function may name as a target's `endpoint`,
   * such as `https://api.example.com`. Headers and cookies go there. Default: none.
   */
  endpoints?: readonly string[] | undefined;
  /**
   * Whose uploads these are: any text that stays the same for a person, such as a user's id. Unfinished
   * uploads are remembered with its SHA-256, and listed, resumed and discarded for the same owner only.
   * Without an owner (or with an empty one) `recover()` lists nothing; a file that is added again is
   * recognised, if it was uploaded without an owner too. Plain `http:` pages have no SHA-256, except on
   * this machine: there, nothing is remembered for an owner.
   */
  owner?: string | undefined;
  /** Whether unfinished large uploads are remembered for a later visit. Default: `true`. */
  remember?: boolean | undefined;
  /** Headers for the endpoint, never for the upload URL. A function is asked for every attempt. */
  headers?:
    | Record<string, string>
    | (() => Record<string, string> | Promise<Record<string, string>>)
    | undefined;
  /** Whether cookies go to the endpoint. They never go to the upload URL. Default: `same-origin`. */
  credentials?: RequestCredentials | undefined;
  /** Sent to the endpoint, which decides what of it to trust. */
  props?: Record<string, unknown> | undefined;
  /** The form's field that holds the file. Default: `file`. */
  fieldName?: string | undefined;
  /**
   * Bytes in each chunk of a resumable upload, and no more than the target says. Without either, a chunk
   * grows while the connection is quick, and shrinks where the host refuses it as too large. A multipart upload's parts are as large as its target says.
   */
  chunkSize?: number | undefined;
  /** Chunks or parts under way at once, of all files together. Default: 4. */
  parallelParts?: number | undefined;
  /** The name to upload under. Default: the file's own; a `Blob` has none and is called `blob`. */
  filename?: string | undefined;
  /**
   * How long to wait before each further attempt, in ms; as many as there are numbers, `[]` for
   * none. Half to whole of each, by chance. A server's `Retry-After` wins, up to an hour.
   * Default: `[500, 1000, 3000, 5000]`.
   */
  retryDelays?: readonly number[] | undefined;
  /**
   * Decides, instead of `error.retryable`, whether a failure is followed by another attempt while
   * there are delays left. Not asked about a file that has changed. `attempt` is how often this was
   * tried: the file, or the one chunk or part that has failed.
   */
  shouldRetry?: ((error: UploadError, attempt: number) => boolean) | undefined;
  /**
   * ms in which no byte moves, once one was seen to, after which an attempt has stalled; and ms for an answer of
   * the endpoint. Default: 30,000; 0 is for ever.
   */
  stallTimeout?: number | undefined;
  /**
   * ms from the last byte to the host's answer. Where the browser tells of no progress, and where a file is read,
   * the longer of this and `stallTimeout` counts. Default: 300,000; 0 is for ever.
   */
  responseTimeout?: number | undefined;
  /** Stops the upload. The promise then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Told of every step. What it throws is reported as any uncaught error is, and changes nothing. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Told that another attempt follows, and why. */
  onRetry?: ((event: Retry) => void) | undefined;
  /**
   * Tells the story of each upload in the browser's console (smaller steps at the level that is called
   * "verbose" or "debug"), and shows its phases on the browser's own timeline, as marks and measures
   * named `ittybit-uploader clip.mp4: uploading`, whose `detail` has the file's `id` and `name`, the
   * `phase` and the `attempt`. Neither has a URL in it, a key, a header or a prop.
   *
   * In a page as it is, `localStorage["ittybit-uploader:debug"] = "1"` does the same. The code for it
   * is in a file of its own, `debug.js`, which is loaded only then (the builds in one file have it
   * inside); and the browser keeps what is on the timeline for as long as the page lives, 3 KB an entry. Default: `false`.
   */
  debug?: boolean | undefined;
  /**
   * The URL of the folder that has the uploader's own files, if it can't be known: it may be relative to the page.
   * The first that is named counts. What is loaded from there is held to the hashes of this version all the same.
   * Default: beside the file that loads them.
   */
  base?: string | undefined;
}

/** Another attempt follows. */
export interface Retry {
  /** The number of the attempt that follows. */
  readonly attempt: number;
  /** ms until then; 0 also where it begins as soon as the page is online again. */
  readonly delay: number;
  /** Why. */
  readonly error: UploadError;
}

/** How a queue of files is uploaded. */
export interface UploaderOptions extends UploadOptions {
  /** Starts each file as it is added. Default: `false`. */
  autoProceed?: boolean | undefined;
  /** Files under way at once. Default: 3. */
  limit?: number | undefined;
  /** What is taken. Default: everything. */
  restrictions?: Restrictions | undefined;
}

/**
 * What an `Uploader` takes. Sizes are bytes. They are for the person's comfort: the backend's `limits`
 * decide what is let in.
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
   * As the `accept` attribute takes them: `.jpg`, `image/png`, `video/*`. `image/*` takes no SVG, which can
   * run scripts: name it, `image/svg+xml` or `.svg`. `.png` takes no file of another type.
   */
  allowedFileTypes?: readonly string[] | undefined;
}

/** What the `detail` of an error with the code `restriction` names. */
export type RestrictionName = keyof Restrictions;

/** `added` is also a file that waits for its turn; `active` also one that waits for its retry. */
export type UploadFileState = "added" | "active" | "paused" | "done" | "failed" | "cancelled";

/** A file of an `Uploader`. The object stays the same; what it says changes. */
export interface UploadFile {
  /** For the methods of its `Uploader`. */
  readonly id: string;
  /** As it was added. */
  readonly file: Blob;
  /** As it is uploaded: `options.filename`, or its own name; `blob` where there is neither. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** MIME type; empty where the platform knows none. */
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
  readonly successful: UploadFile[];
  readonly failed: UploadFile[];
}

/** A large file that an earlier visit left unfinished. It is remembered for seven days. */
export interface Recoverable {
  readonly id: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** MIME type; empty where the platform knows none. */
  readonly type: string;
  /** Of the file, in ms since 1970. */
  readonly lastModified: number;
  /** Bytes that were stored when it was left. */
  readonly loaded: number;
  /** When the last of them were stored, in ms since 1970. */
  readonly leftAt: number;
  /** Whether `resume()` can open the file by itself: the browser gave its handle then. */
  readonly hasHandle: boolean;
  /**
   * Adds the file and starts it. To be called from a click where there is a handle, for the browser
   * may ask the person; without one, the person picks the file again, and it is passed here. It goes
   * on if its size and its bytes are the same, whatever its name and date. One that has changed starts
   * afresh, and takes the place of what was left once it is stored.
   */
  resume(file?: Blob | FileSystemFileHandle | undefined): Promise<UploadFile>;
  /** Gives it up, at the host too. */
  forget(): Promise<void>;
}

/** The events of an `Uploader`, with the `detail` of each. */
export interface UploaderEventMap {
  /** A file was taken. */
  "file-added": CustomEvent<{ file: UploadFile }>;
  /** A file is gone from the queue. */
  "file-removed": CustomEvent<{ file: UploadFile }>;
  /**
   * `file` is not in the queue or, where it was to be tried again, stays cancelled; there is none
   * where too few were started, nor where something that was dropped can't be read: `path` is where
   * that lies in it, and the code of `error` is `file-unreadable`, with a `detail` of `unreadable`,
   * `not-downloaded` (a placeholder of iCloud) or `no-file` (a drop without files, with an empty path).
   * The rest of the drop is added.
   */
  "restriction-failed": CustomEvent<{ file?: UploadFile; path?: string; error: UploadError }>;
  /** A file is on its way. */
  "upload-start": CustomEvent<{ file: UploadFile }>;
  /** Once a frame at most. */
  "upload-progress": CustomEvent<{ file: UploadFile; progress: Progress }>;
  /** The media object is here. */
  "upload-success": CustomEvent<{ file: UploadFile; media: Media }>;
  /** A file has failed, after its last attempt. */
  "upload-error": CustomEvent<{ file: UploadFile; error: UploadError }>;
  /** Another attempt follows. */
  "upload-retry": CustomEvent<{ file: UploadFile } & Retry>;
  /** No byte moved for `stallTimeout`. What follows is told by the event after it. */
  "upload-stalled": CustomEvent<{ file: UploadFile }>;
  /** A file has stopped until it is resumed. */
  "upload-pause": CustomEvent<{ file: UploadFile }>;
  /** `from`: bytes that need not be sent again. */
  "upload-resume": CustomEvent<{ file: UploadFile; from: number }>;
  /** A file was cancelled by itself; not dispatched for each where all are. */
  "upload-cancel": CustomEvent<{ file: UploadFile }>;
  /** Once a run: all that were started have ended. */
  complete: CustomEvent<Result>;
  /** The uploader's own code could not be loaded. Files that were given are added once it is: any call tries again. */
  "load-error": CustomEvent<{ error: UploadError }>;
}

/** What can be added: a list of files, or what was dropped or pasted, with the folders in it. */
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
 * It works at once: what it is told before its wasm is there waits for it. Any method may be called
 * from within any event.
 */
export class Uploader extends EventTarget {
  /** An option that is wrong is named by the first call that needs it, not here. */
  constructor(options: UploaderOptions);
  /**
   * Adds files, in their order, and resolves with those that were taken. Folders in a `DataTransfer`
   * are walked, the system's hidden files left out; it is read before this returns. A large file that
   * an earlier visit has begun goes on from what the host has of it.
   *
   * Rejects with `not-loaded` where the uploader's own code could not be loaded. The files are kept, and added before
   * others once it is: they need not be given again.
   */
  add(files: FileSource): Promise<UploadFile[]>;
  /** Stops a file and forgets it. */
  remove(id: string): void;
  /**
   * Starts all that were added, and resolves when none is left to do, whatever became of them.
   * Rejects where restrictions ask for more files, and when the uploader is destroyed or aborted.
   */
  start(): Promise<Result>;
  /** Stops a file until it is resumed; without an id all of them, and none begins before one is. */
  pause(id?: string): void;
  /** Lets a paused file go on from what is stored; without an id all of them. */
  resume(id?: string): void;
  /**
   * Tries again a file that failed or was cancelled; without an id, every one that failed. Rejects
   * where the restrictions leave no room for a file that was cancelled.
   */
  retry(id?: string): Promise<Result>;
  /**
   * Stops a file for good; without an id, every one that has not ended. What the host has of it is
   * given up.
   */
  cancel(id?: string): void;
  /**
   * What earlier visits, with the same `owner`, `endpoint` and `props`, have left unfinished and no other
   * window is uploading. Always empty without an `owner`.
   */
  recover(): Promise<Recoverable[]>;
  /**
   * For sign-out: stops and removes all files, and forgets every unfinished upload that this browser
   * remembers of the `owner` (without one: of nobody), whatever its `endpoint` and `props`. The backend
   * is asked to discard them. Resolves when nothing is remembered and the backend has answered, or a
   * second later: await it before you end the session. What another window is uploading goes on there,
   * and is not remembered.
   */
  forgetAll(): Promise<void>;
  /** All files in their order, with what became of each. */
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

/** What the endpoint is told of a file. */
export interface FileInfo {
  readonly filename: string;
  /** Bytes. */
  readonly filesize: number;
  /** `type/subtype` in lower case, without parameters; empty where the platform knows no MIME type. */
  readonly type: string;
  /** The option of that name. */
  readonly props?: Record<string, unknown> | undefined;
}

/** What an `endpoint` function is told besides. */
export interface EndpointContext {
  /** Counts from 1. */
  readonly attempt: number;
  /** The same for all attempts of one upload, so that a backend can recognise a repeated question. */
  readonly idempotencyKey: string;
  /** Aborted when the answer is no longer wanted. */
  readonly signal: AbortSignal;
}

/** Where a file goes, or the media object where it is stored already. */
export type UploadTarget =
  | {
      /** `https:`; on a page that is itself plain `http:`, this machine's `http:` will do. */
      url: string;
      protocol?: "simple" | undefined;
    }
  | {
      /** The file goes there by `PUT`, chunk by chunk. */
      url: string;
      protocol: "resumable";
      /** Bytes. Default: 8 MiB. */
      chunk_size?: number | undefined;
      /** First and last byte of each range that the host has already of this idempotency key's file. */
      received?: readonly (readonly [first: number, last: number])[] | undefined;
      /** How `Content-Range` is written: `bytes 0-5/10`, or `bytes=0-5/10`. Default: `standard`. */
      content_range?: "standard" | "equals" | undefined;
    }
  | {
      /** The file goes to a store, part by part, each to a URL of its own that is asked for then. */
      protocol: "multipart";
      /** Yours: how the page names the upload when it asks for more. Not empty, `.` or `..`. */
      upload_id: string;
      /** Bytes, of all parts but the last. */
      part_size: number;
      /**
       * Which checksum the page says when it asks for a part's URL: its CRC32C, its MD5, or none. The list of the
       * parts of an upload that was begun says it, too. Default: `crc32c`.
       */
      checksums?: "crc32c" | "md5" | "none" | undefined;
      /**
       * Where the parts are signed. Only read where `endpoint` is a function, and needed there. Headers
       * and cookies go there, so it must be at the page's origin or at one in `endpoints`.
       */
      endpoint?: string | undefined;
    }
  | {
      /** This idempotency key's file is stored already: nothing is sent. */
      media: Media;
    };

/**
 * - `preparing`: asking the endpoint
 * - `uploading`: sending bytes
 * - `processing`: all bytes are sent, and the host has not answered yet
 * - `done`: the media object is here
 * - `waiting`: for the time, or for the connection, to try again
 * - `paused`: until it is resumed
 */
export type UploadPhase = "preparing" | "uploading" | "processing" | "done" | "waiting" | "paused";

/** How far a file is, or all of a queue. Each is an object of its own, and does not change. */
export interface Progress {
  readonly phase: UploadPhase;
  /** Bytes of the file that are stored in chunks or parts, or were handed to the network. */
  readonly loaded: number;
  /** Bytes of the file. */
  readonly total: number;
  /** 0 to 100; 100 only once the media object is here. */
  readonly percentage: number;
  /** Bytes per second, smoothed; 0 until there is something to measure. */
  readonly speed: number;
  /** Seconds left at this speed; `null` where that is not known. */
  readonly eta: number | null;
  /** Counts from 1, each retry and each resume; of a file in chunks or parts, those of any of them. */
  readonly attempt: number;
}

/**
 * A media object, exactly as the host answered. Only `id` is certain. Of the other fields those that
 * are known have their types here, and each may be missing or `null`.
 */
export interface Media {
  id: string;
  /** What sort of object it is: `media`. */
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
  /** Where the file can be had; it may be there for a while only. */
  url?: string | null;
  /** The name that your backend gave it. */
  alias?: string | null;
  /** What your backend noted with it. */
  metadata?: Record<string, unknown> | null;
  /** Not always in the form of ISO 8601. */
  created_at?: string | number | null;
  /** What else the host tells. Look before you use it. */
  [field: string]: unknown;
}

/** Why an upload ended without a media object. Its `message` is a sentence for a person. */
export class UploadError extends Error {
  private constructor();
  readonly name: "UploadError";
  readonly code: UploadErrorCode;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** The attempt that failed, counted from 1. */
  readonly attempt: number;
  /** Whether the same again could succeed. */
  readonly retryable: boolean;
  /**
   * The server's own words, where it said something; of a `restriction`, which one: a
   * {@link RestrictionName}.
   */
  readonly detail: string | undefined;
  /** What your own code threw, where it did. */
  readonly cause?: unknown;
  /** All that is known, for a bug report. `JSON.stringify(error)` has it. */
  toJSON(): UploadErrorReport;
}

/**
 * What `JSON.stringify()` makes of an {@link UploadError}. Every URL in its words is taken out: one may
 * be secret.
 */
export interface UploadErrorReport {
  readonly name: "UploadError";
  readonly code: UploadErrorCode;
  readonly message: string;
  readonly status?: number;
  readonly attempt: number;
  readonly retryable: boolean;
  readonly detail?: string;
  /** Of what your own code threw. */
  readonly cause?: { readonly name?: string; readonly message?: string };
  /** Of this package. */
  readonly version: string;
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
 * - `not-loaded`: the uploader's own code could not be loaded; the message, for a developer, has the cause and the cure
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
