// Compares a store's ETag or checksum of a whole object with the page's list of its parts. After an
// upload is complete, this is the only way to check that a request knows its parts.

import { bytesOf } from "./checksums.js";
import { crc32c } from "./crc32c.js";
import { hexOf } from "./keys.js";
import { md5 } from "./md5.js";
import { bare } from "./parts.js";

/** @typedef {ReturnType<typeof import("./parts.js").claimedParts>} Claimed */

/**
 * Returns whether the object was made of these parts. Compares the checksum of the parts' checksums, or
 * the ETag if there is none. Returns false if the store returns neither.
 *
 * @param {Claimed} claimed
 * @param {import("./storage.js").StoredObject} object
 */
export function areItsParts(claimed, { etag, checksum }) {
  // A checksum without a hyphen is of the whole object's bytes, and says nothing about its parts.
  const sum = checksum?.includes("-") ? compositeChecksum(claimed) : undefined;
  if (sum !== undefined) return checksum === sum;
  return etag !== undefined && bare(etag) === compositeEtag(claimed);
}

/** Computes the object's ETag from parts whose ETags are their MD5, as S3 does. @param {Claimed} claimed */
function compositeEtag(claimed) {
  const etags = claimed.map(({ etag }) => bare(etag));
  if (!etags.every((etag) => /^[\da-f]{32}$/i.test(etag))) return undefined;
  return `${hexOf(md5(bytesOf(etags.join(""))))}-${etags.length}`;
}

/** Computes the checksum of the parts' checksums (S3: "composite checksum"). @param {Claimed} claimed */
function compositeChecksum(claimed) {
  const sums = claimed.map(({ checksum }) => checksum && atob(checksum));
  if (!sums.every((sum) => sum)) return undefined;
  const bytes = Uint8Array.from(sums.join(""), (character) => character.charCodeAt(0));
  return `${btoa(String.fromCharCode(...crc32c(bytes)))}-${sums.length}`;
}
