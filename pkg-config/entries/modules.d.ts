// What the build puts in the place of the entries' internal imports.

declare module "#glue" {
  export default function init(from: {
    module_or_path: URL | Uint8Array | Promise<Response>;
  }): Promise<unknown>;
  export function upload(
    file: Blob,
    options: import("./index.d.ts").UploadOptions,
  ): Promise<import("./index.d.ts").Media>;
}

declare module "#wasm" {
  const base64: string;
  export default base64;
}

declare const WASM_INTEGRITY: string;
