// Prints the sizes of the published files.

import { readdirSync } from "node:fs";
import { join } from "node:path";

import { measureBudget, sizesOf } from "../../pkg-config/budget.mjs";
import { root } from "../../pkg-config/run.mjs";
import { printTable } from "./table.mjs";

export async function sizes() {
  const files = readdirSync(join(root, "dist")).filter((name) => !name.endsWith(".d.ts"));
  const lines = [
    ...files.map((name) => ({ what: name, limit: "", ...sizesOf([name]) })),
    ...measureBudget(),
  ];
  printTable(
    "Bytes of each published file, and of what a page loads",
    ["", "raw", "gzip", "brotli", "budget"],
    lines.map(({ what, raw, gzip, brotli, limit }) => [what, raw, gzip, brotli, limit]),
  );
}
