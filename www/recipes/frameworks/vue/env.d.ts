import type { UploaderEventMap } from "ittybit-uploader";
import type { IttybitUploaderElement, IttybitUploaderOptions } from "ittybit-uploader/element";
import type { EmitFn, HTMLAttributes, PublicProps } from "vue";

declare module "vue" {
  interface GlobalComponents {
    "ittybit-uploader": new () => IttybitUploaderElement & {
      $props: IttybitUploaderOptions & HTMLAttributes & PublicProps;
      $emit: EmitFn<{
        [Name in keyof UploaderEventMap]: (event: UploaderEventMap[Name]) => void;
      }>;
    };
  }
}
