// All that is in folders that were dropped.

import { setHandle } from "#take";

/**
 * A file, and where it lay in a folder, with the folder's name; empty where it was in none.
 *
 * @typedef {{ file: Blob, path: string }} Found
 */

/**
 * Walks the folders among what was taken.
 *
 * @param {import("#take").Taken[]} taken
 * @returns {Promise<Found[]>}
 */
export async function walk(taken) {
  /** @type {Found[]} */
  const found = [];
  for (const item of taken) {
    if ("fullPath" in item) await walkEntry(item, found);
    else if ("getFile" in item) {
      const file = await item.getFile();
      setHandle(file, item);
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
