// `npm run docs`: sets up, builds, and writes the documentation to site/.

import { build } from "./build.mjs";
import { fail } from "./run.mjs";
import { setUp } from "./setup/index.mjs";

try {
  await build(await setUp({ tests: false }));
  // What it needs is installed by now.
  const { buildDocs } = await import("./docs/build.mjs");
  buildDocs();
} catch (error) {
  fail(error);
}
