// The few XML documents of the S3 protocol that are read or written here. Stores differ in their
// namespaces and in what else they say; only names are looked at.

import { parseXml, XmlElement } from "@rgrove/parse-xml";

import { notUnderstood, refused } from "./error.js";

/** A longer code is none. Characters. */
const LONGEST_CODE = 64;

/**
 * A part that the store has.
 *
 * @typedef {object} StoredPart
 * @property {number} number
 * @property {number} size in bytes
 * @property {string} etag as the store writes it, usually in quotes
 * @property {string | undefined} checksum CRC32C in base64, where the store tells
 */

/** @param {string} text */
export function readUploadId(text) {
  const id = textOf(rootOf(text), "UploadId");
  if (!id) throw notUnderstood("it has no upload id");
  return id;
}

/**
 * One page of a list of parts, and after which part the next page begins, where there is one.
 *
 * @param {string} text
 * @returns {{ parts: StoredPart[], next: number | undefined }}
 */
export function readParts(text) {
  const root = rootOf(text);
  if (!root) throw notUnderstood("it is no list of parts");
  const parts = childrenOf(root, "Part").map((part) => {
    const number = wholeNumber(textOf(part, "PartNumber"));
    const size = wholeNumber(textOf(part, "Size"));
    const etag = textOf(part, "ETag");
    if (number === undefined || size === undefined || etag === undefined) {
      throw notUnderstood("it is no list of parts");
    }
    return { number, size, etag, checksum: textOf(part, "ChecksumCRC32C") || undefined };
  });
  if (textOf(root, "IsTruncated")?.trim() !== "true") return { parts, next: undefined };
  const next = wholeNumber(textOf(root, "NextPartNumberMarker"));
  if (next === undefined) throw notUnderstood("its list does not go on");
  return { parts, next };
}

/**
 * S3's code for what went wrong; empty where the document says none.
 *
 * @param {string} text
 */
export function readCode(text) {
  const code = textOf(rootOf(text), "Code") ?? "";
  return code.length <= LONGEST_CODE && /^[a-z0-9]*$/i.test(code) ? code : "";
}

/**
 * An answer to "complete" may call itself a success before it is one.
 *
 * @param {string} text
 */
export function checkCompleted(text) {
  const code = readCode(text);
  if (code) throw refused(500, code);
}

/**
 * What "complete" is asked with. Amazon wants each part's checksum again where the upload was begun with
 * one; others ignore it.
 *
 * @param {StoredPart[]} parts
 */
export function writeParts(parts) {
  const written = parts.map(({ number, etag, checksum }) => {
    const sum = checksum ? `<ChecksumCRC32C>${escaped(checksum)}</ChecksumCRC32C>` : "";
    return `<Part><ETag>${escaped(etag)}</ETag>${sum}<PartNumber>${number}</PartNumber></Part>`;
  });
  return `<CompleteMultipartUpload>${written.join("")}</CompleteMultipartUpload>`;
}

/** @param {string} text */
function rootOf(text) {
  try {
    return parseXml(text).root ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {XmlElement} element
 * @param {string} name
 */
function childrenOf(element, name) {
  return element.children.filter(
    (child) => child instanceof XmlElement && child.name.replace(/^.*:/, "") === name,
  );
}

/**
 * @param {import("@rgrove/parse-xml").XmlNode | undefined} element
 * @param {string} name
 */
function textOf(element, name) {
  if (!(element instanceof XmlElement)) return undefined;
  const [child] = childrenOf(element, name);
  return child instanceof XmlElement ? child.text : undefined;
}

/** @param {string | undefined} text */
function wholeNumber(text) {
  const number = /^\s*\d{1,16}\s*$/.test(text ?? "") ? Number(text) : undefined;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** @param {string} text */
function escaped(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;");
}
