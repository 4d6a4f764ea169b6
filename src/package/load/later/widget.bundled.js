// Loads widget.js, which the element needs first, for apps that bundle.

import { notLoaded } from "../explain.js";

/** @type {(base?: string | null) => Promise<import("../../whole.js").Whole>} */
export const widget = () =>
  import("../../widget.js").then(
    ({ open }) => open(),
    (cause) => {
      const others =
        "The connection can be why, or that the app was deployed anew: reload the page.";
      throw notLoaded(`widget.js of the app's bundle could not be loaded. ${others}`, true, cause);
    },
  );
