// Checks the types of the migration guides' samples for other packages. Lives here instead of in the
// documentation's tests, because these packages are installed here.

import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { root, run, targetDirectory } from "../../../pkg-config/run.mjs";
import { samples } from "../../docs/support.mjs";
import { folder } from "./contenders.mjs";

/** Declarations of the app's own code. */
const given = `
declare module "*.css";
declare function save(answer: unknown): void;
declare function report(words: string): void;
declare function draw(percentage: number): void;
`;

const options = {
  ...{ noEmit: true, strict: true, skipLibCheck: true, types: [] },
  ...{ target: "es2023", lib: ["es2023", "dom", "dom.iterable"] },
  ...{ module: "esnext", moduleResolution: "bundler" },
};

export async function checkBefore() {
  const checked = samples.filter(
    ({ language, title }) => language === "ts" && title?.startsWith("Before"),
  );
  if (checked.length === 0) throw new Error("there are no samples of what was before");
  const place = join(targetDirectory, "compare-samples");
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  symlinkSync(join(folder, "node_modules"), join(place, "node_modules"));
  for (const [index, { code }] of checked.entries()) {
    writeFileSync(join(place, `sample${index}.ts`), code);
  }
  writeFileSync(join(place, "given.d.ts"), given);
  writeFileSync(join(place, "tsconfig.json"), JSON.stringify({ compilerOptions: options }));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  await run("type-checking the samples of others", process.execPath, [tsc, "--project", place]);
}
