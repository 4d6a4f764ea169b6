// The package where it is only rendered: in the DOMs that apps are tested in, which lack much of what browsers have.
// Importing and rendering throws nothing there, and says nothing.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";

import { root } from "../../pkg-config/run.mjs";

const folder = join(root, "tests/frameworks/rendered");
const installed = join(folder, "node_modules/ittybit-uploader");

before(() => {
  rmSync(installed, { recursive: true, force: true });
  for (const name of ["dist", "package.json"]) {
    cpSync(join(root, name), join(installed, name), { recursive: true });
  }
});
after(() => rmSync(installed, { recursive: true, force: true }));

/** Of an element that has loaded nothing yet. */
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
        const args = [join(folder, "render.mjs"), dom, build];
        const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
        assert.deepEqual(JSON.parse(stdout), { found: expected, said: [], uncaught: [] });
      });
    }
  });
}
