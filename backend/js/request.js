// Reads and validates a page's request, which must still not be trusted.

import { essence } from "./accept.js";
import { isObject, isTooDeep, isWellFormed, LateBody, parse, readText } from "./body.js";
import { badRequest, Refusal } from "./refusal.js";

/** In bytes. Fits the app's own `props`, and some hundred parts to sign. */
const defaultSize = 64 * 1024;

/** In bytes. Fits all parts of the largest file. */
export const completeSize = 4 * 1024 * 1024;

export const fileRequestTooLarge = "The request about this file is too large.";

/** In ms. */
const defaultTimeout = 10_000;

/** In characters. No header that the handler reads is longer. */
export const longestHeader = 4 * 1024;

/** In bytes of UTF-8. File systems allow 255 bytes, or 255 UTF-16 units of at most three bytes. */
const longestFilename = 1024;

/** In bytes. RFC 6838, section 4.2 allows 127 for each half of a type, without parameters. */
const longestType = 512;

/**
 * Types with which browsers guess a file's type from its content, and may take it for HTML (WHATWG MIME
 * Sniffing, "unknown type").
 */
const guessed = ["unknown/unknown", "application/unknown", "*/*"];

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Reads the JSON object in a request's body.
 *
 * @param {Request} request
 * @param {{ most?: number, tooLarge?: string, bodyTimeout?: number | undefined }} limits in bytes and ms
 */
export async function readObject(
  { headers, body },
  {
    most = defaultSize,
    tooLarge = "The request about these parts is too large.",
    bodyTimeout = defaultTimeout,
  },
) {
  const value = headers.get("content-type") ?? "";
  const type = value.length > longestHeader ? "" : (value.split(";")[0] ?? "");
  if (type.trim().toLowerCase() !== "application/json") {
    throw new Refusal(415, "The request's Content-Type must be application/json.");
  }
  if (Number(headers.get("content-length") ?? 0) > most) throw new Refusal(413, tooLarge);
  const reading = readText(body, most, { fatal: true, timeout: bodyTimeout });
  const text = await reading.catch((error) => {
    if (error instanceof LateBody) throw new Refusal(408, "The request did not arrive in time.");
    throw badRequest("The request cannot be read: it is not complete, or not UTF-8.");
  });
  if (text === undefined) throw new Refusal(413, tooLarge);
  if (isTooDeep(text)) throw badRequest("The request cannot be read: it is nested too deeply.");
  const object = parse(text);
  if (!isObject(object)) {
    throw badRequest("The request cannot be read: it is no JSON object.");
  }
  if (!isWellFormed(object)) {
    throw badRequest(
      "The request cannot be read: it has a lone surrogate, or a number that is too large.",
    );
  }
  return object;
}

/**
 * Reads a page's request to upload a file. It is well-formed, but not necessarily true.
 *
 * @param {Request} request
 * @param {import("./index.d.ts").Limits} limits
 * @returns {Promise<import("./index.d.ts").UploadRequest>}
 */
export async function readUploadRequest(request, { bodyTimeout }) {
  const key = request.headers.get("idempotency-key") ?? "";
  if (!uuid.test(key)) {
    throw badRequest("The request needs one Idempotency-Key header: a UUID.");
  }
  const { filename, filesize, type, props } = await readObject(request, {
    tooLarge: fileRequestTooLarge,
    bodyTimeout,
  });
  if (typeof filename !== "string") throw badRequest("`filename` is no text.");
  if (typeof filesize !== "number" || !Number.isInteger(filesize) || filesize < 0) {
    throw badRequest("`filesize` is no number of bytes.");
  }
  if (type != null && typeof type !== "string") throw badRequest("`type` is no text.");
  if (props != null && !isObject(props)) throw badRequest("`props` is no object.");
  const mime = type ?? "";
  const isTooLong = mime.length > longestType;
  // Normalises the type, so that the type that is checked is also the one that is stored.
  const known = mime === "" || isTooLong ? "" : essence(mime);
  const wrongName = wrongFilename(filename);
  const wrong = [
    [wrongName !== undefined, `\`filename\` ${wrongName}`],
    [!Number.isSafeInteger(filesize), "`filesize` is larger than any file."],
    [isTooLong, "`type` is too long."],
    [known === undefined, "`type` must be a MIME type."],
  ].find(([isWrong]) => isWrong);
  if (wrong) throw badRequest(String(wrong[1]));
  return {
    idempotencyKey: key.toLowerCase(),
    filename,
    // Converts -0 to 0.
    filesize: filesize + 0,
    type: known === undefined || guessed.includes(known) ? "" : known,
    props: props ?? {},
  };
}

/** Returns what is wrong with a file's name, if anything. @param {string} name */
export function wrongFilename(name) {
  if (name === "") return "is empty.";
  if (new TextEncoder().encode(name).byteLength > longestFilename) return "is too long.";
  return name.includes("\0") ? "holds a character that no file name has." : undefined;
}
