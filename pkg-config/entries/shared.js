// What the element and the script tag have at rest, and widget.js needs too: they hand it over when they have loaded
// that, so that nobody loads it twice. received.js takes it.

import { UploadError } from "#error";
import { handleKey, smallest, take } from "#take";
import { warn } from "../../src/browser/console.js";
import { native } from "../../src/browser/native.js";
import { styling } from "../../src/browser/style.js";
import { atRest } from "./at-rest.js";
import { explain, notLoaded } from "./explain.js";
import { load } from "./load.js";
import { locate, versionOf } from "./locate.js";

/** In the order of received.js. */
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
