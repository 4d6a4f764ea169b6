// Code that must compile, or must not, in an app that imports the package by its name. Only tsc reads this file, once
// with Node's module resolution and once with that of bundlers: `npm test -- types`.

import { expectTypeOf } from "expect-type";
import {
  type EndpointContext,
  type FileInfo,
  type FileSource,
  type Media,
  type Progress,
  type Recoverable,
  type RestrictionName,
  type Restrictions,
  type Result,
  type Retry,
  UploadError,
  type UploadErrorCode,
  type UploadErrorReport,
  Uploader,
  type UploaderEventMap,
  type UploaderOptions,
  type UploadFile,
  type UploadFileState,
  type UploadOptions,
  type UploadPhase,
  type UploadTarget,
  upload,
} from "ittybit-uploader";
import type { IttybitUploaderElement, Words } from "ittybit-uploader/element";
import * as inline from "ittybit-uploader/inline";

declare const file: File;
declare const input: HTMLInputElement;
declare const transfer: DataTransfer;
declare const handle: FileSystemFileHandle;
/** Values that may be undefined, as in apps. */
declare const maybe: { text?: string; number?: number; signal?: AbortSignal; flag?: boolean };

// One file.

expectTypeOf(upload).returns.resolves.toEqualTypeOf<Media>();
expectTypeOf(inline.upload).toEqualTypeOf(upload);
expectTypeOf(inline.Uploader).toEqualTypeOf(Uploader);

upload(file, { endpoint: "/api/uploads" });
upload(new Blob(["x"]), {
  endpoint: async ({ filename, filesize, type, props }, { attempt, idempotencyKey, signal }) => {
    expectTypeOf({ filename, type, idempotencyKey }).toEqualTypeOf<
      Record<"filename" | "type" | "idempotencyKey", string>
    >();
    expectTypeOf({ filesize, attempt }).toEqualTypeOf<Record<"filesize" | "attempt", number>>();
    expectTypeOf(props).toEqualTypeOf<Record<string, unknown> | undefined>();
    expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
    return "https://files.example/u";
  },
});
upload(file, {
  endpoint: async () => ({
    url: "https://files.example/u",
    protocol: "resumable",
    received: [[0, 9]],
  }),
  headers: async () => ({ authorization: "Bearer session" }),
  credentials: "include",
  props: { metadata: { album: "summer" } },
  retryDelays: [500, 1000] as const,
  shouldRetry: ({ status }, attempt) => status === 409 && attempt < 3,
  onProgress: ({ percentage }) => console.log(percentage),
  onRetry: ({ attempt, delay, error }) => console.log(attempt, delay, error.code),
  debug: true,
});
// An undefined option is a missing one.
upload(file, {
  endpoint: "/api/uploads",
  headers: maybe.text === undefined ? undefined : { authorization: maybe.text },
  chunkSize: maybe.number,
  parallelParts: maybe.number,
  stallTimeout: maybe.number,
  responseTimeout: maybe.number,
  filename: maybe.text,
  fieldName: maybe.text,
  signal: maybe.signal,
  debug: maybe.flag,
  props: undefined,
  credentials: undefined,
  retryDelays: undefined,
  shouldRetry: undefined,
  onProgress: undefined,
  onRetry: undefined,
});
// @ts-expect-error options are needed
upload(file);
// @ts-expect-error an endpoint is needed
upload(file, {});
// @ts-expect-error the endpoint must not be undefined
upload(file, { endpoint: undefined });
// @ts-expect-error a path is not a file
upload("/clip.mp4", { endpoint: "/api/uploads" });
// @ts-expect-error an unknown option
upload(file, { endpoint: "/api/uploads", endPoint: "/api/uploads" });
// @ts-expect-error `base` must be text
upload(file, { endpoint: "/api/uploads", base: new URL("https://files.example/") });
// @ts-expect-error a size must be a number
upload(file, { endpoint: "/api/uploads", chunkSize: "10MB" });
// @ts-expect-error unknown credentials
upload(file, { endpoint: "/api/uploads", credentials: "all" });
// @ts-expect-error only a queue has a limit
upload(file, { endpoint: "/api/uploads", limit: 2 });
// @ts-expect-error the endpoint must return a target
upload(file, { endpoint: async () => {} });
// @ts-expect-error a target of an unknown protocol
upload(file, { endpoint: async () => ({ url: "https://files.example/u", protocol: "ftp" }) });
// @ts-expect-error a multipart upload without an id
upload(file, { endpoint: async () => ({ protocol: "multipart", part_size: 1 }) });

// The media object.

declare const media: Media;
expectTypeOf(media.id).toEqualTypeOf<string>();
expectTypeOf(media.filesize).toEqualTypeOf<number | null | undefined>();
expectTypeOf(media.width).toEqualTypeOf<number | null | undefined>();
expectTypeOf(media.url).toEqualTypeOf<string | null | undefined>();
expectTypeOf(media.metadata).toEqualTypeOf<Record<string, unknown> | null | undefined>();
expectTypeOf(media.anything_else).toBeUnknown();
expectTypeOf<"model">().toExtend<NonNullable<Media["kind"]>>();
// @ts-expect-error it may be missing
media.filename.length;
// @ts-expect-error the type of an undocumented field is unknown
media.anything_else.length;

// A queue.

expectTypeOf(Uploader).toBeConstructibleWith({ endpoint: "/api/uploads" });
expectTypeOf<Uploader>().toExtend<EventTarget>();
const restrictions: Restrictions = {
  maxFileSize: maybe.number,
  maxNumberOfFiles: 3,
  allowedFileTypes: ["image/*", ".mp4"] as const,
};
const uploader = new Uploader({
  endpoint: "/api/uploads",
  autoProceed: maybe.flag,
  limit: maybe.number,
  restrictions,
});
new Uploader({ endpoint: "/api/uploads", restrictions: undefined });
// @ts-expect-error an endpoint is needed
new Uploader({ limit: 2 });
// @ts-expect-error an unknown restriction
new Uploader({ endpoint: "/api/uploads", restrictions: { maxSize: 1 } });

uploader.add(input.files ?? []);
uploader.add([file, handle]);
uploader.add(new Set([file]));
uploader.add(transfer);
expectTypeOf(uploader.add).returns.resolves.toEqualTypeOf<UploadFile[]>();
// @ts-expect-error `files` may be null
uploader.add(input.files);
// @ts-expect-error paths are not files
uploader.add(["/clip.mp4"]);
expectTypeOf(uploader.start).returns.resolves.toEqualTypeOf<Result>();
expectTypeOf(uploader.retry).returns.resolves.toEqualTypeOf<Result>();
expectTypeOf(uploader.recover).returns.resolves.toEqualTypeOf<Recoverable[]>();
expectTypeOf(uploader.forgetAll).returns.resolves.toEqualTypeOf<void>();
expectTypeOf(uploader.files).toEqualTypeOf<readonly UploadFile[]>();
expectTypeOf(uploader.progress).toEqualTypeOf<Progress>();
uploader.pause();
uploader.resume("1");
// @ts-expect-error remove() needs an id
uploader.remove();
// @ts-expect-error read only
uploader.files = [];
// @ts-expect-error read only
uploader.progress.loaded = 1;
declare const queued: UploadFile;
// @ts-expect-error only the uploader sets the state
queued.state = "done";
expectTypeOf(queued.media).toEqualTypeOf<Media | undefined>();
expectTypeOf(queued.error).toEqualTypeOf<UploadError | undefined>();
expectTypeOf<UploadFileState>().toEqualTypeOf<
  "added" | "active" | "paused" | "done" | "failed" | "cancelled"
>();
expectTypeOf<UploadPhase>().toEqualTypeOf<Progress["phase"]>();
expectTypeOf<UploadPhase>().toEqualTypeOf<
  "preparing" | "uploading" | "processing" | "done" | "waiting" | "paused"
>();

// Its events.

expectTypeOf<keyof UploaderEventMap>().toEqualTypeOf<
  | "file-added"
  | "file-removed"
  | "restriction-failed"
  | "upload-start"
  | "upload-progress"
  | "upload-success"
  | "upload-error"
  | "upload-retry"
  | "upload-stalled"
  | "upload-pause"
  | "upload-resume"
  | "upload-cancel"
  | "complete"
  | "load-error"
>();
uploader.addEventListener("load-error", ({ detail }) => {
  expectTypeOf(detail).toEqualTypeOf<{ error: UploadError }>();
});
uploader.addEventListener("upload-success", ({ detail }) => {
  expectTypeOf(detail).toEqualTypeOf<{ file: UploadFile; media: Media }>();
});
uploader.addEventListener("upload-retry", ({ detail }) => {
  expectTypeOf(detail.file).toEqualTypeOf<UploadFile>();
  expectTypeOf(detail).toExtend<Retry>();
});
uploader.addEventListener("restriction-failed", ({ detail }) => {
  expectTypeOf(detail.file).toEqualTypeOf<UploadFile | undefined>();
});
uploader.addEventListener("complete", function ({ detail: { successful, failed } }) {
  expectTypeOf(this).toEqualTypeOf<Uploader>();
  expectTypeOf([successful, failed]).toEqualTypeOf<UploadFile[][]>();
});
const onResume = ({ detail }: UploaderEventMap["upload-resume"]) => {
  expectTypeOf(detail.from).toEqualTypeOf<number>();
};
uploader.addEventListener("upload-resume", onResume, { once: true });
uploader.removeEventListener("upload-resume", onResume);
uploader.addEventListener("of-the-page", (event) => expectTypeOf(event).toEqualTypeOf<Event>());
// @ts-expect-error another event's listener
uploader.addEventListener("upload-success", onResume);
// @ts-expect-error another event's listener
uploader.removeEventListener("upload-success", onResume);
uploader.addEventListener("upload-success", ({ detail }) => {
  // @ts-expect-error a field of another event
  detail.error;
});

// Errors.

declare const thrown: unknown;
if (thrown instanceof UploadError) {
  expectTypeOf(thrown.code).toEqualTypeOf<UploadErrorCode>();
  expectTypeOf(thrown.status).toEqualTypeOf<number | undefined>();
  expectTypeOf(thrown.detail).toEqualTypeOf<string | undefined>();
  expectTypeOf(thrown.toJSON()).toEqualTypeOf<UploadErrorReport>();
  expectTypeOf<RestrictionName>().toExtend<NonNullable<typeof thrown.detail>>();
  // @ts-expect-error an unknown code
  thrown.code === "abort";
  // @ts-expect-error read only
  thrown.status = 200;
}
expectTypeOf<RestrictionName>().toEqualTypeOf<
  | "maxFileSize"
  | "minFileSize"
  | "maxTotalFileSize"
  | "maxNumberOfFiles"
  | "minNumberOfFiles"
  | "allowedFileTypes"
>();
// @ts-expect-error only the package creates these errors
new UploadError("Gone.");

/** Doesn't compile if a code is missing here. */
export function inWords(code: UploadErrorCode): string {
  switch (code) {
    case "restriction":
    case "endpoint":
    case "bad-target":
    case "network":
    case "stalled":
    case "timeout":
    case "too-large":
    case "url-expired":
    case "rejected":
    case "server":
    case "bad-response":
    case "file-unreadable":
    case "internal":
    case "not-loaded":
      return code;
  }
}

// The element.

const element = document.createElement("ittybit-uploader");
expectTypeOf(element).toEqualTypeOf<IttybitUploaderElement>();
expectTypeOf(
  document.querySelector("ittybit-uploader"),
).toEqualTypeOf<IttybitUploaderElement | null>();
element.endpoint = async (file: FileInfo, context: EndpointContext) => {
  const target: UploadTarget = { url: `https://files.example/${file.filename}/${context.attempt}` };
  return target;
};
element.base = "/vendor/uploader/";
element.maxFileSize = 10;
expectTypeOf(element.maxFileSize).toEqualTypeOf<string>();
element.debug = true;
element.words = { choose: "Pick", total: { one: "# file", other: "# files" } } satisfies Words;
element.props = { album: "summer" };
expectTypeOf<Parameters<typeof element.add>>().toEqualTypeOf<[files: FileSource]>();
expectTypeOf(element.media).toEqualTypeOf<readonly Media[]>();
element.addEventListener("upload-success", ({ detail }) => detail.media.id);
element.addEventListener("click", ({ clientX }) => clientX);
element.removeEventListener("upload-success", ({ detail }) => detail.media.id);
element.owner = "alice";
element.remember = false;
element.endpointName = "graphql";
element.endpoints = ["https://api.example.com"] as const;
expectTypeOf(element.forgetAll).returns.resolves.toEqualTypeOf<void>();
// @ts-expect-error read only
element.media = [];
// @ts-expect-error a flag must be a boolean
element.multiple = "multiple";

// The option types can be imported.

expectTypeOf<UploaderOptions>().toExtend<UploadOptions>();
upload(file, { endpoint: "/api/uploads", owner: maybe.text, remember: maybe.flag });
// @ts-expect-error an owner must be text
upload(file, { endpoint: "/api/uploads", owner: 7 });
// @ts-expect-error `endpoints` must be a list
upload(file, { endpoint: "/api/uploads", endpoints: "https://api.example.com" });
expectTypeOf<UploadOptions["debug"]>().toEqualTypeOf<boolean | undefined>();
