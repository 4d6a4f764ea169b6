// The demo with its stand-in host, and files to upload, for all tests of one file.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";

import { LargeFiles, MB } from "../e2e/large.mjs";
import { planFaults, startDemo } from "../e2e/support.mjs";

export const picture = fileURLToPath(new URL("../e2e/fixtures/harbour.jpg", import.meta.url));

/** What lies in the folder `photos`. */
export const inFolder = ["photos/a.txt", "photos/sub/b.txt", "photos/sub/deep/é ü.txt"];

/** Starts it before the tests, and ends it after them. Beside the folder lies `note.txt`. */
export function setUpHost() {
  const large = new LargeFiles();
  before(async () => {
    const settings = { STAND_IN_FAULTS: "1" };
    large.demo = await startDemo({ pages: "tests/engines/pages", settings });
    large.film = large.file("film.mp4", 40 * MB - 12_345);
    for (const path of ["note.txt", ...inFolder]) {
      mkdirSync(dirname(join(large.files.folder, path)), { recursive: true });
      // Each says where it is from.
      writeFileSync(join(large.files.folder, path), path);
    }
  });
  after(async () => {
    await large.demo?.stop();
    large.files.remove();
  });

  /**
   * Sets what is to go wrong with uploads in one request. Counting starts anew.
   *
   * @param {object[]} [store]
   */
  const plan = (store = []) => planFaults(large.demo.host, { store });

  return { large, plan };
}
