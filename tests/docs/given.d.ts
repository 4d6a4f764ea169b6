// What the samples of the documentation take for given: the reader's own names.

import type { Media, UploadFile } from "ittybit-uploader";
import type {} from "ittybit-uploader/element";

declare global {
  /** Of the page. */
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

  /** Of the app. */
  const user: { id: string };
  function signOut(): Promise<void>;
  function token(): Promise<string>;
  function signedInUser(request: Request): Promise<{ id: string } | undefined>;
}
