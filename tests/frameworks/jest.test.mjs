// Tests the package in Jest, configured as in www/docs/testing.md.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { root } from "../../pkg-config/run.mjs";
import { installPackage } from "../install.mjs";

const folder = join(root, "tests/frameworks/jest");
let remove = () => {};

before(() => {
  remove = installPackage(folder);
});
after(() => remove());

test("renders a form with the element and the hook, without warnings", async () => {
  const jest = join(folder, "node_modules/jest/bin/jest.js");
  const args = [jest, "--ci", "--json", "--config", join(folder, "app/jest.config.cjs")];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder });
  const { success, numPassedTests } = JSON.parse(stdout);
  assert.deepEqual([success, numPassedTests], [true, 2]);
  assert.doesNotMatch(stderr, /console\.(warn|error)|ittybit-uploader:/);
});
