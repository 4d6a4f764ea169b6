// Tests Parcel 2. It only reads `exports` if the app's package.json enables that. Otherwise it finds the package's main
// entry, but no other entries.

import { describe, test } from "node:test";

import { appWith } from "./support.mjs";

describe("parcel", () => {
  const app = appWith("parcel", "dist");

  test("upload()", () => app.checkUpload("/index.html"));
  test("parts, with a worker", () => app.checkParts("/index.html"));
  test("in a worker", () => app.checkUpload("/worker.html"));
  test("the element", () => app.checkElement("/element.html"));
});

describe("parcel with its defaults", () => {
  const app = appWith("parcel-as-it-comes", "dist");

  test("upload()", () => app.checkUpload("/index.html"));
});
