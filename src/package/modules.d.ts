// What the build puts in the place of the entries' internal imports.

declare module "#glue" {
  /** What wasm-bindgen generates, for one wasm. */
  export type Glue = {
    Uploads: typeof Uploads;
    /** Ends an upload of an earlier visit for good. */
    abortEarlier(options: unknown, saved: object): Promise<void>;
    /** Only the element's wasm has it. */
    View: typeof View;
    /** Sets the exports of the wasm that it is for. */
    __wbg_set_wasm(exports: WebAssembly.Exports): void;
  };

  export function createGlue(): Glue;

  export class Uploads {
    constructor(options: unknown, page: import("./core.js").Page);
    /**
     * `end` is a position in `ends` of numbers.js, or another number. The page's `id` of the file is only for
     * debugging.
     */
    add(file: Blob, end: number, id?: string): number;
    /** `command` is a position in `commands` of numbers.js. */
    command(command: number, id: number): void;
    progress(): import("./index.d.ts").Progress;
    free(): void;
  }

  /** The widget's view. */
  export class View {
    static create(host: HTMLElement, root: ShadowRoot, ...parts: object[]): View | undefined;
    on(event: string, subject?: unknown): void;
    free(): void;
  }
}

/** What the build makes of HTML. */
declare module "*.html" {
  export type Tree = [name: string, attributes: Record<string, string>, ...children: Tree[]];
  const trees: Tree[];
  export default trees;
}

declare module "*.css" {
  const css: string;
  export default css;
}

declare module "#wasm" {
  const base64: string;
  export default base64;
}

declare module "#checksum-wasm" {
  const base64: string;
  export default base64;
}

/** The hash of a file in dist/, which is there by then. */
declare module "integrity:*" {
  const integrity: string;
  export default integrity;
}

/** Of the package. */
declare const VERSION: string;

/** Whether the files of dist/ are served as they are, and not by an app's bundler. */
declare const IS_SERVED: boolean;
