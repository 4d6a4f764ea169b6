// What a page says: read, bounded, checked, and still not trusted.

import { Refusal } from "./refusal.js";

/** @typedef {import("../../pkg-config/entries/server.js").UploadRequest} UploadRequest */

/**
 * What a page may say about an upload, in bytes of JSON. A file name has 255 bytes on every common file
 * system, so this is mostly room for the app's own `props`.
 */
const MAX_BODY_SIZE = 64 * 1024;

/** Bytes of UTF-8. File systems allow 255 bytes or UTF-16 units, which are three bytes at most. */
const LONGEST_FILENAME = 1024;

/** Bytes. RFC 6838, section 4.2 allows 127 for each half of a type, before parameters. */
const LONGEST_TYPE = 512;

/** Arrays and objects inside each other. */
const DEEPEST = 127;

/**
 * @param {Request} request
 * @returns {Promise<UploadRequest>}
 */
export async function readUpload(request) {
  const idempotencyKey = uuidOf(request.headers.get("idempotency-key") ?? "");
  if (!idempotencyKey) {
    throw new Refusal(400, "The request needs one Idempotency-Key header: a UUID.");
  }
  checkContentType(request, /^application\/(json|[^\s;]+\+json)$/i);
  const tooLong = "The request says more about the file than fits.";
  const body = parseObject(await readBody(request, MAX_BODY_SIZE, tooLong));
  const { filename, filesize } = body;
  const { type, props } = { type: body.type ?? "", props: body.props ?? {} };
  if (typeof filename !== "string") throw unreadable("`filename` is no string");
  if (typeof filesize !== "number" || !Number.isInteger(filesize) || filesize < 0) {
    throw unreadable("`filesize` is no whole number of bytes");
  }
  if (typeof type !== "string") throw unreadable("`type` is no string");
  if (!isObject(props)) throw unreadable("`props` is no object");
  checkFilename(filename, "filename");
  if (filesize > Number.MAX_SAFE_INTEGER) {
    throw new Refusal(400, "`filesize` is larger than any file.");
  }
  if (utf8Length(type) > LONGEST_TYPE) throw new Refusal(400, "`type` is too long.");
  if (!/^[ -~]*$/.test(type)) throw new Refusal(400, "`type` is no MIME type.");
  return { idempotencyKey, filename, filesize, type, props };
}

/**
 * @param {string} filename
 * @param {string} name where it was said
 */
export function checkFilename(filename, name) {
  if (filename === "") throw new Refusal(400, `\`${name}\` is empty.`);
  if (utf8Length(filename) > LONGEST_FILENAME) throw new Refusal(400, `\`${name}\` is too long.`);
  if (filename.includes("\0")) {
    throw new Refusal(400, `\`${name}\` holds a character that no file name has.`);
  }
}

/**
 * The list of parts that a request brings.
 *
 * @param {Request} request
 * @param {number} most bytes
 * @returns {Promise<Record<string, unknown>[]>}
 */
export async function readPartList(request, most) {
  checkContentType(request, /^application\/json$/i);
  const tooLong = "The request says more about the parts than fits.";
  const { parts } = parseObject(await readBody(request, most, tooLong));
  if (!Array.isArray(parts) || !parts.every(isObject)) {
    throw unreadable("`parts` is no list of objects");
  }
  return parts;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {string} reason */
export const unreadable = (reason) => new Refusal(400, `The request cannot be read: ${reason}.`);

/** @param {string} text */
export const utf8Length = (text) => new TextEncoder().encode(text).length;

/**
 * In its usual form, whichever it came in.
 *
 * @param {string} text
 */
function uuidOf(text) {
  const bare = /^(?:urn:uuid:(?=.{36}$))?\{?([0-9a-f-]+)\}?$/i.exec(text)?.[1] ?? "";
  const hasHyphens = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(bare);
  const isBraced = text.startsWith("{");
  if (isBraced !== text.endsWith("}") || !(hasHyphens || (!isBraced && /^[^-]{32}$/.test(bare)))) {
    return undefined;
  }
  return bare
    .toLowerCase()
    .replaceAll("-", "")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/**
 * @param {Request} request
 * @param {RegExp} json
 */
function checkContentType({ headers }, json) {
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  if (!json.test(type.trim())) {
    throw new Refusal(415, "The request's Content-Type must be application/json.");
  }
}

/**
 * No more of a body than it may have is ever read.
 *
 * @param {Request} request
 * @param {number} most bytes
 * @param {string} tooLong
 */
async function readBody(request, most, tooLong) {
  if (request.bodyUsed) {
    throw new TypeError("the body of the request was read before the handler got it");
  }
  if (Number(request.headers.get("content-length")) > most) throw new Refusal(413, tooLong);
  if (!request.body) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const reader = request.body.getReader();
  let text = "";
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      length += value.length;
      if (length > most) throw new Refusal(413, tooLong);
      text += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error instanceof Refusal ? error : unreadable("its body is no text, or broke off");
  }
}

/** @param {string} text */
function parseObject(text) {
  /** @type {unknown} */
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    throw unreadable("it is not JSON");
  }
  if (!isObject(json)) throw unreadable("it is no object");
  checkValue(json, DEEPEST);
  return json;
}

/**
 * What JavaScript's parser lets through and others do not: halves of a character, numbers that are none,
 * and more depth than whoever walks it has stack.
 *
 * @param {unknown} value
 * @param {number} deeper
 */
function checkValue(value, deeper) {
  if (typeof value === "string" && /\p{Surrogate}/u.test(value)) {
    throw unreadable("it holds half a character");
  }
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
    throw unreadable("it holds a number that is too large");
  }
  if (typeof value !== "object" || value === null) return;
  if (deeper === 0) throw unreadable("it is too deep");
  for (const [name, inner] of Object.entries(value)) {
    checkValue(name, deeper);
    checkValue(inner, deeper - 1);
  }
}
