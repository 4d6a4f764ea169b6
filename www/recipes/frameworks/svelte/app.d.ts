import type { UploaderEventMap } from "ittybit-uploader";
import type {
  IttybitUploaderAttributes,
  IttybitUploaderElement,
  IttybitUploaderOptions,
} from "ittybit-uploader/element";
import type { HTMLAttributes } from "svelte/elements";

type Events = {
  [Name in keyof UploaderEventMap as `on${Name}`]?: (event: UploaderEventMap[Name]) => void;
};

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "ittybit-uploader": HTMLAttributes<IttybitUploaderElement> &
      Omit<IttybitUploaderAttributes, keyof IttybitUploaderOptions> &
      IttybitUploaderOptions &
      Events;
  }
}
