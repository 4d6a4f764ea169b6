// What an earlier visit left unfinished, and going on with it.

import { readOptions } from "#options";
import { Record, wayOf } from "#record";
import { entries, locked } from "#storage";
import { setHandle } from "#take";

/**
 * @param {unknown} given the uploader's options
 * @param {(file: Blob | FileSystemFileHandle) => Promise<import("./index.d.ts").UploadFile>} begin adds a file and starts it
 * @returns {Promise<import("./index.d.ts").Recoverable[]>}
 */
export async function recoverable(given, begin) {
  const options = readOptions(given);
  const isLocked = await locked();
  const mine = wayOf(options);
  const left = (await entries()).filter(({ id, way }) => way === mine && !isLocked(id));
  return left.map((entry) => {
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
        const file = picked ?? (handle && (await open(handle)));
        if (!file) throw new TypeError("ittybit-uploader: this file has to be picked again.");
        return begin(file);
      },
      forget: () => Record.of(options, entry).abandon(),
    };
  });
}

/**
 * Asks the person where the browser wants that, which it allows in answer to a click.
 *
 * @param {any} handle of the type that TypeScript does not know whole
 * @returns {Promise<File>}
 */
async function open(handle) {
  if ((await handle.requestPermission?.({ mode: "read" })) === "denied") {
    throw new DOMException("The person did not allow to read the file.", "NotAllowedError");
  }
  const file = await handle.getFile();
  setHandle(file, handle);
  return file;
}
