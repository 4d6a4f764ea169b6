// What the element loads first of all, held to its hash.

import integrity from "integrity:widget.js";
import { load } from "../load.js";

/** @returns {Promise<typeof import("../widget.js")>} */
export const widget = () => load("widget.js", integrity);
