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
  /** The name to upload under. Default: the file's own; a `Blob` has none and is called `blob`. */
  filename?: string;
  /** Stops the upload. The promise then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Told of every step. What it throws is reported as any uncaught error is, and changes nothing. */
  onProgress?: (progress: Progress) => void;
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
  | { media: Media };

export interface Progress {
  /**
   * `preparing`: asking the endpoint. `uploading`: sending bytes. `processing`: all bytes are sent,
   * and the host has not answered yet. `done`: the media object is here.
   */
  phase: "preparing" | "uploading" | "processing" | "done";
  /** Bytes of the file that were handed to the network. */
  loaded: number;
  /** Bytes of the file. */
  total: number;
  /** 0 to 100; 100 only once the media object is here. */
  percentage: number;
  /** Bytes per second, smoothed; 0 until there is something to measure. */
  speed: number;
  /** Seconds left at this speed; `null` where that is not known. */
  eta: number | null;
  /** Counts from 1. */
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
 * - `endpoint`: your backend refused or failed
 * - `bad-target`: its answer is no upload target; the message says which part is wrong
 * - `network`: no answer came
 * - `too-large`: more bytes than the host takes
 * - `url-expired`: the upload URL has expired or was used
 * - `rejected`: the host refused the upload
 * - `server`: the host failed
 * - `bad-response`: the host's answer is no media object
 * - `file-unreadable`: the file has changed or gone since it was picked
 */
export type UploadErrorCode =
  | "endpoint"
  | "bad-target"
  | "network"
  | "too-large"
  | "url-expired"
  | "rejected"
  | "server"
  | "bad-response"
  | "file-unreadable";
