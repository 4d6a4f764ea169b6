// Loads widget.js, which the element needs first, and checks its hash.

import integrity from "integrity:widget.js";
import { beside } from "#base";
import { load } from "../load.js";
import { shared } from "../shared.js";

/** @type {(base?: string | null) => Promise<import("../../whole.js").Whole>} */
export const widget = async (base) =>
  (await load("widget.js", integrity, beside, base)).open(shared);
