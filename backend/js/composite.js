// What a store says of an object that was put together from parts, held against what a page says of each
// part. It is all that is left to tell who knows the parts of an upload that is complete.

import { bytesOf } from "./checksums.js";
import { crc32c } from "./crc32c.js";
import { hexOf } from "./keys.js";
import { md5 } from "./md5.js";
import { bare } from "./parts.js";

/** @typedef {ReturnType<typeof import("./parts.js").claimedParts>} Claimed */

/**
 * Whether these are the parts of the object: by the checksum of the parts' checksums or, where that can't be
 * compared, by its ETag. An object of which a store tells neither is nobody's.
 *
 * @param {Claimed} claimed
 * @param {import("./storage.js").StoredObject} object
 */
export function areItsParts(claimed, { etag, checksum }) {
  // Some checksums of stores are of the whole object: they say nothing of its parts.
  const sum = checksum?.includes("-") ? compositeChecksum(claimed) : undefined;
  if (sum !== undefined) return checksum === sum;
  return etag !== undefined && bare(etag) === compositeEtag(claimed);
}

/** Of parts whose ETags are their MD5, as S3 makes it of them. @param {Claimed} claimed */
function compositeEtag(claimed) {
  const etags = claimed.map(({ etag }) => bare(etag));
  if (!etags.every((etag) => /^[\da-f]{32}$/i.test(etag))) return undefined;
  return `${hexOf(md5(bytesOf(etags.join(""))))}-${etags.length}`;
}

/** Of parts that each have a checksum (S3: "composite checksum"). @param {Claimed} claimed */
function compositeChecksum(claimed) {
  const sums = claimed.map(({ checksum }) => checksum && atob(checksum));
  if (!sums.every((sum) => sum)) return undefined;
  const bytes = Uint8Array.from(sums.join(""), (character) => character.charCodeAt(0));
  return `${btoa(String.fromCharCode(...crc32c(bytes)))}-${sums.length}`;
}
