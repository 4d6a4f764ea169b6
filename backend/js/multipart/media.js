// The media object of a file that stays in the app's own store.

import { uuidOfUpload } from "../upload-id.js";

/**
 * The same for the same upload, whichever instance is asked and how often, but for the signature in its
 * `url`.
 *
 * @param {import("../upload-id.js").Upload} upload
 * @param {import("../storage/index.js").StoredObject} object
 * @param {string} url
 */
export async function ownMedia(upload, { size, lastModified }, url) {
  const type = upload.t.trim() || "application/octet-stream";
  const [half = ""] = type.toLowerCase().split("/");
  return {
    id: `med_${await uuidOfUpload(upload)}`,
    object: "media",
    kind: ["image", "video", "audio"].includes(half) ? half : "other",
    filename: upload.g.filename ?? upload.n,
    filesize: size,
    content_type: type,
    url,
    metadata: upload.g.metadata ?? null,
    alias: upload.g.alias ?? null,
    // Amazon says when the upload began.
    created_at:
      lastModified === undefined
        ? null
        : new Date(lastModified).toISOString().replace(".000Z", "Z"),
  };
}
