// How large a file may be, and of which type: by what the page says of it, before anyone else is asked.

import { Refusal } from "./refusal.js";

/** @typedef {import("../../pkg-config/entries/server.js").Limits} Limits */
/** @typedef {import("../../pkg-config/entries/server.js").UploadRequest} UploadRequest */

/** The longest that a timer waits. ms. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/**
 * What a file may be whose type the browser does not know, which on Windows is many: by its extension,
 * for the kinds that a media pipeline takes.
 *
 * @type {Record<string, string>}
 */
const KINDS = {
  video: "mp4 m4v mov mkv webm avi mpg mpeg wmv flv 3gp ts mts m2ts mxf ogv",
  audio: "mp3 m4a wav flac ogg oga opus aac aiff wma",
  image: "jpg jpeg png gif webp avif heic heif svg tif tiff bmp jxl",
};

/**
 * @param {Limits} limits
 * @throws {TypeError}
 */
export function checkLimits(limits) {
  const { maxFileSize = Number.MAX_SAFE_INTEGER, minFileSize = 0, allowedFileTypes = [] } = limits;
  const { answerTimeout = 30_000, fetchTimeout = 300_000, ...unknown } = limits;
  const known = ["maxFileSize", "minFileSize", "allowedFileTypes"];
  const other = Object.keys(unknown).find((name) => !known.includes(name));
  if (other !== undefined) throw new TypeError(`\`limits\` has no \`${other}\``);
  for (const [name, bytes] of Object.entries({ maxFileSize, minFileSize })) {
    if (!Number.isSafeInteger(bytes) || bytes < 0) {
      throw new TypeError(`\`limits.${name}\` must be a whole number of bytes`);
    }
  }
  for (const [name, ms] of Object.entries({ answerTimeout, fetchTimeout })) {
    if (!(ms > 0) || ms > LONGEST_TIMEOUT) {
      throw new TypeError(`\`limits.${name}\` must be a number of ms`);
    }
  }
  const types = Array.isArray(allowedFileTypes) ? allowedFileTypes : [undefined];
  const isType = /^(\.[^\s,]+|[\w!#$&^.+-]+\/[\w!#$&^.+-]+|[\w!#$&^.+-]+\/\*|\*\/\*)$/;
  if (!types.every((type) => typeof type === "string" && isType.test(type.trim()))) {
    throw new TypeError(
      "`limits.allowedFileTypes` must be an array of types as `accept` takes them",
    );
  }
  const allowed = types.map((type) => type.trim().toLowerCase());
  return { maxFileSize, minFileSize, allowed, answerTimeout, fetchTimeout };
}

/**
 * @param {UploadRequest} file
 * @param {ReturnType<typeof checkLimits>} limits
 */
export function checkFile(file, { maxFileSize, minFileSize, allowed }) {
  const { filesize } = file;
  if (filesize > maxFileSize) {
    throw new Refusal(413, `The file has ${filesize} bytes; ${maxFileSize} are allowed.`);
  }
  if (filesize < minFileSize) {
    throw new Refusal(400, `The file has ${filesize} bytes; ${minFileSize} are needed.`);
  }
  if (allowed.length > 0 && !allowed.some((type) => isOf(file, type))) {
    const words = `Only these types of files are allowed: ${allowed.join(",")}.`;
    throw new Refusal(403, words);
  }
}

/**
 * @param {UploadRequest} file
 * @param {string} allowed in lower case
 */
function isOf(file, allowed) {
  const name = file.filename.toLowerCase();
  // A type may have parameters: `text/plain;charset=utf-8`.
  const [bare = ""] = file.type.toLowerCase().split(";");
  const type = bare.trim();
  if (allowed.startsWith(".")) return name.endsWith(allowed);
  if (allowed === "*/*") return true;
  if (!allowed.endsWith("/*")) return type === allowed;
  const kind = allowed.slice(0, -2);
  if (type) return type.split("/")[0] === kind;
  const extension = /\.([^.]*)$/.exec(name)?.[1];
  return extension !== undefined && (KINDS[kind] ?? "").split(" ").includes(extension);
}
