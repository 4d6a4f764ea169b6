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

/** What the element says instead of its own words: a text, or one for each plural category. */
export type Words = Record<string, string | Partial<Record<Intl.LDMLPluralRule, string>>>;

/** The element's events: its uploader's, and those of every element. */
export interface IttybitUploaderElementEventMap extends HTMLElementEventMap, UploaderEventMap {}

/** The element's attributes, for template languages that check types. */
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

/** What may be set of its properties, those of its attributes among them. */
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
 * An uploader: choose, drop or paste files, see how far they are, and a form gets their media
 * objects.
 */
export interface IttybitUploaderElement extends HTMLElement {
  /**
   * Where upload URLs come from: the address of a route of your own backend. The property takes a
   * function too.
   */
  endpoint: UploadOptions["endpoint"];
  /**
   * The URL of the folder that has the uploader's own files, if it can't be known: for a script tag
   * that is a module, eval'd, or part of another script.
   */
  base: string;
  /** Takes many files. Without it a file takes the place of the one before. */
  multiple: boolean;
  /**
   * What is taken, as a file input's `accept` says it: `image/*,.pdf`. What does not match is
   * refused when it is dropped, too. `image/*` takes no SVG: name it, `.svg`.
   */
  accept: string;
  /** Offers the device's camera with a button of its own: `user` or `environment`. */
  capture: string;
  /** The name in a form. Without it a form sends nothing. */
  name: string;
  /** A form is not sent without a file. */
  required: boolean;
  /** Takes no files and no clicks. So does a disabled `fieldset` around it. */
  disabled: boolean;
  /** Starts each file as it is added. */
  auto: boolean;
  /** Files under way at once. Default: `3`. */
  get limit(): string;
  set limit(value: string | number);
  /**
   * Offers to choose a folder with a button of its own, where `multiple` is set. Folders can be
   * dropped without it.
   */
  folders: boolean;
  /** The whole page takes what is dropped and pasted. */
  dropAnywhere: boolean;
  /** The largest file that is taken. */
  get maxFileSize(): string;
  set maxFileSize(value: string | number);
  /** The smallest file that is taken. */
  get minFileSize(): string;
  set minFileSize(value: string | number);
  /** As much as all files may have together. */
  get maxTotalFileSize(): string;
  set maxTotalFileSize(value: string | number);
  /** As many files as are taken, where `multiple` is set. */
  get maxNumberOfFiles(): string;
  set maxNumberOfFiles(value: string | number);
  /** With fewer, `start()` refuses. */
  get minNumberOfFiles(): string;
  set minNumberOfFiles(value: string | number);
  /** A form that is sent before all files are stored starts them, waits, and goes by itself. */
  holdSubmit: boolean;
  /**
   * What a form sends for each stored file: the media object's `id`, or with `media` all of it, as
   * JSON. Default: `id`.
   */
  valueType: string;
  /** Bytes in each chunk of a resumable upload. Without it, the backend decides. */
  get chunkSize(): string;
  set chunkSize(value: string | number);
  /** Chunks or parts under way at once, of all files together. Default: `4`. */
  get parallelParts(): string;
  set parallelParts(value: string | number);
  /**
   * Milliseconds before each further attempt; as many attempts as there are numbers. Default: `500
   * 1000 3000 5000`.
   */
  get retryDelays(): string;
  set retryDelays(value: string | number[]);
  /**
   * Milliseconds in which no byte moves, after which an attempt has stalled; 0 is for ever.
   * Default: `30000`.
   */
  get stallTimeout(): string;
  set stallTimeout(value: string | number);
  /** Milliseconds from the last byte to the host's answer; 0 is for ever. Default: `300000`. */
  get responseTimeout(): string;
  set responseTimeout(value: string | number);
  /**
   * Whose uploads these are, such as a user's id. Unfinished ones are listed, resumed and discarded
   * for the same owner only; without one, none is listed. Another owner ends what is under way.
   */
  owner: string;
  /**
   * Whether cookies go to the endpoint, as for `fetch()`. They never go to the upload URL. Default:
   * `same-origin`.
   */
  credentials: string;
  /** The field that holds the file, in what the host is sent. Default: `file`. */
  fieldName: string;
  /**
   * Tells the story of each upload in the browser's console and on its timeline, without a URL, a
   * key, a header or a prop.
   */
  debug: boolean;
  /** Headers for the endpoint, or a function that is asked for every attempt. */
  headers: UploadOptions["headers"];
  /** Sent to the endpoint, which decides what of it to trust. */
  props: UploadOptions["props"];
  /** Decides, instead of `error.retryable`, whether a failure is followed by another attempt. */
  shouldRetry: UploadOptions["shouldRetry"];
  /** Whether unfinished large uploads are remembered for a later visit. Default: `true`. */
  remember: UploadOptions["remember"];
  /** Names an `endpoint` that is a function. Without it, its uploads are not remembered. */
  endpointName: UploadOptions["endpointName"];
  /** Other origins that an `endpoint` function may name. */
  endpoints: UploadOptions["endpoints"];
  /** What it says instead of its own words; see below. */
  words: Words;
  /** All files in their order, with what became of each. */
  readonly files: readonly UploadFile[];
  /** Of all files that are not cancelled. */
  readonly progress: Progress;
  /** The media objects of what is stored. */
  readonly media: readonly Media[];
  /** Their ids. */
  readonly value: readonly string[];
  /** The form that it belongs to. */
  readonly form: HTMLFormElement | null;
  /** Its `label` elements. */
  readonly labels: NodeList;
  /**
   * Whether a form may be sent, and what is missing: `valueMissing` without a file where it is
   * `required`; `customError` while files are not stored, or have failed.
   */
  readonly validity: ValidityState;
  /** The same in words. */
  readonly validationMessage: string;
  /** Whether a form asks for it at all. */
  readonly willValidate: boolean;
  /**
   * Adds files, and resolves with those that were taken: a list, a `FileList`, or a `DataTransfer`
   * with its folders.
   */
  add(files: FileSource): Promise<UploadFile[]>;
  /** Starts all that were added, and resolves when none is left to do, whatever became of them. */
  start(): Promise<Result>;
  /** Stops a file until it is resumed; without an id all of them, and none begins. */
  pause(id?: string): void;
  /** Goes on from what is stored. */
  resume(id?: string): void;
  /** Tries again a file that failed or was cancelled; without an id, every one that failed. */
  retry(id?: string): Promise<Result>;
  /** Stops a file for good; without an id, every one that has not ended. */
  cancel(id?: string): void;
  /**
   * Stops a file and takes it off the list. Without an id it is the platform's own `remove()`,
   * which takes the element out of the page.
   */
  remove(id?: string): void;
  /**
   * What earlier visits of the same `owner` have left unfinished. The element offers it by itself.
   */
  recover(): Promise<Recoverable[]>;
  /**
   * For sign-out: removes all files, and forgets what is remembered of the `owner`, at the backend
   * too.
   */
  forgetAll(): Promise<void>;
  /** Ends everything at once. No event follows. */
  destroy(): void;
  /** Whether a form may be sent; dispatches `invalid` where not. */
  checkValidity(): boolean;
  /** The same, and says so to the person. */
  reportValidity(): boolean;
  /** Has a form refused with words of your own, until they are empty. */
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
