/**
 * The app's backend, for any server that uses `Request` and `Response`. Creates upload URLs for the
 * app's own pages, and keeps the API key secret.
 *
 * ```ts
 * import { createUploadHandler, Refusal } from "ittybit-uploader/server";
 *
 * const handler = createUploadHandler({
 *   apiKey: process.env.ITTYBIT_API_KEY,
 *   async authorize(request, file) {
 *     const user = await signedInUser(request);
 *     if (!user) throw new Refusal(401, "Please sign in to upload.");
 *     return { owner: user.id, metadata: { user: user.id } };
 *   },
 *   identify: async (request) => (await signedInUser(request))?.id,
 * });
 * ```
 *
 * @packageDocumentation
 */

import type { Media, UploadErrorCode, UploadTarget } from "ittybit-uploader";

export type { Media, UploadErrorCode, UploadTarget };

/**
 * Answers a page's request. Mount it at the path of the pages' `endpoint` and all paths below it, for
 * `POST`, `GET`, `DELETE` and `OPTIONS`. Never rejects.
 */
export type UploadHandler = (request: Request) => Promise<Response>;

/**
 * Creates the handler of an app's upload endpoint. `authorize` is required.
 *
 * @throws {TypeError} if an option is missing or wrong
 */
export function createUploadHandler(options: UploadHandlerOptions): UploadHandler;

/**
 * The options of a handler. If `authorize` grants an `owner`, `identify` is required: without it, such an
 * `authorize` doesn't compile.
 */
export type UploadHandlerOptions = CommonOptions & (OwnedUploads | OwnerlessUploads);

/** Options for uploads with an owner, who alone can continue them. */
export interface OwnedUploads {
  /** As in {@link OwnerlessUploads}. May grant an `owner`, who must be the user that `identify` returns. */
  authorize: (request: Request, file: UploadRequest) => Authorization | Promise<Authorization>;
  /**
   * Returns the user who sends a request: see {@link Identify}. The user is the owner of a new upload,
   * sealed in the upload id. Later requests about that upload must be from the same user. Anyone else
   * gets a 404.
   */
  identify: Identify;
}

/**
 * Options for uploads without owners. Anyone who has an upload's id can continue that upload (sign,
 * send and list its parts, complete it, abort it) for 24 hours. An id is part of paths, so it may be in
 * logs: set `identify` if your users sign in.
 */
export interface OwnerlessUploads {
  /**
   * Decides whether the sender may store this file. Called for every attempt, with the request (its
   * body is read already) and what the page says about the file, which is well-formed but must not be
   * trusted.
   *
   * Return `true` or a {@link Grant} to allow the file. Anything else refuses it, including a missing
   * `return`. Throw a {@link Refusal} to say why. A `Response` with status 400 or more, thrown or
   * returned, is passed on.
   */
  authorize: (
    request: Request,
    file: UploadRequest,
  ) => OwnerlessAuthorization | Promise<OwnerlessAuthorization>;
  identify?: undefined;
}

/**
 * Returns the id of the user who sends this request: a text of 1 to 256 characters, the same for every
 * request of the same user; nothing if nobody is signed in. Called for every new upload, after
 * `authorize` has granted it, and for every request about an upload id. Throw a {@link Refusal}, or a
 * `Response` with status 400 or more, to pass it on: a session that has ended should be a 401, not a
 * lost upload. Must not read the request's body.
 */
export type Identify = (
  request: Request,
) => string | null | undefined | Promise<string | null | undefined>;

/** The options of every handler. */
export interface CommonOptions {
  /**
   * The API key of Ittybit. No answer, error or log contains it. If it is not set, `onError` is called
   * at the first request, so that builds of an app need no secrets.
   */
  apiKey: string | undefined;
  /**
   * Separates this handler from others with the same secrets: they don't accept upload ids of handlers
   * with another name. Must be the same on every instance. Default: empty.
   */
  name?: string;
  /**
   * The properties of an upload that pages may set in their `props`, or `metadata.NAME` for one note.
   * All others are ignored, and what `authorize` grants takes precedence. Default: none.
   */
  props?: readonly PageProp[];
  /** Your own store, for files that are too large for one request. See {@link storageFromEnv}. */
  storage?: StorageSettings | undefined;
  limits?: Limits;
  /**
   * Origins whose pages may also upload, besides this server's own: `https://app.example.com`. Answers
   * to them have CORS headers, also for requests with cookies.
   *
   * Behind a proxy that rewrites `Host`, list this server's own origin as pages see it, because
   * `X-Forwarded-Host` is not trusted: anyone can send it. List an `http:` origin, such as
   * `http://uploads.corp`, only in a network whose members are all trusted, because anyone on the way
   * can act as its pages.
   */
  origins?: readonly string[];
  /**
   * Whether to tell the service which requests are about the same file, so that after a lost answer a
   * page gets the media object that is stored already. Enable this only for a service that answers a
   * repeated key in that way. Default: `false`.
   *
   * The service gets an HMAC of the page's key, the owner, what the page says about the file, and the
   * granted properties. So nobody else's key can lead to the same file, and another grant makes it
   * another file.
   */
  passOnKeys?: boolean;
  /** The URL of the service. Default: `https://api.ittybit.com`. */
  apiUrl?: string | undefined;
  /**
   * Called with errors whose details the page doesn't get. They contain no key and no upload URL.
   * Default: `console.error`.
   */
  onError?: (error: Error) => void;
  /** Replaces the platform's `fetch`. */
  fetch?: typeof fetch;
}

/** The results of `authorize`. Excludes `undefined`, so that a missing `return` doesn't compile. */
export type Authorization = true | Grant | Response | false | null;

/** The results of `authorize` if uploads have no owners. */
export type OwnerlessAuthorization =
  | Exclude<Authorization, Grant>
  | (Grant & { owner?: undefined });

/** The properties with which Ittybit creates an upload. They decide what happens to the file. */
export interface UploadProperties {
  /** The workflow to start when the file is stored. */
  workflow_id?: string;
  /** Your own notes on the media object, of one level. */
  metadata?: Record<string, string | number | boolean>;
  /** The file's name, if it differs from the page's. */
  filename?: string;
  /** Another name for the media object, unique in the account. */
  alias?: string;
  /** The conditions that the file must meet. Ittybit defines their format. */
  conditions?: unknown;
}

/** An app's permission for an upload: the properties to create it with, and its protocol. */
export interface Grant extends UploadProperties {
  /**
   * The owner: the user's id, 1 to 256 characters, the same that `identify` returns. It is sealed in
   * the upload id and sent nowhere else. With an owner, an upload in parts can be continued for seven
   * days instead of 24 hours.
   */
  owner?: string;
  /** Default: by size. One request if the file fits, otherwise parts if there is a store, otherwise chunks. */
  protocol?: "simple" | "resumable" | "multipart";
  /** The size of each part for `multipart`, in bytes. Rounded up to whole MiB, at least 5 MiB. Default: 16 MiB. */
  part_size?: number;
}

export type PageProp = keyof UploadProperties | `metadata.${string}`;

/** What a page says about the file that it wants to upload. */
export interface UploadRequest {
  /** A UUID, the same for every attempt to upload the same file. */
  idempotencyKey: string;
  /** The file's name, in any script. It contains no path, but is not safe to use as one. */
  filename: string;
  /** In bytes. */
  filesize: number;
  /**
   * The MIME type that the browser has guessed: `type/subtype` in lower case, without parameters. Empty
   * if the browser doesn't know it, or says so with a type like `application/unknown`. Anything else gets a
   * 400.
   */
  type: string;
  /** The page's own data for the app. */
  props: Record<string, unknown>;
}

export interface Limits {
  /**
   * The largest size that a page may announce, in bytes. A larger file gets a 413. For a file in parts,
   * the store enforces the announced size. The service doesn't: a page that lies can send up to 64 MB
   * in one request, and more in chunks. To prevent that, grant the protocol `multipart`.
   */
  maxFileSize?: number;
  /** The smallest size that a page may announce, in bytes; see {@link maxFileSize}. A smaller file gets a 400. */
  minFileSize?: number;
  /**
   * Types as in the `accept` attribute: `.jpg`, `image/png`, `video/*`. Other files get a 403. Checks
   * the name and type that the page announces, not the file's content. `image/*` and other wildcards
   * don't allow types that browsers run as a page or a script: list such a type itself, as
   * `image/svg+xml` or `.svg`. An extension doesn't allow a file whose type contradicts it.
   */
  allowedFileTypes?: readonly string[];
  /** How long a page's request may take to arrive, in ms. A slower request gets a 408. Default: 10,000. */
  bodyTimeout?: number;
  /** How long the service or the store may take to answer, in ms. Default: 30,000. */
  answerTimeout?: number;
  /** How long the service may take to fetch a file, and the store to combine parts, in ms. Default: 300,000. */
  fetchTimeout?: number;
}

/** The settings of a bucket in an S3-compatible store. */
export interface StorageSettings {
  /** The URL of the store for this server. Default: Amazon S3 in the region. */
  endpoint?: string | undefined;
  /** The URL of the store for pages, if that differs. */
  publicEndpoint?: string | undefined;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** The session token of temporary credentials. */
  sessionToken?: string | undefined;
  /** Whether the bucket is part of the path, instead of the host name. Default: `true` if `endpoint` is set. */
  pathStyle?: boolean | undefined;
  /** The prefix of all object keys. Default: `uploads/`. */
  prefix?: string | undefined;
  /** How long a part's URL works, in seconds. Default: 900. */
  partUrlTtl?: number | undefined;
  /**
   * The secret with which upload ids are sealed: a string of at least 32 bytes (`openssl rand -base64
   * 32`), the same on every instance. Of several, newest first, the first one seals and all of them
   * open. To rotate a secret, put a new one in front, and remove the old one seven days later. Default:
   * the secret key, if it has at least 32 bytes.
   */
  uploadSecret?: string | readonly string[] | undefined;
  /**
   * What to do with a file after all its parts have arrived: with `service`, the service fetches it;
   * with `own`, it stays in the store, and the page gets a media object that this server creates.
   * Default: `service`.
   */
  handover?: "service" | "own" | undefined;
  /**
   * What a browser does when it opens a stored file: saves or shows it. Objects are stored with this
   * `Content-Disposition`, and their signed URLs ask for it. `<img>`, `<video>` and the service can
   * read the file in either case. `inline` lets a page that somebody uploaded run on the store's
   * origin. Default: `attachment`.
   */
  contentDisposition?: "attachment" | "inline" | undefined;
  /**
   * The checksum with which the store verifies each part: CRC32C (`x-amz-checksum-crc32c`), which newer
   * stores support, MD5 (`Content-MD5`), which all stores support, or `none`. Default: `crc32c`.
   *
   * Afterwards it is compared with what the store says about the parts. If the store says nothing, the
   * upload is completed, the media object of handover `own` has `verified: false`, and `onError` is
   * called once.
   */
  checksums?: Checksums | undefined;
}

export type Checksums = "crc32c" | "md5" | "none";

/**
 * Reads the settings of a store from the same environment variables as the Rust crate: `S3_BUCKET`,
 * `S3_REGION`, `S3_ACCESS_KEY_ID`, `S3_SECRET_ACCESS_KEY`, … Returns `undefined` if `S3_BUCKET` is not
 * set. `UPLOAD_SECRET` may have several secrets, newest first, separated by commas.
 *
 * @throws {TypeError} if a required variable is missing or malformed; names the variable
 */
export function storageFromEnv(
  env: Record<string, string | undefined>,
): StorageSettings | undefined;

/** A refusal, with a status and a message that a person may read on the page. */
export class Refusal extends Error {
  constructor(status: number, message: string, options?: { retryAfter?: number });
  readonly name: "Refusal";
  readonly status: number;
  /** In seconds. */
  readonly retryAfter: number | undefined;
}

/**
 * Converts a handler for Node's own server, Express and similar frameworks: `app.use("/api/uploads",
 * toNodeHandler(handler))`, before or after a body parser. Needs the path as the client sent it.
 */
export function toNodeHandler(
  handler: UploadHandler,
): (
  request: import("node:http").IncomingMessage,
  response: import("node:http").ServerResponse,
  next?: (error?: unknown) => void,
) => Promise<void>;

/** Requests an upload URL from the service, for a file that this server itself sends. */
export function createUpload(
  options: CreateUploadOptions,
): Promise<{ url: string } | { media: Media }>;

export interface CreateUploadOptions extends UploadProperties {
  apiKey: string | undefined;
  apiUrl?: string;
  /** The same for every attempt to upload the same file. */
  idempotencyKey?: string;
  signal?: AbortSignal;
  fetch?: typeof fetch;
}

/**
 * Uploads a file from this server to an upload URL, and resolves with the media object exactly as
 * received. Streams are never buffered. Rejects with a {@link ServerUploadError}, or with the signal's
 * reason.
 */
export function uploadFromServer(
  url: string | URL,
  content: Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | Uint8Array,
  options?: UploadFromServerOptions,
): Promise<Media>;

export interface UploadFromServerOptions {
  filename?: string;
  /** MIME type. */
  type?: string;
  /** In bytes. Required for a stream, because the request announces its size. */
  size?: number;
  /** How long to wait for an answer, in ms. Default: 30,000, and the time that the bytes take at 64 KiB/s. */
  timeout?: number;
  signal?: AbortSignal;
  fetch?: typeof fetch;
}

/** Why there is no upload URL or media object. No message contains a URL or a key. */
export class ServerUploadError extends Error {
  readonly name: "ServerUploadError";
  readonly code: UploadErrorCode;
  readonly status: number | undefined;
  readonly retryable: boolean;
  /** The server's own message, if it sent one. */
  readonly detail: string | undefined;
  readonly cause?: unknown;
}
