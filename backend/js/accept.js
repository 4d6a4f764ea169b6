// Parses MIME types, and decides which files the types of an `accept` attribute allow. Decides as the
// Rust core does in the page and in the routes; tests/core/types.json has the common test cases. Uses
// what the page says about a file, not its content.

/** Matches two tokens (RFC 9110, section 5.6.2). */
const typeAndSubtype = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+/;

/** Matches parameters: a token each, with a token or a quoted string as value. */
const parameters =
  /^(?:[\t ]*;[\t ]*[\w!#$%&'*+.^`|~-]+=(?:[\w!#$%&'*+.^`|~-]+|"(?:[\t !#-[\]-~]|\\[\t -~])*"))*$/;

/**
 * Returns the type and subtype of a MIME type, in lower case and without parameters. Returns
 * `undefined` unless the whole text is one MIME type (RFC 9110, section 8.3.1).
 *
 * @param {string} mime
 */
export function essence(mime) {
  const type = typeAndSubtype.exec(mime)?.[0];
  const isWhole = type !== undefined && parameters.test(mime.slice(type.length));
  return isWhole ? type.toLowerCase() : undefined;
}

/**
 * The formats of a media pipeline: for each, its types and its extensions. A type stands in for a
 * missing extension and the other way round: on Windows the type is often missing, on Android the
 * extension. SVG is not listed, because it is markup.
 */
const media = [
  "video/mp4 video/x-m4v mp4 m4v",
  "video/quicktime mov qt",
  "video/x-matroska video/matroska mkv",
  "video/webm webm",
  "video/x-msvideo video/avi video/msvideo avi",
  "video/mpeg mpg mpeg",
  "video/x-ms-wmv wmv",
  "video/x-flv flv",
  "video/3gpp video/3gpp2 3gp 3g2",
  "video/mp2t video/vnd.dlna.mpeg-tts ts mts m2ts",
  "video/mxf application/mxf mxf",
  "video/ogg ogv",
  "audio/mpeg audio/mp3 mp3",
  "audio/mp4 audio/x-m4a audio/m4a m4a",
  "audio/wav audio/x-wav audio/wave audio/vnd.wave wav",
  "audio/flac audio/x-flac flac",
  "audio/ogg audio/opus ogg oga opus",
  "audio/aac audio/x-aac audio/vnd.dlna.adts aac",
  "audio/aiff audio/x-aiff aiff aif",
  "audio/x-ms-wma wma",
  "image/jpeg image/jpg image/pjpeg jpg jpeg jfif",
  "image/png png",
  "image/gif gif",
  "image/webp webp",
  "image/avif avif",
  "image/heic image/heif heic heif hif",
  "image/tiff tif tiff",
  "image/bmp image/x-ms-bmp bmp",
  "image/jxl jxl",
].map((words) => words.split(" "));

/** Types of video or audio files that don't say so, or that belong to another format with the same extension. */
const containers = [
  ...["application/mp4", "application/mxf", "application/ogg", "application/x-matroska"],
  ...["model/vnd.mts", "text/vnd.trolltech.linguist"],
];

/** Words in the subtypes that a browser opens as a page or runs as a script. */
const running = [
  ...["html", "xhtml", "xml", "svg", "xsl", "mixed"],
  ...["javascript", "ecmascript", "jscript", "livescript"],
];

/** Extensions that differ from the word in their types, with that word. */
const otherNames = new Map([
  ["htm", "html"],
  ["xht", "xhtml"],
  ["svgz", "svg"],
  ["js", "javascript"],
  ["mjs", "javascript"],
]);

/**
 * Returns whether the types allow a file. A listed type also allows a file of unknown type with a
 * matching extension, and a listed extension also allows a file without an extension but with a
 * matching type. `image/*` doesn't allow a type that a browser runs as a page or a script, like
 * `image/svg+xml`: such a type or its extension must be listed itself. A listed extension doesn't allow
 * a file whose type contradicts it.
 *
 * @param {readonly string[]} allowed
 * @param {{ filename: string, type: string }} file its type must come from {@link essence}, or be empty
 */
export function accepts(allowed, { filename, type }) {
  const name = filename.toLowerCase();
  const extension = extensionOf(name);
  const entries = allowed.flatMap((types) => types.toLowerCase().split(","));
  // An empty type would allow every file of unknown type.
  const known = entries.map((entry) => entry.trim()).filter((entry) => entry !== "");
  if (known.length === 0) return allowed.length === 0;
  return known.some((wanted) => {
    if (wanted.startsWith(".")) {
      return (
        (name.endsWith(wanted) && !contradicts(type, extensionOf(wanted))) ||
        (saysNothing.includes(extension) && isOneMedium(wanted.slice(1), type))
      );
    }
    if (wanted === "*/*") return true;
    if (wanted.endsWith("/*")) return isKind(wanted.slice(0, -2), type, extension);
    const isVagueHere = isVague(type, wanted.split("/")[0]);
    return (
      type === wanted ||
      isOneMedium(wanted, type) ||
      (isVagueHere && isOneMedium(wanted, extension))
    );
  });
}

/** Returns whether a file is of a kind like `video`. @param {string} kind @param {string} type @param {string} extension */
function isKind(kind, type, extension) {
  if (isVague(type, kind)) return kindOf(extension) === kind;
  return type.split("/")[0] === kind && !runs(type);
}

/** Returns whether a file's type contradicts its extension. @param {string} type @param {string} extension */
function contradicts(type, extension) {
  if (isUnknown(type)) return false;
  const kind = kindOf(extension);
  // Video and audio share their containers.
  if (isAv(kind)) return !["video", "audio"].some((kind) => isKind(kind, type, extension));
  if (kind !== undefined) return !isKind(kind, type, extension);
  return runs(type) && !wordsOf(type).includes(otherNames.get(extension) ?? extension);
}

/** Returns whether the extension tells more than the type. @param {string} type @param {string | undefined} kind */
const isVague = (type, kind) => isUnknown(type) || (isAv(kind) && containers.includes(type));

/** Extensions that say nothing about a file's content. */
const saysNothing = ["", "bin", "tmp"];

/** Returns whether two types or extensions are of the same format. @param {string} one @param {string} other */
const isOneMedium = (one, other) =>
  media.some((words) => words.includes(one) && words.includes(other));

/** Returns whether this is what platforms say about a file of unknown type. @param {string} type */
const isUnknown = (type) => type === "" || type === "application/octet-stream";

/** @param {string | undefined} kind */
const isAv = (kind) => kind === "video" || kind === "audio";

/** @param {string} extension */
const kindOf = (extension) => media.find((words) => words.includes(extension))?.[0]?.split("/")[0];

/** @param {string} type */
const runs = (type) => wordsOf(type).some((word) => running.includes(word));

/** Returns the words of a subtype: `svg` and `xml` for `image/svg+xml`. @param {string} type */
const wordsOf = (type) => type.split(/[/.+-]/).slice(1);

/** @param {string} name */
const extensionOf = (name) => (name.includes(".") ? name.slice(name.lastIndexOf(".") + 1) : "");
