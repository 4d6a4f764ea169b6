// Reads the XML documents of S3 that uploads need, and writes one.

import { parseXml, XmlElement } from "@rgrove/parse-xml";

/** The longest error code, in characters. Longer ones are ignored. */
const longestCode = 64;

/** Returns the name without the namespace prefix, which each document chooses itself. @param {XmlElement} element */
const nameOf = ({ name }) => name.slice(name.lastIndexOf(":") + 1);

/**
 * Returns the document's root element, if it has a wanted name.
 *
 * @param {string} text
 * @param {(name: string) => boolean} isWanted
 */
function documentCalled(text, isWanted) {
  try {
    const { root } = parseXml(text.trim());
    return root && isWanted(nameOf(root)) ? root : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {XmlElement} element
 * @param {string} name
 */
function childrenOf(element, name) {
  return /** @type {XmlElement[]} */ (
    element.children.filter((child) => child instanceof XmlElement && nameOf(child) === name)
  );
}

/**
 * @param {XmlElement | undefined} element
 * @param {string} name
 */
const textOf = (element, name) => element && childrenOf(element, name)[0]?.text.trim();

/**
 * Returns a number written in digits, or `NaN`.
 *
 * @param {XmlElement} element
 * @param {string} name
 */
function countOf(element, name) {
  const text = textOf(element, name) ?? "";
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** @param {string} text */
export const uploadIdIn = (text) =>
  textOf(
    documentCalled(text, (name) => name !== "Error"),
    "UploadId",
  ) || undefined;

/**
 * Reads a page of a list of parts. `next` is the number of the part after which the next page begins,
 * if there is one.
 *
 * @param {string} text
 * @returns {{ parts: import("./storage.js").StoredPart[], next: number | undefined } | undefined}
 */
export function partsIn(text) {
  // Amazon calls it `ListPartsResult`, others `ListPartsResponse`.
  const root = documentCalled(text, (name) => name.startsWith("ListParts"));
  if (!root) return undefined;
  const parts = childrenOf(root, "Part").map((part) => ({
    number: countOf(part, "PartNumber"),
    size: countOf(part, "Size"),
    etag: textOf(part, "ETag") ?? "",
    checksum: textOf(part, "ChecksumCRC32C") || undefined,
  }));
  const areParts = parts.every(
    ({ number, size, etag }) => Number.isInteger(number) && Number.isSafeInteger(size) && etag,
  );
  if (!areParts) return undefined;
  if (!["true", "1"].includes(textOf(root, "IsTruncated") ?? "")) return { parts, next: undefined };
  // Some stores write an empty marker at the end of a list, so it must be a number only here.
  return { parts, next: countOf(root, "NextPartNumberMarker") };
}

/**
 * Returns S3's error code, if the document contains one.
 *
 * @param {string} text
 */
export function codeIn(text) {
  const code =
    textOf(
      documentCalled(text, (name) => name === "Error"),
      "Code",
    ) ?? "";
  return code.length <= longestCode && /^[\dA-Za-z]+$/.test(code) ? code : undefined;
}

/** @type {Record<string, string>} */
const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"']/g, (character) => escapes[character] ?? "");

/**
 * Writes the body of a "complete" request. Amazon S3 requires the CRC32C of each part if the upload has
 * checksums; other stores ignore it.
 *
 * @param {import("./storage.js").StoredPart[]} parts
 * @param {boolean} areSummed
 */
export function writeParts(parts, areSummed) {
  const written = parts.map(({ number, etag, checksum }) => {
    const sum =
      areSummed && checksum ? `<ChecksumCRC32C>${escaped(checksum)}</ChecksumCRC32C>` : "";
    return `<Part><ETag>${escaped(etag)}</ETag>${sum}<PartNumber>${number}</PartNumber></Part>`;
  });
  return `<CompleteMultipartUpload>${written.join("")}</CompleteMultipartUpload>`;
}
