// `npm run docs`: sets up, builds the package, and writes the documentation to site/.

import { build } from "../../../pkg-config/build.mjs";
import { fail } from "../../../pkg-config/run.mjs";
import { setUp } from "../../../pkg-config/setup/index.mjs";

try {
  await build(await setUp({ tests: false }));
  // Imported here, because the packages that it needs are installed only now.
  const { buildDocs } = await import("./build.mjs");
  buildDocs();
} catch (error) {
  fail(error);
}
