/**
 * The app's half, for any server that speaks `Request` and `Response`: it creates upload URLs for the
 * app's own pages, and keeps the API key.
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
 * Answers a page's request. To be mounted where the pages' `endpoint` points, for that path and all
 * below it, and for `POST`, `GET`, `DELETE` and `OPTIONS`. It never rejects.
 */
export type UploadHandler = (request: Request) => Promise<Response>;

/**
 * The handler of an app's upload endpoint.
 *
 * @throws {TypeError} where an option is missing or wrong. There is no handler without `authorize`.
 */
export function createUploadHandler(options: UploadHandlerOptions): UploadHandler;

/**
 * What a handler is built with. Where `authorize` grants an `owner`, `identify` must be given: without it,
 * such an `authorize` does not compile.
 */
export type UploadHandlerOptions = CommonOptions & (OwnedUploads | OwnerlessUploads);

/** Each upload belongs to somebody, and only they go on with it. */
export interface OwnedUploads {
  /** As in {@link OwnerlessUploads}; it may grant an `owner`, who must be the one that `identify` names. */
  authorize: (request: Request, file: UploadRequest) => Authorization | Promise<Authorization>;
  /**
   * Who asks: see {@link Identify}. Its answer is the owner of an upload that begins, sealed in the upload
   * id; later requests about that upload are answered to the same owner alone. For anyone else there is no
   * such upload (404).
   */
  identify: Identify;
}

/**
 * No upload belongs to anybody: whoever has an upload's id may go on with that one upload (send, list and
 * sign its parts, complete it, abort it) for 24 hours. An id is in paths, so it may be in logs: give
 * `identify` where your users sign in.
 */
export interface OwnerlessUploads {
  /**
   * Who is this, and may they store this file? Asked for every attempt, with the request (its body is
   * read already) and what the page said of the file: well-formed, not to be trusted.
   *
   * `true` or a {@link Grant} lets the file in. Anything else is a refusal, a missing `return` too. To
   * say why, throw a {@link Refusal}; a `Response` of status 400 and more, thrown or returned, is
   * passed on.
   */
  authorize: (
    request: Request,
    file: UploadRequest,
  ) => OwnerlessAuthorization | Promise<OwnerlessAuthorization>;
  identify?: undefined;
}

/**
 * Returns the id of the user who sends this request: a text of 1 to 256 characters, the same for every
 * request of the same user; nothing where nobody is signed in. Asked for every upload that begins, after
 * `authorize` said yes, and for every request about an upload id. A {@link Refusal} or a `Response` of
 * status 400 and more that it throws is passed on: a session that ended is a 401, not a lost upload. The
 * request's body is not for it to read.
 */
export type Identify = (
  request: Request,
) => string | null | undefined | Promise<string | null | undefined>;

/** The options of every handler. */
export interface CommonOptions {
  /**
   * Of Ittybit. It is in no answer, no error and no log. Where it is not set, `onError` is told at the first
   * request: apps are built where there are no secrets.
   */
  apiKey: string | undefined;
  /**
   * Tells this handler apart from others with the same secrets: an upload id of one is nothing to another.
   * The same on every instance. Default: empty.
   */
  name?: string;
  /**
   * What pages may set by themselves, of their `props`: names of properties of an upload, or
   * `metadata.NAME` for one note. What is not named here is ignored, and what `authorize` grants wins.
   * Default: none.
   */
  props?: readonly PageProp[];
  /** A store of your own, for files that are too large for one piece. See {@link storageFromEnv}. */
  storage?: StorageSettings | undefined;
  limits?: Limits;
  /**
   * Origins of pages that may ask, besides this server's own: `https://app.example.com`. They are
   * answered with CORS headers, for requests with cookies too.
   *
   * Behind a proxy that rewrites `Host`, name this server's own origin as pages see it, because
   * `X-Forwarded-Host` is not believed: anyone can send it. An `http:` origin, `http://uploads.corp`, is for
   * networks whose every member is trusted, because anyone on the way can act as its pages.
   */
  origins?: readonly string[];
  /**
   * Whether the service is told which questions are about the same file, so that a page whose answer
   * was lost is given the media object that is stored already. Only for a service that answers a
   * repeated key in that way. Default: `false`.
   *
   * The service gets an HMAC of the page's key, the owner, what the page said of the file and the granted
   * properties: nobody else's key leads to the same, and another grant is another file.
   */
  passOnKeys?: boolean;
  /** Where the service is. Default: `https://api.ittybit.com`. */
  apiUrl?: string | undefined;
  /**
   * Told of what went wrong behind the page's back. Neither a key nor an upload URL is in it.
   * Default: `console.error`.
   */
  onError?: (error: Error) => void;
  /** Instead of the platform's own. */
  fetch?: typeof fetch;
}

/** `undefined` is not among them, so that a missing `return` does not compile. */
export type Authorization = true | Grant | Response | false | null;

/** The same where no upload has an owner. */
export type OwnerlessAuthorization =
  | Exclude<Authorization, Grant>
  | (Grant & { owner?: undefined });

/** Properties of an upload, as Ittybit takes them. They decide what becomes of the file. */
export interface UploadProperties {
  /** The workflow that is started when the file is stored. */
  workflow_id?: string;
  /** Your own notes on the media object, of one level. */
  metadata?: Record<string, string | number | boolean>;
  /** The file's name, where it is not the one that the page gave. */
  filename?: string;
  /** Another name for the media object, unique in the account. */
  alias?: string;
  /** What the file must be like. Ittybit defines its form. */
  conditions?: unknown;
}

/** An app's yes: the properties to create the upload with, and how the file travels. */
export interface Grant extends UploadProperties {
  /**
   * Whose upload this is: the user's id, 1 to 256 characters, the same that `identify` returns. It is sealed
   * in the upload id, goes nowhere else, and gives an upload in parts seven days instead of 24 hours.
   */
  owner?: string;
  /** Default: by size. In one piece where it fits, else in parts where there is a store, else in chunks. */
  protocol?: "simple" | "resumable" | "multipart";
  /** Bytes of each part, for `multipart`. Whole MiB, at least 5. Default: 16 MiB, or as many as it takes. */
  part_size?: number;
}

export type PageProp = keyof UploadProperties | `metadata.${string}`;

/** What a page says of the file it wants to upload. */
export interface UploadRequest {
  /** A UUID that stays the same when a page asks again for the same file. */
  idempotencyKey: string;
  /** In any script. It is no path, and no safe one either. */
  filename: string;
  /** Bytes. */
  filesize: number;
  /**
   * MIME type as the browser guessed it: `type/subtype` in lower case, without parameters. Empty where it
   * could not. A page that sends what is no MIME type is answered 400.
   */
  type: string;
  /** Whatever else the page sends. */
  props: Record<string, unknown>;
}

export interface Limits {
  /**
   * Bytes, of the size that the page names. A larger file is answered 413. The store holds a file in parts
   * to that size. The service does not: a page that lies can send it up to 64 MB in one piece, and more in
   * chunks. Where that must not be, grant the protocol `multipart`.
   */
  maxFileSize?: number;
  /** Bytes, of the size that the page names, as with {@link maxFileSize}. A smaller file is answered 400. */
  minFileSize?: number;
  /**
   * As the `accept` attribute takes them: `.jpg`, `image/png`, `video/*`; another file is answered 403. By
   * name and type as the page names them: nobody looks into the file. What browsers run as a page or a
   * script is never taken by `image/*` and its like: name it, `image/svg+xml` or `.svg`. An extension takes
   * no file whose type says that it is something else.
   */
  allowedFileTypes?: readonly string[];
  /** ms in which a page's request must have arrived; else it is answered 408, and ended. Default: 10,000. */
  bodyTimeout?: number;
  /** ms that the service or the store may take to answer. Default: 30,000. */
  answerTimeout?: number;
  /** ms that the service may take to fetch a file, and the store to put parts together. Default: 300,000. */
  fetchTimeout?: number;
}

/** A bucket of a store that speaks S3. */
export interface StorageSettings {
  /** Where the store is, as this server reaches it. Default: Amazon's, by region. */
  endpoint?: string | undefined;
  /** Where pages reach it, if that differs. */
  publicEndpoint?: string | undefined;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Goes with credentials that are temporary. */
  sessionToken?: string | undefined;
  /** Whether the bucket is a part of the path, not of the host name. Default: where `endpoint` is set. */
  pathStyle?: boolean | undefined;
  /** What the keys of all objects begin with. Default: `uploads/`. */
  prefix?: string | undefined;
  /** Seconds that a part's URL works. Default: 900. */
  partUrlTtl?: number | undefined;
  /**
   * What upload ids are sealed with: a string of at least 32 bytes (`openssl rand -base64 32`), the same on
   * every instance. Of several, newest first, the first seals and each opens: so a secret is rotated by
   * putting a new one in front, and taking the old one away seven days later. Default: the secret key, where
   * it has 32 bytes.
   */
  uploadSecret?: string | readonly string[] | undefined;
  /**
   * What becomes of a file whose parts have arrived: the service fetches it, or it stays and the page
   * is answered with a media object of this server's own. Default: `service`.
   */
  handover?: "service" | "own" | undefined;
  /**
   * What a browser does that opens a stored file: it saves it, or shows it. Objects are stored with this
   * `Content-Disposition`, and their signed URLs ask for it. `<img>`, `<video>` and the service read the
   * file either way. `inline` lets a page that somebody uploaded run on the store's origin.
   * Default: `attachment`.
   */
  contentDisposition?: "attachment" | "inline" | undefined;
  /**
   * By what the store verifies each part: by its CRC32C (`x-amz-checksum-crc32c`), which newer stores know, or
   * by its MD5 (`Content-MD5`), which all do. With `none` nothing is verified. Default: `crc32c`.
   *
   * What the store says of the parts afterwards is compared, too. Where it says nothing, the upload is completed,
   * the media object of handover `own` has `verified: false`, and `onError` is told once.
   */
  checksums?: Checksums | undefined;
}

export type Checksums = "crc32c" | "md5" | "none";

/**
 * The store that the environment describes, with the same variables as the Rust crate: `S3_BUCKET`,
 * `S3_REGION`, `S3_ACCESS_KEY_ID`, `S3_SECRET_ACCESS_KEY`, …; `undefined` where `S3_BUCKET` is not set.
 * `UPLOAD_SECRET` may be several, newest first, with commas between them.
 *
 * @throws {TypeError} where one that is needed is missing or malformed; it names the variable
 */
export function storageFromEnv(
  env: Record<string, string | undefined>,
): StorageSettings | undefined;

/** A no, with a status and words that a person may read on the page. */
export class Refusal extends Error {
  constructor(status: number, message: string, options?: { retryAfter?: number });
  readonly name: "Refusal";
  readonly status: number;
  /** Seconds. */
  readonly retryAfter: number | undefined;
}

/**
 * The handler for Node's own server, and for Express and its like: `app.use("/api/uploads",
 * toNodeHandler(handler))`, before or after a body parser. Needs the path as the client sent it.
 */
export function toNodeHandler(
  handler: UploadHandler,
): (
  request: import("node:http").IncomingMessage,
  response: import("node:http").ServerResponse,
  next?: (error?: unknown) => void,
) => Promise<void>;

/** Asks the service for an upload URL, for a file that this server itself sends. */
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
 * Sends a file from this server to an upload URL, and resolves with the media object exactly as
 * received. A stream is never held in memory. Rejects with a {@link ServerUploadError}, or with the
 * signal's reason.
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
  /** Bytes. Needed for a stream: hosts want to know beforehand. */
  size?: number;
  /** ms without an answer. Default: 30,000, and as long as the bytes take at 64 KiB/s. */
  timeout?: number;
  signal?: AbortSignal;
  fetch?: typeof fetch;
}

/** Why there is no upload URL, or no media object. No message carries a URL or a key. */
export class ServerUploadError extends Error {
  readonly name: "ServerUploadError";
  readonly code: UploadErrorCode;
  readonly status: number | undefined;
  readonly retryable: boolean;
  /** The server's own words, where it said something. */
  readonly detail: string | undefined;
  readonly cause?: unknown;
}
