// Lists the files in dropped folders. Reports and skips what can't be read. Loaded for the first folder.

import { handleKey } from "#take";
import { within } from "../browser/js/waits.js";

/**
 * A file and its path in a folder, including the folder's name; empty if it was in none.
 *
 * @typedef {{ file: Blob, path: string }} Found
 */

/**
 * Reports a file or folder that is not added.
 *
 * @typedef {(
 *   reason: "unreadable" | "not-downloaded" | "no-file",
 *   path: string,
 *   cause?: unknown,
 * ) => void} Refuse
 */

/**
 * Walks the dropped folders, and returns the files in them and the files beside them.
 *
 * @param {import("#take").Taken[]} taken
 * @param {Refuse} refuse
 * @returns {Promise<Found[]>}
 */
export async function walk(taken, refuse) {
  /** @type {Found[]} */
  const found = [];
  for (const item of taken) {
    if ("fullPath" in item) await walkEntry(item, found, refuse);
    else if ("getFile" in item) {
      try {
        const file = await soon(item.getFile());
        Object.assign(file, { [handleKey]: item });
        found.push({ file, path: "" });
      } catch (cause) {
        refuse("unreadable", item.name, cause);
      }
    } else {
      const { name = "", webkitRelativePath: path = "" } = /** @type {Partial<File>} */ (item);
      if (isElsewhere(name)) refuse("not-downloaded", cloudName(path || name));
      else if (!isHidden(path)) found.push({ file: item, path });
    }
  }
  return found;
}

/**
 * Resolves with the answer of a network share or a device. Rejects after a timeout, because the whole drop waits for it.
 *
 * @template T
 * @param {Promise<T>} promise
 */
async function soon(promise) {
  const answer = await within(promise, 10_000);
  if (!answer) throw new Error("It does not answer.");
  return answer;
}

/**
 * @param {FileSystemEntry} entry
 * @param {Found[]} found
 * @param {Refuse} refuse
 */
async function walkEntry(entry, found, refuse) {
  const path = entry.fullPath.slice(1);
  if (isElsewhere(path)) return refuse("not-downloaded", cloudName(path));
  if (isHidden(path)) return;
  try {
    if (entry.isFile) {
      const { file } = /** @type {FileSystemFileEntry} */ (entry);
      found.push({
        file: await soon(new Promise((resolve, reject) => file.call(entry, resolve, reject))),
        path,
      });
      return;
    }
    const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
    while (true) {
      // A browser returns about a hundred at a time, and none when there are no more.
      const entries = await soon(
        new Promise((resolve, reject) => reader.readEntries(resolve, reject)),
      );
      if (entries.length === 0) return;
      for (const child of entries) await walkEntry(child, found, refuse);
    }
  } catch (cause) {
    if (path) refuse("unreadable", path, cause);
    // This is the placeholder that take() returns for a drop without files.
    else refuse("no-file", path);
  }
}

/** Matches the placeholder of a file that iCloud has not downloaded. */
const placeholder = /(^|\/)\.([^/]+)\.icloud$/i;

/** @param {string} path */
const isElsewhere = (path) => placeholder.test(path);

/** Returns `a/clip.mov` for `a/.clip.mov.icloud`. @param {string} path */
const cloudName = (path) => path.replace(placeholder, "$1$2");

/**
 * Returns whether a file in a folder, or a folder around it, belongs to the system and not to the person.
 *
 * @param {string} path
 */
const isHidden = (path) => /\/(\.|(thumbs\.db|desktop\.ini)$)/i.test(path);
