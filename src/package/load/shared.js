// Lists what the element and the script tag have loaded already and widget.js needs too. They pass it to widget.js, so
// that no page loads it twice. received.js receives it.

import { UploadError } from "#error";
import { handleKey, smallest, take } from "#take";
import { warn } from "../../browser/js/console.js";
import { native } from "../../browser/js/native.js";
import { styling } from "../../browser/js/style.js";
import { atRest } from "../at-rest.js";
import { explain, notLoaded } from "./explain.js";
import { load } from "./load.js";
import { locate, versionOf } from "./locate.js";

/** Must be in the order in which received.js takes them. */
export const shared = /** @type {const} */ ([
  UploadError,
  handleKey,
  smallest,
  take,
  warn,
  native,
  styling,
  atRest,
  explain,
  notLoaded,
  load,
  locate,
  versionOf,
]);

/** @typedef {typeof shared} Shared */
