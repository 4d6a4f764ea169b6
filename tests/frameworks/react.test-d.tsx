// Code that must compile, or must not, in a React app, with the types of React 18 and 19.

import type { Media, UploadError, UploadFile } from "ittybit-uploader";
import type { IttybitUploaderElement } from "ittybit-uploader/element";
import { IttybitUploader, type IttybitUploaderProps, useUploader } from "ittybit-uploader/react";
import { useRef } from "react";

/** Only compiles if both types are equal. */
function is<Expected>() {
  return <Actual,>(
    _: Actual,
    ..._same: (<T>() => T extends Expected ? 1 : 2) extends <T>() => T extends Actual ? 1 : 2
      ? []
      : [error: "another type"]
  ) => undefined;
}

/** Returns the token of the signed-in user. */
declare function token(): Promise<string>;

export function Component() {
  const element = useRef<IttybitUploaderElement>(null);
  const div = useRef<HTMLDivElement>(null);
  element.current?.start();
  return (
    <>
      <IttybitUploader
        ref={element}
        endpoint="/api/uploads"
        multiple
        accept="video/*"
        capture="user"
        valueType="media"
        credentials="include"
        maxFileSize="5GB"
        minFileSize={1}
        retryDelays={[500, 1000]}
        headers={async () => ({ authorization: await token() })}
        props={{ album: 7 }}
        shouldRetry={(error, attempt) => error.code === "network" && attempt < 9}
        words={{ choose: "Pick", total: { one: "a file", other: "files" } }}
        className="mine"
        style={{ width: "20rem" }}
        id="films"
        aria-label="Films"
        data-testid="films"
        hidden={false}
        onClick={(event) => event.currentTarget}
        onFileAdded={({ detail }) => is<UploadFile>()(detail.file)}
        onUploadSuccess={({ detail }) => is<Media>()(detail.media)}
        onUploadError={({ detail }) => is<UploadError>()(detail.error)}
        onUploadResume={({ detail }) => is<number>()(detail.from)}
        onComplete={({ detail }) => is<UploadFile[]>()(detail.successful)}
      />
      <IttybitUploader endpoint={async (file) => ({ url: `https://a.example/${file.filename}` })} />
      <IttybitUploader endpoint={undefined} multiple={undefined} onUploadError={undefined} />
      {/* @ts-expect-error: a ref to another element */}
      <IttybitUploader ref={div} />
      {/* @ts-expect-error: no such prop */}
      <IttybitUploader endpont="/api/uploads" />
      {/* @ts-expect-error: an attribute's name is not a prop's */}
      <IttybitUploader maxfilesize="5GB" />
      {/* @ts-expect-error: no size */}
      <IttybitUploader maxFileSize={{}} />
      {/* @ts-expect-error: not one of two */}
      <IttybitUploader valueType="ids" />
      {/* @ts-expect-error: no such event */}
      <IttybitUploader onUploadDone={() => {}} />
      {/* @ts-expect-error: the queue's event, not a React event with the same name */}
      <IttybitUploader onUploadSuccess={(media: Media) => media.id} />
      {/* @ts-expect-error: an element has no such prop */}
      <IttybitUploader href="/" />
    </>
  );
}

export function Tag() {
  const element = useRef<IttybitUploaderElement>(null);
  const div = useRef<HTMLDivElement>(null);
  return (
    <>
      <ittybit-uploader
        ref={element}
        endpoint="/api/uploads"
        multiple
        accept="image/*"
        capture="environment"
        max-file-size="5GB"
        max-number-of-files={3}
        retry-delays="500 1000"
        value-type="id"
        class="mine"
        id="films"
        aria-label="Films"
        data-testid="films"
        style={{ width: "20rem" }}
      />
      <ittybit-uploader multiple={undefined} drop-anywhere="" className="mine" />
      {/* @ts-expect-error: no such attribute */}
      <ittybit-uploader endpont="/api/uploads" />
      {/* @ts-expect-error: a function is no attribute */}
      <ittybit-uploader endpoint={async () => "https://a.example/"} />
      {/* @ts-expect-error: written out, it is a yes */}
      <ittybit-uploader multiple={false} />
      {/* @ts-expect-error: not one of two */}
      <ittybit-uploader value-type="ids" />
      {/* @ts-expect-error: a list is no attribute */}
      <ittybit-uploader retry-delays={[500]} />
      {/* @ts-expect-error: the component has it */}
      <ittybit-uploader maxFileSize="5GB" />
      {/* @ts-expect-error: a ref to another element */}
      <ittybit-uploader ref={div} />
      {/* @ts-expect-error: neither of them listens to it */}
      <ittybit-uploader onUploadSuccess={() => {}} />
    </>
  );
}

export function Queue() {
  const queue = useUploader({
    endpoint: "/api/uploads",
    limit: 3,
    restrictions: { maxFileSize: 5_000_000 },
    onSuccess(media, file) {
      is<Media>()(media);
      is<UploadFile>()(file);
    },
    onError: (error) => is<UploadError>()(error),
    onRestrictionFailed: (_, file) => is<UploadFile | undefined>()(file),
  });
  is<readonly UploadFile[]>()(queue.files);
  is<number>()(queue.progress.percentage);
  is<Promise<UploadFile[]>>()(queue.add([new Blob()]));
  // @ts-expect-error: the list is read-only
  queue.files.push(queue.files[0]);
  // @ts-expect-error: the property is read-only
  queue.files = [];
  // @ts-expect-error: the hook destroys it with the component
  queue.destroy();
  // @ts-expect-error: an endpoint is needed
  useUploader({ limit: 3 });
  // @ts-expect-error: the hook aborts uploads when the component is unmounted
  useUploader({ endpoint: "/api/uploads", signal: new AbortController().signal });
  // @ts-expect-error: an unknown option
  useUploader({ endpoint: "/api/uploads", concurrency: 3 });
  return null;
}

export const defaults: IttybitUploaderProps = { multiple: true, maxFileSize: 1 };
