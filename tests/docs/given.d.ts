// Declares the reader's own names, which the samples of the documentation use.

import type { Media, UploadFile } from "ittybit-uploader";
import type {} from "ittybit-uploader/element";

declare global {
  /** The page's. */
  const file: File;
  const input: HTMLInputElement;
  const button: HTMLButtonElement;
  function show(media: Media): void;
  function draw(file: UploadFile): void;
  function render(...told: unknown[]): void;
  function summarise(successful: UploadFile[], failed: UploadFile[]): void;
  function addRow(text: string): {
    goOn: HTMLButtonElement;
    input: HTMLInputElement;
    forget: HTMLButtonElement;
  };

  /** The app's. */
  const user: { id: string };
  function signOut(): Promise<void>;
  function createUpload(filename: string): Promise<string>;
  function token(): Promise<string>;
  function signedInUser(request: Request): Promise<{ id: string } | undefined>;
}
