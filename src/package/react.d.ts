/**
 * For React 18 and 19: a hook for an interface of your own, and the element as a component.
 *
 * @packageDocumentation
 */

import type { ForwardRefExoticComponent, HTMLAttributes, RefAttributes } from "react";

import type {
  IttybitUploaderAttributes,
  IttybitUploaderElement,
  IttybitUploaderOptions,
} from "./element.js";
import type {
  Media,
  Progress,
  Recoverable,
  Result,
  Retry,
  UploadError,
  Uploader,
  UploaderEventMap,
  UploaderOptions,
  UploadFile,
} from "./index.js";

/**
 * Creates a queue of files that lives as long as the component. If `Suspense` or `Activity` only hides
 * the component, uploads continue and callbacks are called.
 *
 * Renders at most once a frame, however many files are uploading. Returns a snapshot: a file that has
 * changed is a new object, and a file that has not is the same object.
 */
export function useUploader(options: UseUploaderOptions): UseUploader;

/**
 * The uploader's options, which are read when the component is mounted. Functions may change with every
 * render: the latest is called. To change other options, change the component's `key`.
 */
export interface UseUploaderOptions extends Omit<UploaderOptions, "signal"> {
  onFileAdded?: (file: UploadFile) => void;
  onRestrictionFailed?: (error: UploadError, file: UploadFile | undefined) => void;
  onSuccess?: (media: Media, file: UploadFile) => void;
  onError?: (error: UploadError, file: UploadFile) => void;
  onFileRetry?: (retry: Retry, file: UploadFile) => void;
  onComplete?: (result: Result) => void;
  /** The uploader's own code could not be loaded. */
  onLoadError?: (error: UploadError) => void;
}

export interface UseUploader {
  /** A snapshot of all files, in the order in which they were added. */
  readonly files: readonly UploadFile[];
  /** The progress of all files that are not cancelled. */
  readonly progress: Progress;
  add: Uploader["add"];
  start: Uploader["start"];
  pause: Uploader["pause"];
  resume: Uploader["resume"];
  retry: Uploader["retry"];
  cancel: Uploader["cancel"];
  remove: Uploader["remove"];
  recover: () => Promise<Recoverable[]>;
  forgetAll: () => Promise<void>;
}

export type { IttybitUploaderOptions } from "./element.js";

/** The element's events in React's spelling: `upload-success` is `onUploadSuccess`. */
export type IttybitUploaderEvents = {
  [Event in keyof UploaderEventMap as `on${PascalCase<Event>}`]?:
    | ((event: UploaderEventMap[Event]) => void)
    | undefined;
};

type PascalCase<Text extends string> = Text extends `${infer Word}-${infer Rest}`
  ? `${Capitalize<Word>}${PascalCase<Rest>}`
  : Capitalize<Text>;

export type IttybitUploaderProps = IttybitUploaderOptions &
  IttybitUploaderEvents &
  Omit<HTMLAttributes<HTMLElement>, keyof IttybitUploaderOptions | keyof IttybitUploaderEvents>;

/**
 * The element as a component. Its props are the element's attributes and properties in React's spelling,
 * and its events as `onUploadSuccess`. Its ref is the element itself.
 */
export const IttybitUploader: ForwardRefExoticComponent<
  IttybitUploaderProps & RefAttributes<IttybitUploaderElement>
>;

/** The element itself, as a tag. Supports only attributes, as in React 18, where `className` is `class`. */
declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "ittybit-uploader": DetailedHTMLProps<HTMLAttributes<HTMLElement>, IttybitUploaderElement> &
        IttybitUploaderAttributes & { class?: string | undefined };
    }
  }
}
