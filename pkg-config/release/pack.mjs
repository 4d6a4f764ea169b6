// Builds the package as it would be published, from a commit only: in a fresh clone, without anything that
// was compiled before.

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

import { root, run } from "../run.mjs";

/**
 * @typedef {object} Packed
 * @property {string} tarball its path
 * @property {Map<string, string>} hashes of the files in the tarball, and of the tarball itself
 * @property {{ path: string, size: number }[]} files
 * @property {string} dist the folder that was built
 */

/**
 * @param {string} title
 * @param {string} folder must not exist; its name and depth must not change the result
 * @returns {Promise<Packed>}
 */
export async function packAfresh(title, folder) {
  mkdirSync(folder, { recursive: true });
  const clone = join(folder, "clone");
  await run(`${title}: cloning`, "git", ["clone", "--quiet", "--no-hardlinks", root, clone]);
  await run(title, process.execPath, [join(clone, "pkg-config/build.mjs")], {
    cwd: clone,
    env: { CARGO_TARGET_DIR: join(clone, "target") },
  });
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const [{ filename, files }] = JSON.parse(
    await run(`${title}: packing`, "npm", args, { cwd: clone }),
  );
  const tarball = join(folder, filename);
  const hashes = new Map(
    files.map((/** @type {{ path: string }} */ { path }) => [path, hash(join(clone, path))]),
  );
  hashes.set(filename, hash(tarball));
  return { tarball, hashes, files, dist: join(clone, "dist") };
}

/**
 * Returns the hash of each file in a folder.
 *
 * @param {string} folder
 */
export function hashesOf(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      return [relative(folder, file), hash(file)];
    }),
  );
}

/** @param {string} file */
function hash(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/**
 * Builds the package twice, in folders of different depth, and removes them after calling `use`.
 *
 * @param {(one: Packed, other: Packed) => Promise<void> | void} use
 */
export async function packTwice(use) {
  // npm packs files with their modes on disk, which depend on the umask.
  const umask = process.umask(0o022);
  const folder = mkdtempSync(join(tmpdir(), "release-"));
  try {
    const one = await packAfresh("the first build", join(folder, "one"));
    const other = await packAfresh("the second build", join(folder, "another/and deeper"));
    await use(one, other);
  } finally {
    process.umask(umask);
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Returns the scripts and wasm files that pages load by URL, with `integrity` attributes.
 *
 * @param {string} dist
 */
export function namedByUrl(dist) {
  return readdirSync(dist).filter((name) => /^ittybit-uploader.*\.js$|\.wasm$/.test(name));
}
