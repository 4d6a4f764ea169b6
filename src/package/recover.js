// What earlier visits of the same owner left unfinished: going on with it, or forgetting it.

import { erase, locked } from "#storage";
import { handleKey } from "#take";
import { pickFor } from "../browser/js/memory.js";
import { isSafe, ownEntries, resumableEntries, savedOf } from "../browser/js/remembered.js";
import { within } from "../browser/js/waits.js";

/**
 * Must only be called with an owner, because the person here may be another one than then.
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
 * Forgets all that is remembered of the owner, whatever its endpoint and props are, and ends it at the backend.
 *
 * @param {import("./core.js").Core} core
 * @param {import("#options").Options} options the uploader's
 */
export async function forgetAll(core, options) {
  const isLocked = await locked();
  const own = await ownEntries(options);
  // Another window ends what it is sending itself, and does not remember it again.
  const ours = own.filter((entry) => !isLocked(entry.id) && isSafe(entry, options));
  const asked = ours.map((entry) => core.abortEarlier(options, savedOf(entry)).catch(() => {}));
  await Promise.all(own.map(({ id }) => erase(id)));
  // Whoever signs out afterwards is still signed in when the backend is asked.
  await within(Promise.all(asked));
}

/**
 * Asks the person where the browser wants that, which it allows in answer to a click.
 *
 * @param {any} handle of the type that TypeScript does not know whole
 * @returns {Promise<File | undefined>} nothing where the file does not answer
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
