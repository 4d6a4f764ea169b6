// The XML that S3 speaks: what is read of it, and the one document that is written.

import { parseXml, XmlElement } from "@rgrove/parse-xml";

/** In characters: a longer code is none. */
const longestCode = 64;

/** Without its namespace's prefix, which a document chooses for itself. @param {XmlElement} element */
const nameOf = ({ name }) => name.slice(name.lastIndexOf(":") + 1);

/**
 * The document's outermost element, if its name is one that is wanted.
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
 * A number written in digits; `NaN` where it is none.
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
 * A page of a list of parts. `next` is after which part the next one begins, where there is one.
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
  // Some stores write an empty one at the end of a list, so only here does it have to be a number.
  return { parts, next: countOf(root, "NextPartNumberMarker") };
}

/**
 * S3's code for what went wrong, where the document says one.
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
 * What "complete" is asked with. Amazon wants each part's CRC32C again, where it has one; others ignore it.
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
