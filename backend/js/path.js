// Finds the upload id and the action in a request's path. Splits the path, without decoding its segments.

import { isUploadId } from "./upload-id.js";

/** In characters. Fits the longest upload id and the path at which the handler is mounted. */
export const longestPath = 8 * 1024;

/**
 * @typedef {{ id: string, action: "" | "parts" | "complete" }} Place both are empty for the path where uploads
 *   begin
 *
 * @param {string} pathname
 * @returns {Place | undefined} `undefined` if the path can't be one of an upload
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
