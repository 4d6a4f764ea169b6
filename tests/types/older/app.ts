// An app whose TypeScript resolves modules like Node 10, which ignores `exports`.

import { type Media, type UploadError, type Uploader, upload } from "ittybit-uploader";
import "ittybit-uploader/element";
import type { IttybitUploaderElement } from "ittybit-uploader/element";
import * as inline from "ittybit-uploader/inline";
import { IttybitUploader, useUploader } from "ittybit-uploader/react";
import { createUploadHandler } from "ittybit-uploader/server";

declare const file: File;
const media: Promise<Media> = upload(file, { endpoint: "/api/uploads", base: "/assets/" });
const uploader: Uploader = new inline.Uploader({ endpoint: "/api/uploads" });
uploader.addEventListener("load-error", ({ detail }) => {
  const error: UploadError = detail.error;
  return error.code === "not-loaded";
});
const element: IttybitUploaderElement | null = document.querySelector("ittybit-uploader");

// @ts-expect-error no such entry
export { nothing } from "ittybit-uploader/nothing";
export { createUploadHandler, element, IttybitUploader, media, useUploader };
