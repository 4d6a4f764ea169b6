// What the element loads first of all, held to its hash.

import integrity from "integrity:widget.js";
import { load } from "../load.js";

/** @type {(base?: string | null) => Promise<typeof import("../widget.js")>} */
export const widget = (base) => load("widget.js", integrity, base);
