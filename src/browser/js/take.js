// What a page adds, taken in the very task that it came in. Loaded first, with the element.

/** In bytes. A smaller file is as soon sent again as it is looked for. */
export const smallest = 5 * 1024 * 1024;

/** The property under which a file carries its handle, so that every bundle of the package finds it. */
export const handleKey = Symbol.for("ittybit-uploader handle");

/** @typedef {Blob | FileSystemEntry | FileSystemFileHandle} Taken */

/** What stands for a file that a drop has said it has, and has not: neither a file nor a folder. @type {any} */
const missing = {
  fullPath: "",
  [Symbol.toStringTag]: "Entry",
};

/**
 * Takes what is there. A `DataTransfer` is empty as soon as the task that it came in is over, so
 * this is done at once.
 *
 * @param {any} source
 * @returns {Taken[] | undefined} nothing where it is no files
 */
export function take(source) {
  const { items, types, getData } = Object(source);
  if (items && getData) {
    /** @type {Taken[]} */
    const taken = [...items].flatMap((/** @type {DataTransferItem} */ item) => {
      const entry = item.webkitGetAsEntry?.();
      return (entry?.isDirectory ? entry : withHandle(item)) ?? [];
    });
    // Some mail programs announce files and deliver none.
    return taken.length < 1 && types.includes("Files") ? [missing] : taken;
  }
  const taken = source?.[Symbol.iterator] ? [...source] : [source];
  return taken.every(isFile) ? taken : undefined;
}

/**
 * A dropped file. Of one that is large the browser is asked for its handle, with which another visit
 * can go on without asking for the file again; it is there before the upload has begun.
 *
 * @param {any} item of the type that TypeScript does not know whole
 * @returns {File | null}
 */
function withHandle(item) {
  const file = item.getAsFile();
  if (file?.size >= smallest) {
    item.getAsFileSystemHandle?.().then(
      (/** @type {FileSystemFileHandle} */ given) => {
        file[handleKey] = given;
      },
      () => {},
    );
  }
  return file;
}

/**
 * Not by `instanceof`: a file of another window is a file. Chromium's entries have shorter names than
 * the standard's.
 *
 * @param {any} item
 */
const isFile = (item) =>
  /^(File|Blob|FileSystemFileHandle|(FileSystem)?(File|Directory)?Entry)$/.test(
    item?.[Symbol.toStringTag],
  );
