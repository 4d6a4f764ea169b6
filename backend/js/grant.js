// With which properties an upload is created, and how the file travels: what the app grants, and what it
// lets its pages say.

import { Refusal } from "./refusal.js";
import { checkFilename, isObject, utf8Length } from "./request.js";

/** @typedef {import("../../pkg-config/entries/server.js").UploadProperties} UploadProperties */
/** @typedef {import("../../pkg-config/entries/server.js").UploadRequest} UploadRequest */
/** @typedef {"simple" | "resumable" | "multipart"} Protocol */

/** The most bytes a simple upload's request may have: 64 MB, the form included. */
export const MAX_REQUEST_SIZE = 67_108_864;

/** The longest boundary that RFC 2046, section 5.1.1 allows. */
const LONGEST_BOUNDARY = 70;

const isString = (/** @type {unknown} */ value) => typeof value === "string";
const isNote = (/** @type {unknown} */ value) =>
  ["string", "boolean"].includes(typeof value) || Number.isFinite(value);

/** Each property: what its value has to be, and the check of it. @type {Record<string, [string, (value: unknown) => boolean]>} */
const PROPERTIES = {
  workflow_id: ["a string", isString],
  filename: ["a string", isString],
  alias: ["a string", isString],
  metadata: ["an object of one level", isObject],
  conditions: ["JSON", () => true],
};

const NOTE = "a string, a number or a boolean";

/**
 * What pages may say: properties by their names, and notes by theirs.
 *
 * @param {readonly string[]} names
 * @throws {TypeError}
 */
export function checkPropNames(names) {
  if (!Array.isArray(names)) throw new TypeError("`props` must be an array");
  for (const name of names) {
    const isKnown = typeof name === "string" && Object.hasOwn(PROPERTIES, name);
    if (!isKnown && !(typeof name === "string" && /^metadata\../s.test(name))) {
      throw new TypeError(
        `\`props\` has a name that is no property of an upload: ${JSON.stringify(name)}`,
      );
    }
  }
  return new Set(names);
}

/**
 * Of a page's `props`, what the app lets it say.
 *
 * @param {Record<string, unknown>} props
 * @param {ReadonlySet<string>} allowed
 */
export function pageProperties(props, allowed) {
  /** @type {Record<string, unknown>} */
  const properties = {};
  for (const [name, [expected, isRight]] of Object.entries(PROPERTIES)) {
    const value = ownOf(props, name);
    if (name === "metadata" || !allowed.has(name) || value === undefined) continue;
    if (!isRight(value)) throw wrongProp(name, expected);
    properties[name] = value;
  }
  if (typeof properties.filename === "string") checkFilename(properties.filename, "props.filename");
  const metadata = pageNotes(ownOf(props, "metadata"), allowed);
  return /** @type {UploadProperties} */ (metadata ? { ...properties, metadata } : properties);
}

/**
 * @param {unknown} metadata
 * @param {ReadonlySet<string>} allowed
 */
function pageNotes(metadata, allowed) {
  const isAllowed = (/** @type {string} */ name) =>
    allowed.has("metadata") || allowed.has(`metadata.${name}`);
  if (metadata === undefined || ![...allowed].some((name) => /^metadata\b/.test(name))) {
    return undefined;
  }
  if (!isObject(metadata)) throw wrongProp("metadata", "an object of one level");
  const notes = Object.entries(metadata).filter(([name]) => isAllowed(name));
  for (const [name, value] of notes) {
    if (!isNote(value)) throw wrongProp(`metadata.${name}`, NOTE);
  }
  return notes.length > 0 ? Object.fromEntries(notes) : undefined;
}

/**
 * @param {string} name
 * @param {string} expected
 */
function wrongProp(name, expected) {
  return new Refusal(400, `The prop \`${name}\` must be ${expected}.`);
}

/**
 * Not what every object has; `null` is as good as nothing.
 *
 * @param {object} object
 * @param {string} name
 * @returns {unknown}
 */
function ownOf(object, name) {
  return Object.hasOwn(object, name)
    ? /** @type {Record<string, unknown>} */ ((object)[name] ?? undefined)
    : undefined;
}

/**
 * A grant as the app gave it, checked. What no grant has is a mistake, of which nobody knows what it was
 * to forbid.
 *
 * @param {object} grant
 * @throws {TypeError}
 */
export function checkGrant(grant) {
  const {
    protocol,
    part_size: partSize,
    ...given
  } = /** @type {Record<string, unknown>} */ (grant);
  if (protocol !== undefined && !/^(simple|resumable|multipart)$/.test(String(protocol))) {
    throw wrongGrant("protocol", '"simple", "resumable" or "multipart"');
  }
  if (partSize !== undefined && !(Number.isSafeInteger(partSize) && Number(partSize) > 0)) {
    throw wrongGrant("part_size", "a whole number of bytes");
  }
  /** @type {Record<string, unknown>} */
  const properties = {};
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(PROPERTIES, name)) {
      throw new TypeError(`\`authorize\` granted \`${name}\`, which is no property of an upload`);
    }
    if (value === undefined || value === null) continue;
    const [expected, isRight] = PROPERTIES[name] ?? [];
    if (!isRight?.(value)) throw wrongGrant(name, expected ?? "");
    properties[name] = name === "metadata" ? checkedNotes(/** @type {object} */ (value)) : value;
  }
  return {
    properties: /** @type {UploadProperties} */ (properties),
    protocol: /** @type {Protocol | undefined} */ (protocol),
    partSize: /** @type {number | undefined} */ (partSize),
  };
}

/** @param {object} metadata */
function checkedNotes(metadata) {
  const notes = Object.entries(metadata).filter(([, value]) => value !== undefined);
  for (const [name, value] of notes) {
    if (!isNote(value)) throw wrongGrant(`metadata.${name}`, NOTE);
  }
  return Object.fromEntries(notes);
}

/**
 * @param {string} name
 * @param {string} expected
 */
function wrongGrant(name, expected) {
  return new TypeError(`\`authorize\` granted a \`${name}\` that is not ${expected}`);
}

/**
 * What is granted wins; of metadata, note by note.
 *
 * @param {UploadProperties} page
 * @param {UploadProperties} granted
 * @returns {UploadProperties}
 */
export function merge(page, granted) {
  const merged = { ...page, ...granted };
  return page.metadata && granted.metadata
    ? { ...merged, metadata: { ...page.metadata, ...granted.metadata } }
    : merged;
}

/**
 * What suits a file of this size.
 *
 * @param {UploadRequest} file
 * @param {boolean} hasStorage
 * @returns {Protocol}
 */
export function protocolFor({ filename, filesize, type }, hasStorage) {
  const envelope = envelopeSize(filename, type, LONGEST_BOUNDARY);
  if (filesize <= MAX_REQUEST_SIZE - envelope) return "simple";
  return hasStorage ? "multipart" : "resumable";
}

/**
 * Bytes of a form's body that are not the file's, for a boundary of `boundary` characters. The encoding
 * is fixed by the HTML standard ("multipart/form-data encoding algorithm").
 *
 * @param {string} filename
 * @param {string} type
 * @param {number} boundary
 */
function envelopeSize(filename, type, boundary) {
  const { opening, closing } = formAround(filename, type, "-".repeat(boundary));
  return utf8Length(opening) + utf8Length(closing);
}

/**
 * The form around a file, as browsers write it, whose names hosts are used to.
 *
 * @param {string} filename
 * @param {string} type
 * @param {string} boundary
 */
export function formAround(filename, type, boundary) {
  const name = filename.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const mime = /^[\x20-\x7e]+$/.test(type) ? type : "application/octet-stream";
  const opening =
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n` +
    `Content-Type: ${mime}\r\n\r\n`;
  return { opening, closing: `\r\n--${boundary}--\r\n` };
}
