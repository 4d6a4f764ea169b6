// Parcel 2.

import { test } from "node:test";

import { appWith } from "./support.mjs";

const app = appWith("parcel", "dist");

test("parcel: upload()", () => app.checkUpload("/index.html"));
test("parcel: in a worker", () => app.checkUpload("/worker.html"));
test("parcel: the element", () => app.checkElement("/element.html"));
