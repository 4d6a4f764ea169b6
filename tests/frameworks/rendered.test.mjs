// Tests the package in DOM implementations for tests, which lack many features of browsers. Importing and rendering
// must neither throw nor print anything.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";

import { root } from "../../pkg-config/run.mjs";
import { installPackage } from "../install.mjs";

const folder = join(root, "tests/frameworks/rendered");
let remove = () => {};

before(() => {
  remove = installPackage(folder);
});
after(() => remove());

/** The state of an element that has loaded nothing yet. */
const atRest = { accept: "video/*", button: "Choose files", files: 0, isValid: true, style: true };

/** @type {Record<string, object>} */
const builds = {
  react: { ...atRest, text: "0 files", left: 0 },
  element: { ...atRest, isSame: true },
  script: { ...atRest, names: ["upload", "Uploader", "UploadError"] },
  inline: { ...atRest, view: true, styles: 1 },
};

for (const dom of ["jsdom", "happy-dom"]) {
  describe(dom, () => {
    for (const [build, expected] of Object.entries(builds)) {
      test(build, async () => {
        const args = [join(folder, "app/render.mjs"), dom, build];
        const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
        assert.deepEqual(JSON.parse(stdout), { found: expected, said: [], uncaught: [] });
      });
    }
  });
}
