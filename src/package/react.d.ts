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
 * A queue of files that lives as long as the component. Where a `Suspense` or an `Activity` only hides it, uploads go
 * on, and the functions are called.
 *
 * Renders at most once a frame, however many files are under way. What it answers is a snapshot: a
 * file that has changed is another object, one that has not is the same.
 */
export function useUploader(options: UseUploaderOptions): UseUploader;

/**
 * The uploader's options, read when the component is mounted. Functions among them may change with
 * every render: the latest is called. Other values need another `key` to change.
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
  /** As they are at this moment, in the order in which they were added. */
  readonly files: readonly UploadFile[];
  /** Of all files that are not cancelled. */
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

/** `upload-success` is `onUploadSuccess`. */
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
 * The element. Its props are the element's attributes and properties, in React's spelling; its events
 * are `onUploadSuccess` and the like. A ref is the element itself.
 */
export const IttybitUploader: ForwardRefExoticComponent<
  IttybitUploaderProps & RefAttributes<IttybitUploaderElement>
>;

/** The element itself, as a tag: attributes alone, for React 18 knows no more of it, and calls `className` `class`. */
declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "ittybit-uploader": DetailedHTMLProps<HTMLAttributes<HTMLElement>, IttybitUploaderElement> &
        IttybitUploaderAttributes & { class?: string | undefined };
    }
  }
}
