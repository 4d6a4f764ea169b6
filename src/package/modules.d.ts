// Types of the internal imports that the build resolves.

declare module "#glue" {
  /** The glue that wasm-bindgen generates, for one wasm. */
  export type Glue = {
    Uploads: typeof Uploads;
    /** Aborts an upload of an earlier visit. */
    abortEarlier(options: unknown, saved: object): Promise<void>;
    /** Exists only in the element's wasm. */
    View: typeof View;
    /** Sets the exports of the wasm. */
    __wbg_set_wasm(exports: WebAssembly.Exports): void;
  };

  export function createGlue(): Glue;

  export class Uploads {
    constructor(options: unknown, page: import("./core.js").Page);
    /**
     * Adds a file and returns its number. `end` is a position in `ends` of numbers.js if the file has ended already,
     * or else another number. `id` is the page's id of the file, for debugging only.
     */
    add(file: Blob, end: number, id?: string): number;
    /** Applies a command, which is a position in `commands` of numbers.js. */
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

/** The trees that the build makes of HTML. */
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

/** The hash of a file in dist/, which must have been built before. */
declare module "integrity:*" {
  const integrity: string;
  export default integrity;
}

/** The version of the package. */
declare const VERSION: string;

/** Whether the files of dist/ are served as they are, and not bundled by an app. */
declare const IS_SERVED: boolean;
