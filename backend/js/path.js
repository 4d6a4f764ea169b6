// What a request's path is about. Its parts are found by splitting, whatever they hold.

import { isUploadId } from "./upload-id.js";

/** In characters. The longest upload id fits, and where the handler is mounted. */
export const longestPath = 8 * 1024;

/**
 * @typedef {{ id: string, action: "" | "parts" | "complete" }} Place an upload and what is to be done for
 *   it; both are empty where uploads begin
 *
 * @param {string} pathname
 * @returns {Place | undefined} `undefined` where no upload can be
 */
export function readPath(pathname) {
  const segments = pathname.split("/");
  if (segments.at(-1) === "") segments.pop();
  const last = segments.at(-1) ?? "";
  if (last === "parts" || last === "complete") {
    const id = segments.at(-2) ?? "";
    return isUploadId(id) ? { id, action: last } : undefined;
  }
  return { id: isUploadId(last) ? last : "", action: "" };
}
