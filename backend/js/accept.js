// MIME types, and types of files as the `accept` attribute takes them: read and decided as the Rust core
// does in the page and the routes (`tests/core/types.json` holds them to each other). It goes by what the
// page says of a file and never looks into it.

/** Two tokens (RFC 9110, section 5.6.2). */
const typeAndSubtype = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+/;

/** Each a token, and a token or a quoted string. */
const parameters =
  /^(?:[\t ]*;[\t ]*[\w!#$%&'*+.^`|~-]+=(?:[\w!#$%&'*+.^`|~-]+|"(?:[\t !#-[\]-~]|\\[\t -~])*"))*$/;

/**
 * The type and subtype of a MIME type, in lower case and without parameters; `undefined` unless the text
 * is one whole MIME type (RFC 9110, section 8.3.1).
 *
 * @param {string} mime
 */
export function essence(mime) {
  const type = typeAndSubtype.exec(mime)?.[0];
  const isWhole = type !== undefined && parameters.test(mime.slice(type.length));
  return isWhole ? type.toLowerCase() : undefined;
}

/**
 * What a media pipeline takes: the names of each type, and its extensions. One stands in for the other where
 * the platform does not know it: on Windows the type, on Android the extension, is often missing. No SVG: it
 * is markup.
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

/** Types of films and sound that say nothing of either, or are of another format of that extension. */
const containers = [
  ...["application/mp4", "application/mxf", "application/ogg", "application/x-matroska"],
  ...["model/vnd.mts", "text/vnd.trolltech.linguist"],
];

/** Words of a subtype that a browser opens as a page, or runs. */
const running = [
  ...["html", "xhtml", "xml", "svg", "xsl", "mixed"],
  ...["javascript", "ecmascript", "jscript", "livescript"],
];

/** Extensions that differ from the word in their types. */
const otherNames = new Map([
  ["htm", "html"],
  ["xht", "xhtml"],
  ["svgz", "svg"],
  ["js", "javascript"],
  ["mjs", "javascript"],
]);

/**
 * Whether a file is among the types. A type takes a file whose type is not known by its extension, and an
 * extension takes a file that has none by its type. `image/*` takes no type that a browser runs as a page or a script,
 * like `image/svg+xml`: such a type is named itself, or by its extension. An extension takes no file
 * whose type says that it is something else.
 *
 * @param {readonly string[]} allowed
 * @param {{ filename: string, type: string }} file its type as {@link essence} has it, or empty
 */
export function accepts(allowed, { filename, type }) {
  const name = filename.toLowerCase();
  const extension = extensionOf(name);
  const entries = allowed.flatMap((types) => types.toLowerCase().split(","));
  // An empty type would be that of every file whose type the browser does not know.
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

/** Whether a file is of a kind like `video`. @param {string} kind @param {string} type @param {string} extension */
function isKind(kind, type, extension) {
  if (isVague(type, kind)) return kindOf(extension) === kind;
  return type.split("/")[0] === kind && !runs(type);
}

/** Whether a type says that a file is not what its extension says. @param {string} type @param {string} extension */
function contradicts(type, extension) {
  if (isUnknown(type)) return false;
  const kind = kindOf(extension);
  // A film and a sound have the same containers.
  if (isAv(kind)) return !["video", "audio"].some((kind) => isKind(kind, type, extension));
  if (kind !== undefined) return !isKind(kind, type, extension);
  return runs(type) && !wordsOf(type).includes(otherNames.get(extension) ?? extension);
}

/** Whether a type says no more of a film, a sound or a picture than its extension. @param {string} type @param {string | undefined} kind */
const isVague = (type, kind) => isUnknown(type) || (isAv(kind) && containers.includes(type));

/** These extensions, and a missing one, say nothing about what is in a file. */
const saysNothing = ["", "bin", "tmp"];

/** Whether two types or extensions are of one medium. @param {string} one @param {string} other */
const isOneMedium = (one, other) =>
  media.some((words) => words.includes(one) && words.includes(other));

/** What the platform says of bytes that it does not know. @param {string} type */
const isUnknown = (type) => type === "" || type === "application/octet-stream";

/** @param {string | undefined} kind */
const isAv = (kind) => kind === "video" || kind === "audio";

/** @param {string} extension */
const kindOf = (extension) => media.find((words) => words.includes(extension))?.[0]?.split("/")[0];

/** @param {string} type */
const runs = (type) => wordsOf(type).some((word) => running.includes(word));

/** `svg` and `xml` of `image/svg+xml`. @param {string} type */
const wordsOf = (type) => type.split(/[/.+-]/).slice(1);

/** @param {string} name */
const extensionOf = (name) => (name.includes(".") ? name.slice(name.lastIndexOf(".") + 1) : "");
