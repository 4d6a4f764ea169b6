// What the build puts in the place of the entries' internal imports.

declare module "#glue" {
  export default function init(from: {
    module_or_path: URL | Uint8Array | Promise<Response>;
  }): Promise<unknown>;

  /** Replaces the instance by a new one; what is left of the old one does nothing any more. */
  export function __wbg_reset_state(): void;

  export class Uploads {
    constructor(options: unknown, page: { tell(event: string, id: number, detail: unknown): void });
    add(file: Blob): number;
    command(command: string, id: number): void;
    progress(): import("./index.d.ts").Progress;
    free(): void;
  }
}

declare module "#wasm" {
  const base64: string;
  export default base64;
}

declare const WASM_INTEGRITY: string;
