// Reads what a page adds at once, in the task of the event that delivered it. Loaded first, with the element.

/** In bytes: the smallest file worth remembering. Sending a smaller one again is as fast as looking for it. */
export const smallest = 5 * 1024 * 1024;

/** The property of a file that holds its handle. It is the same symbol in every bundle of the package. */
export const handleKey = Symbol.for("ittybit-uploader handle");

/** @typedef {Blob | FileSystemEntry | FileSystemFileHandle} Taken */

/** Stands for a file that a drop announced but did not deliver: it is neither a file nor a folder. @type {any} */
const missing = {
  fullPath: "",
  [Symbol.toStringTag]: "Entry",
};

/**
 * Returns the files in `source`. Must be called at once, because a `DataTransfer` is empty after the task of its event.
 *
 * @param {any} source
 * @returns {Taken[] | undefined} `undefined` if `source` is not made of files
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
 * Returns a dropped file. Also requests the handle of a large one, with which another visit can resume the upload
 * without asking for the file again. The handle arrives before the upload has begun.
 *
 * @param {any} item a `DataTransferItem`, whose type in TypeScript is incomplete
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
 * Returns whether an item is a file, an entry or a handle. Does not use `instanceof`, because the item may belong to
 * another window. Chromium's entries have shorter names than the standard's.
 *
 * @param {any} item
 */
const isFile = (item) =>
  /^(File|Blob|FileSystemFileHandle|(FileSystem)?(File|Directory)?Entry)$/.test(
    item?.[Symbol.toStringTag],
  );
