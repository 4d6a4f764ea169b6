// Types of files as the `accept` attribute takes them, decided as the uploader in the page decides: by
// what the page says, so this keeps mistakes out, not malice.

/** By extension, where a platform knows no type; on Windows that is often so. @type {Record<string, string>} */
const kinds = {
  video: "mp4 m4v mov mkv webm avi mpg mpeg wmv flv 3gp ts mts m2ts mxf ogv",
  audio: "mp3 m4a wav flac ogg oga opus aac aiff wma",
  image: "jpg jpeg png gif webp avif heic heif svg tif tiff bmp jxl",
};

/**
 * @param {readonly string[]} allowed
 * @param {{ filename: string, type: string }} file
 */
export function accepts(allowed, { filename, type }) {
  const name = filename.toLowerCase();
  // A type may have parameters.
  const mime = (type.split(";")[0] ?? "").trim().toLowerCase();
  const entries = allowed.flatMap((types) => types.toLowerCase().split(","));
  // An empty type would be that of every file whose type the browser does not know.
  const known = entries.map((entry) => entry.trim()).filter((entry) => entry !== "");
  if (known.length === 0) return allowed.length === 0;
  return known.some((wanted) => {
    if (wanted.startsWith(".")) return name.endsWith(wanted);
    if (wanted === "*/*") return true;
    if (!wanted.endsWith("/*")) return mime === wanted;
    const kind = wanted.slice(0, -2);
    if (mime !== "") return mime.split("/")[0] === kind;
    const extension = name.includes(".") ? name.slice(name.lastIndexOf(".") + 1) : "";
    return extension !== "" && (kinds[kind] ?? "").split(" ").includes(extension);
  });
}
