// Collects the licences of other people's work in dist/: crates that are linked into a wasm, and npm packages
// that are bundled into a script. Takes both from the build's own output, so that the list is complete and
// contains nothing that is only used to build.
//
// Writes the same bytes on every machine. Which licences are allowed is up to deny.toml.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { root } from "./run.mjs";

/**
 * @typedef {object} Work a crate or package that is part of dist/
 * @property {string} name
 * @property {string} version empty for a part of Rust's standard library, which has the compiler's version
 * @property {string} licence an SPDX expression
 * @property {string[]} holders the copyright holders
 * @property {string} folder
 */

/**
 * Returns the crates that are linked into a wasm. Leaves out macros and build scripts, which run at build time.
 *
 * @param {string} messages cargo's JSON messages
 * @returns {Work[]}
 */
export function linkedCrates(messages) {
  return messages
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .filter(
      ({ reason, filenames }) =>
        reason === "compiler-artifact" &&
        filenames.some((/** @type {string} */ name) =>
          /[\\/]wasm32-unknown-unknown[\\/]/.test(name),
        ),
    )
    .filter(({ manifest_path }) => manifest_path !== join(root, "Cargo.toml"))
    .map(({ manifest_path, package_id }) => {
      const manifest = readFileSync(manifest_path, "utf8");
      const field = (/** @type {string} */ name) =>
        new RegExp(`^${name} = "(.*)"$`, "m").exec(manifest)?.[1] ?? "";
      const authors = /^authors = \[([^\]]*)\]/m.exec(manifest)?.[1] ?? "";
      const inLibrary = package_id.startsWith("path+");
      return {
        name: field("name"),
        version: inLibrary ? "" : field("version"),
        licence: field("license") || (inLibrary ? standardLibrary.licence : ""),
        holders: inLibrary
          ? ["The Rust Project Contributors"]
          : [...authors.matchAll(/"([^"<]*[^"<\s])[^"]*"/g)].map(([, author = ""]) => author),
        folder: dirname(manifest_path),
      };
    });
}

/** Cargo's messages don't list the standard library if the compiler's own copy is linked. @type {Work} */
export const standardLibrary = {
  name: "std",
  version: "",
  licence: "MIT OR Apache-2.0",
  holders: ["The Rust Project Contributors"],
  folder: "",
};

/**
 * Returns the npm packages that have a module in a bundle.
 *
 * @param {Iterable<string>} inputs the paths that esbuild has read, relative to the repository
 * @returns {Work[]}
 */
export function bundledPackages(inputs) {
  const folders = new Set(
    [...inputs].flatMap(
      (path) =>
        /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path.replaceAll("\\", "/"))?.[0] ?? [],
    ),
  );
  return [...folders].map((folder) => {
    const { name, version, license, author } = JSON.parse(
      readFileSync(join(root, folder, "package.json"), "utf8"),
    );
    const holder = String(author?.name ?? author ?? "").replace(/\s*[<(].*/, "");
    const holders = holder ? [holder] : [];
    return { name, version, licence: license ?? "", holders, folder: join(root, folder) };
  });
}

/**
 * Returns the content of dist/LICENSES.txt: each licence text once, with all works that it belongs to.
 *
 * @param {Work[]} works
 */
export function licencesText(works) {
  /** @type {Map<string, Set<string>>} */
  const owners = new Map();
  for (const work of works) {
    const label = `${work.name} ${work.version || "(Rust's standard library)"}: ${work.licence}`;
    for (const text of textsOf(work)) {
      owners.set(text, (owners.get(text) ?? new Set()).add(label));
    }
  }
  const sections = [...owners]
    .map(([text, labels]) => `${[...labels].sort().join("\n")}\n\n${text}\n`)
    .sort();
  const head =
    "ittybit-uploader's own licence is in the file LICENSE. It contains parts of the following works.\n";
  return [head, ...sections].join(`\n${"-".repeat(80)}\n\n`);
}

/**
 * Returns the MIT licence if the work may be used under it, otherwise all licence texts of the work.
 *
 * @param {Work} work
 * @returns {string[]}
 */
function textsOf({ name, licence, holders, folder }) {
  const mayBeMit = /\bMIT\b/.test(licence) && !/\bAND\b/.test(licence);
  const files = licenceFiles(folder);
  const mit = files.filter((file) => /mit/i.test(file));
  const others = files.filter((file) => !/apache|unlicense|zlib|boost|bsd/i.test(file));
  const chosen = mayBeMit ? (mit.length > 0 ? mit : others) : files;
  if (chosen.length > 0) {
    return chosen.map((file) =>
      readFileSync(file, "utf8")
        .replaceAll("\r\n", "\n")
        .replace(/^\n+|\s+$/g, ""),
    );
  }
  if (!mayBeMit)
    throw new Error(`${name} (${licence || "no licence"}) must include its licence text`);
  const holder = holders.join(", ") || `the authors of ${name}`;
  const [, permission] = readFileSync(join(root, "LICENSE"), "utf8").split(/(?=^Permission )/m);
  return [`MIT License\n\nCopyright (c) ${holder}\n\n${permission?.trimEnd()}`];
}

/** @param {string} folder */
function licenceFiles(folder) {
  if (!existsSync(folder)) return [];
  // A crate of the standard library has its licence in the parent folder.
  for (const place of folder.includes("rustlib") ? [folder, dirname(folder)] : [folder]) {
    const names = readdirSync(place, { withFileTypes: true })
      .filter((entry) => entry.isFile() && /^(licen[cs]e|copying|notice)/i.test(entry.name))
      .map((entry) => join(place, entry.name));
    if (names.length > 0) return names.sort();
  }
  return [];
}
