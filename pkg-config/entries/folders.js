// What a page adds: files, a FileList, or what was dropped, with all that is in dropped folders.

import { handles, smallest } from "#record";

/**
 * A file, and where it lay in a folder, with the folder's name; empty where it was in none.
 *
 * @typedef {{ file: Blob, path: string }} Found
 */

/** @typedef {Blob | FileSystemEntry | FileSystemFileHandle} Taken */

/**
 * Takes what is there. A `DataTransfer` is empty as soon as the task that it came in is over, so
 * this is done at once.
 *
 * @param {any} source
 * @returns {Taken[]}
 */
export function take(source) {
  const { items, getData } = Object(source);
  if (items && getData) {
    return [...items].flatMap((/** @type {DataTransferItem} */ item) => {
      const entry = item.webkitGetAsEntry?.();
      return (entry?.isDirectory ? entry : withHandle(item)) ?? [];
    });
  }
  const taken = source?.[Symbol.iterator] ? [...source] : [source];
  if (taken.every(isFile)) return taken;
  throw new TypeError("ittybit-uploader: files are an array, a FileList or a DataTransfer.");
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
      (/** @type {FileSystemFileHandle} */ handle) => handles.set(file, handle),
      () => {},
    );
  }
  return file;
}

/**
 * Not by `instanceof`: a file of another window is a file.
 *
 * @param {any} item
 */
const isFile = (item) => /^(File|Blob|FileSystemFileHandle)$/.test(item?.[Symbol.toStringTag]);

/**
 * Walks the folders among what was taken.
 *
 * @param {Taken[]} taken
 * @returns {Promise<Found[]>}
 */
export async function walk(taken) {
  /** @type {Found[]} */
  const found = [];
  for (const item of taken) {
    if ("fullPath" in item) await walkEntry(item, found);
    else if ("getFile" in item) {
      const file = await item.getFile();
      handles.set(file, item);
      found.push({ file, path: "" });
    } else {
      const path = /** @type {File} */ (item).webkitRelativePath ?? "";
      if (!isHidden(path)) found.push({ file: item, path });
    }
  }
  return found;
}

/**
 * @param {FileSystemEntry} entry
 * @param {Found[]} found
 */
async function walkEntry(entry, found) {
  const path = entry.fullPath.slice(1);
  if (isHidden(path)) return;
  if (entry.isFile) {
    const { file } = /** @type {FileSystemFileEntry} */ (entry);
    found.push({
      file: await new Promise((resolve, reject) => file.call(entry, resolve, reject)),
      path,
    });
    return;
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  while (true) {
    // A browser hands them out a hundred at a time, and none when there are no more.
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return;
    for (const child of entries) await walkEntry(child, found);
  }
}

/**
 * Whether a file in a folder, or a folder that it lies in, is the system's and not the person's.
 *
 * @param {string} path
 */
const isHidden = (path) => /\/(\.|(thumbs\.db|desktop\.ini)$)/i.test(path);
