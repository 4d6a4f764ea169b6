// Lists, resumes and forgets the unfinished uploads of an owner's earlier visits.

import { erase, locked } from "#storage";
import { handleKey } from "#take";
import { pickFor } from "../browser/js/memory.js";
import { isSafe, ownEntries, resumableEntries, savedOf } from "../browser/js/remembered.js";
import { within } from "../browser/js/waits.js";

/**
 * Returns the unfinished uploads of earlier visits. Must only be called with an owner, because another person may use
 * the browser now.
 *
 * @param {import("./core.js").Core} core
 * @param {import("#options").Options} options the uploader's
 * @param {(file: Blob | FileSystemFileHandle) => Promise<import("./index.d.ts").UploadFile>} begin adds a file and starts it
 * @returns {Promise<import("./index.d.ts").Recoverable[]>}
 */
export async function recoverable(core, options, begin) {
  const isLocked = await locked();
  const left = await resumableEntries(options);
  return left.flatMap((entry) => {
    if (isLocked(entry.id)) return [];
    const [name, size, lastModified, type] = entry.file;
    const { id, loaded, handle, touched } = entry;
    return {
      id,
      name,
      size,
      lastModified,
      type,
      loaded,
      leftAt: touched,
      hasHandle: handle !== undefined,
      async resume(picked) {
        const given = picked ?? handle;
        const file = given && "getFile" in given ? await open(given) : given;
        if (!file) throw new TypeError("ittybit-uploader: this file has to be picked again.");
        pickFor(file, entry);
        return begin(file);
      },
      async forget() {
        await erase(entry.id);
        await core.abortEarlier(options, savedOf(entry));
      },
    };
  });
}

/**
 * Forgets all uploads of the owner, whatever their endpoint and props are, and aborts them at the backend.
 *
 * @param {import("./core.js").Core} core
 * @param {import("#options").Options} options the uploader's
 */
export async function forgetAll(core, options) {
  const isLocked = await locked();
  const own = await ownEntries(options);
  // An upload that another window is sending continues there, and is not remembered again.
  const ours = own.filter((entry) => !isLocked(entry.id) && isSafe(entry, options));
  const asked = ours.map((entry) => core.abortEarlier(options, savedOf(entry)).catch(() => {}));
  await Promise.all(own.map(({ id }) => erase(id)));
  // Waits, so that a person who signs out afterwards is still signed in when the backend is asked.
  await within(Promise.all(asked));
}

/**
 * Opens a file. Asks the person if the browser requires that, which it only allows after a click.
 *
 * @param {any} handle a `FileSystemFileHandle`, whose type in TypeScript is incomplete
 * @returns {Promise<File | undefined>} `undefined` if the file does not answer
 */
async function open(handle) {
  if ((await handle.requestPermission?.({ mode: "read" })) === "denied") {
    throw new DOMException("The person did not allow to read the file.", "NotAllowedError");
  }
  // A file on a device or a network drive that is gone never answers.
  const file = await within(handle.getFile(), 5000);
  if (!file) return undefined;
  return Object.assign(file, { [handleKey]: handle });
}
