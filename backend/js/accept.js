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

/** By extension, where a platform knows no type; on Windows that is often so. No SVG: it is markup. */
const kinds = Object.entries({
  video: "mp4 m4v mov mkv webm avi mpg mpeg wmv flv 3gp ts mts m2ts mxf ogv",
  audio: "mp3 m4a wav flac ogg oga opus aac aiff wma",
  image: "jpg jpeg png gif webp avif heic heif tif tiff bmp jxl",
}).map(([kind, extensions]) => /** @type {const} */ ([kind, extensions.split(" ")]));

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
 * Whether a file is among the types. `image/*` takes no type that a browser runs as a page or a script,
 * like `image/svg+xml`: such a type is named itself, or by its extension. An extension takes no file
 * whose type says that it is something else.
 *
 * @param {readonly string[]} allowed
 * @param {{ filename: string, type: string }} file its type as {@link essence} has it, or empty
 */
export function accepts(allowed, { filename, type }) {
  const name = filename.toLowerCase();
  const entries = allowed.flatMap((types) => types.toLowerCase().split(","));
  // An empty type would be that of every file whose type the browser does not know.
  const known = entries.map((entry) => entry.trim()).filter((entry) => entry !== "");
  if (known.length === 0) return allowed.length === 0;
  return known.some((wanted) => {
    if (wanted.startsWith(".")) {
      return name.endsWith(wanted) && !contradicts(type, extensionOf(wanted));
    }
    if (wanted === "*/*") return true;
    if (!wanted.endsWith("/*")) return type === wanted;
    return isKind(wanted.slice(0, -2), type, extensionOf(name));
  });
}

/** Whether a file is of a kind like `video`. @param {string} kind @param {string} type @param {string} extension */
function isKind(kind, type, extension) {
  if (isUnknown(type) || (isAv(kind) && containers.includes(type))) {
    return kindOf(extension) === kind;
  }
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

/** What the platform says of bytes that it does not know. @param {string} type */
const isUnknown = (type) => type === "" || type === "application/octet-stream";

/** @param {string | undefined} kind */
const isAv = (kind) => kind === "video" || kind === "audio";

/** @param {string} extension */
const kindOf = (extension) => kinds.find(([, extensions]) => extensions.includes(extension))?.[0];

/** @param {string} type */
const runs = (type) => wordsOf(type).some((word) => running.includes(word));

/** `svg` and `xml` of `image/svg+xml`. @param {string} type */
const wordsOf = (type) => type.split(/[/.+-]/).slice(1);

/** @param {string} name */
const extensionOf = (name) => (name.includes(".") ? name.slice(name.lastIndexOf(".") + 1) : "");
