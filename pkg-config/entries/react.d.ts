/**
 * For React 18 and 19: a hook for an interface of your own, and the element as a component.
 *
 * @packageDocumentation
 */

import type { ForwardRefExoticComponent, HTMLAttributes, ReactNode, RefAttributes } from "react";

import type { IttybitUploaderElement, Words } from "./element.js";
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
 * A queue of files that lives as long as the component.
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
  onFileAdded?: (file: UploadFileState) => void;
  onRestrictionFailed?: (error: UploadError, file: UploadFileState | undefined) => void;
  onSuccess?: (media: Media, file: UploadFileState) => void;
  onError?: (error: UploadError, file: UploadFileState) => void;
  onFileRetry?: (retry: Retry, file: UploadFileState) => void;
  onComplete?: (result: Result) => void;
}

/** What is known of a file at one moment. */
export type UploadFileState = Readonly<UploadFile>;

export interface UseUploader {
  /** In the order in which they were added. */
  readonly files: readonly UploadFileState[];
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
}

/**
 * The element. Its props are the element's attributes and properties, in React's spelling; its events
 * are `onUploadSuccess` and the like. A ref is the element itself.
 */
export const IttybitUploader: ForwardRefExoticComponent<
  IttybitUploaderProps & RefAttributes<IttybitUploaderElement>
>;
