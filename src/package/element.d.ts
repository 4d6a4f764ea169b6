// Written by `npm run reference`, from pkg-config/reference/element.mjs.

import type {
  FileSource,
  Media,
  Progress,
  Recoverable,
  Result,
  UploaderEventMap,
  UploadFile,
  UploadOptions,
} from "./index.js";

/** Texts that replace the element's own: a text, or one for each plural category. */
export type Words = Record<string, string | Partial<Record<Intl.LDMLPluralRule, string>>>;

/** The events of the uploader, and those of every element. */
export interface IttybitUploaderElementEventMap extends HTMLElementEventMap, UploaderEventMap {}

/** The attributes of the element, for template languages that check types. */
export interface IttybitUploaderAttributes {
  endpoint?: string | undefined;
  base?: string | undefined;
  multiple?: true | "" | undefined;
  accept?: string | undefined;
  capture?: "user" | "environment" | undefined;
  name?: string | undefined;
  required?: true | "" | undefined;
  disabled?: true | "" | undefined;
  auto?: true | "" | undefined;
  limit?: string | number | undefined;
  folders?: true | "" | undefined;
  "drop-anywhere"?: true | "" | undefined;
  "max-file-size"?: string | number | undefined;
  "min-file-size"?: string | number | undefined;
  "max-total-file-size"?: string | number | undefined;
  "max-number-of-files"?: string | number | undefined;
  "min-number-of-files"?: string | number | undefined;
  "hold-submit"?: true | "" | undefined;
  "value-type"?: "id" | "media" | undefined;
  "chunk-size"?: string | number | undefined;
  "parallel-parts"?: string | number | undefined;
  "retry-delays"?: string | undefined;
  "stall-timeout"?: string | number | undefined;
  "response-timeout"?: string | number | undefined;
  owner?: string | undefined;
  credentials?: RequestCredentials | undefined;
  "field-name"?: string | undefined;
  debug?: true | "" | undefined;
}

/** The properties that can be set, including those that reflect attributes. */
export interface IttybitUploaderOptions {
  endpoint?: UploadOptions["endpoint"] | undefined;
  base?: string | undefined;
  multiple?: boolean | undefined;
  accept?: string | undefined;
  capture?: "user" | "environment" | undefined;
  name?: string | undefined;
  required?: boolean | undefined;
  disabled?: boolean | undefined;
  auto?: boolean | undefined;
  limit?: string | number | undefined;
  folders?: boolean | undefined;
  dropAnywhere?: boolean | undefined;
  maxFileSize?: string | number | undefined;
  minFileSize?: string | number | undefined;
  maxTotalFileSize?: string | number | undefined;
  maxNumberOfFiles?: string | number | undefined;
  minNumberOfFiles?: string | number | undefined;
  holdSubmit?: boolean | undefined;
  valueType?: "id" | "media" | undefined;
  chunkSize?: string | number | undefined;
  parallelParts?: string | number | undefined;
  retryDelays?: string | number[] | undefined;
  stallTimeout?: string | number | undefined;
  responseTimeout?: string | number | undefined;
  owner?: string | undefined;
  credentials?: RequestCredentials | undefined;
  fieldName?: string | undefined;
  debug?: boolean | undefined;
  headers?: UploadOptions["headers"] | undefined;
  props?: UploadOptions["props"] | undefined;
  shouldRetry?: UploadOptions["shouldRetry"] | undefined;
  remember?: UploadOptions["remember"] | undefined;
  endpointName?: UploadOptions["endpointName"] | undefined;
  endpoints?: UploadOptions["endpoints"] | undefined;
  words?: Words | undefined;
}

/**
 * An uploader: choose, drop or paste files, follow their progress, and submit their media objects
 * with a form.
 */
export interface IttybitUploaderElement extends HTMLElement {
  /**
   * Where upload URLs come from: the address of a route of your own backend. The property takes a
   * function too.
   */
  endpoint: UploadOptions["endpoint"];
  /**
   * The URL of the folder with the uploader's own files. Needed if it can't be detected: for a
   * script that is a module, evaluated, or bundled into another script.
   */
  base: string;
  /** Accepts several files. Without it, choosing another file replaces the first. */
  multiple: boolean;
  /**
   * The accepted types, as in a file input's `accept`: `image/*,.pdf`. Also applies to dropped
   * files. `image/*` doesn't include SVG: add `.svg`.
   */
  accept: string;
  /** Adds a button that opens the device's camera: `user` or `environment`. */
  capture: string;
  /** The name in a form. Without it, the form sends nothing. */
  name: string;
  /** The form can't be submitted without a file. */
  required: boolean;
  /** Accepts no files and no clicks. A disabled `fieldset` around the element does the same. */
  disabled: boolean;
  /** Starts each file when it is added. */
  auto: boolean;
  /** How many files upload at once. Default: `3`. */
  get limit(): string;
  set limit(value: string | number);
  /** Adds a button to choose a folder, if `multiple` is set. Folders can be dropped without it. */
  folders: boolean;
  /** Files can be dropped or pasted anywhere on the page. */
  dropAnywhere: boolean;
  /** The size of the largest accepted file. */
  get maxFileSize(): string;
  set maxFileSize(value: string | number);
  /** The size of the smallest accepted file. */
  get minFileSize(): string;
  set minFileSize(value: string | number);
  /** The largest size of all files together. */
  get maxTotalFileSize(): string;
  set maxTotalFileSize(value: string | number);
  /** The largest number of files, if `multiple` is set. */
  get maxNumberOfFiles(): string;
  set maxNumberOfFiles(value: string | number);
  /** The smallest number of files with which `start()` works. */
  get minNumberOfFiles(): string;
  set minNumberOfFiles(value: string | number);
  /** Submitting the form starts all files, waits until they are stored, and then submits it. */
  holdSubmit: boolean;
  /**
   * What the form sends for each stored file: the media object's `id`, or with `media` the whole
   * object as JSON. Default: `id`.
   */
  valueType: string;
  /** The size of the chunks of a resumable upload. Without it, the backend decides. */
  get chunkSize(): string;
  set chunkSize(value: string | number);
  /** How many chunks or parts upload at once, for all files together. Default: `4`. */
  get parallelParts(): string;
  set parallelParts(value: string | number);
  /**
   * The delay before each retry, in milliseconds. There are as many retries as numbers. Default:
   * `500 1000 3000 5000`.
   */
  get retryDelays(): string;
  set retryDelays(value: string | number[]);
  /**
   * How many milliseconds an attempt may go without progress. 0 disables the timeout. Default:
   * `30000`.
   */
  get stallTimeout(): string;
  set stallTimeout(value: string | number);
  /**
   * How many milliseconds the host may take to answer after the last byte. 0 disables the timeout.
   * Default: `300000`.
   */
  get responseTimeout(): string;
  set responseTimeout(value: string | number);
  /**
   * Whose uploads these are, such as a user's id. Unfinished uploads are listed, resumed and
   * discarded only for the same owner; without an owner, none are listed. Changing the owner ends
   * current uploads.
   */
  owner: string;
  /**
   * Whether requests to the endpoint send cookies, as in `fetch()`. Requests to the upload URL
   * never do. Default: `same-origin`.
   */
  credentials: string;
  /**
   * The name of the form field that contains the file, in the request to the host. Default: `file`.
   */
  fieldName: string;
  /**
   * Logs each upload to the browser's console and performance timeline, without URLs, keys, headers
   * or props.
   */
  debug: boolean;
  /** Headers for requests to the endpoint, or a function that is called for every attempt. */
  headers: UploadOptions["headers"];
  /** Sent to the endpoint, which decides what to trust. */
  props: UploadOptions["props"];
  /** Decides whether to retry after an error, instead of `error.retryable`. */
  shouldRetry: UploadOptions["shouldRetry"];
  /** Whether unfinished large uploads are kept for a later visit. Default: `true`. */
  remember: UploadOptions["remember"];
  /**
   * A name for an `endpoint` that is a function. Without it, its uploads are not kept for a later
   * visit.
   */
  endpointName: UploadOptions["endpointName"];
  /** Other origins that an `endpoint` function may name. */
  endpoints: UploadOptions["endpoints"];
  /** Texts that replace the element's own; see below. */
  words: Words;
  /** All files in order, with the state of each. */
  readonly files: readonly UploadFile[];
  /** The progress of all files that are not cancelled. */
  readonly progress: Progress;
  /** The media objects of stored files. */
  readonly media: readonly Media[];
  /** The ids of the media objects. */
  readonly value: readonly string[];
  /** The form that the element belongs to. */
  readonly form: HTMLFormElement | null;
  /** The element's `label` elements. */
  readonly labels: NodeList;
  /**
   * Whether the form can be submitted: `valueMissing` if `required` is set and there is no file,
   * `customError` if files are not stored yet or have failed.
   */
  readonly validity: ValidityState;
  /** Why the form can't be submitted. */
  readonly validationMessage: string;
  /** Whether the form validates the element. */
  readonly willValidate: boolean;
  /**
   * Adds a list of files, a `FileList`, or a `DataTransfer` with its folders. Resolves with the
   * files that were added.
   */
  add(files: FileSource): Promise<UploadFile[]>;
  /** Starts all added files. Resolves when every file has ended, whether it was stored or not. */
  start(): Promise<Result>;
  /** Stops a file until it is resumed. Without an id, stops all files and starts none. */
  pause(id?: string): void;
  /** Continues from the bytes that are stored. */
  resume(id?: string): void;
  /**
   * Retries a file that has failed or was cancelled. Without an id, retries every file that has
   * failed.
   */
  retry(id?: string): Promise<Result>;
  /** Cancels a file. Without an id, cancels every file that has not ended. */
  cancel(id?: string): void;
  /**
   * Cancels a file and removes it from the list. Without an id, this is the platform's own
   * `remove()`, which removes the element from the page.
   */
  remove(id?: string): void;
  /**
   * Returns the unfinished uploads of earlier visits by the same `owner`. The element shows them by
   * itself.
   */
  recover(): Promise<Recoverable[]>;
  /**
   * For sign-out: removes all files, and deletes the unfinished uploads of the `owner`, at the
   * backend too.
   */
  forgetAll(): Promise<void>;
  /** Ends all uploads at once. No events follow. */
  destroy(): void;
  /** Returns whether the form can be submitted. Dispatches `invalid` if not. */
  checkValidity(): boolean;
  /** Like `checkValidity()`, and shows the reason. */
  reportValidity(): boolean;
  /** Makes the element invalid with your own message, until the message is empty. */
  setCustomValidity(message: string): void;

  addEventListener<K extends keyof IttybitUploaderElementEventMap>(
    type: K,
    listener: (this: IttybitUploaderElement, event: IttybitUploaderElementEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof IttybitUploaderElementEventMap>(
    type: K,
    listener: (this: IttybitUploaderElement, event: IttybitUploaderElementEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "ittybit-uploader": IttybitUploaderElement;
  }
}
