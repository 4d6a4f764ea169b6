// Parcel 2. It follows an `exports` field only where the app's package.json has it do so; without that it
// finds the package itself, and none of its other entries.

import { describe, test } from "node:test";

import { appWith } from "./support.mjs";

describe("parcel", () => {
  const app = appWith("parcel", "dist");

  test("upload()", () => app.checkUpload("/index.html"));
  test("parts, with a worker", () => app.checkParts("/index.html"));
  test("in a worker", () => app.checkUpload("/worker.html"));
  test("the element", () => app.checkElement("/element.html"));
});

describe("parcel, as it comes", () => {
  const app = appWith("parcel-as-it-comes", "dist");

  test("upload()", () => app.checkUpload("/index.html"));
});
