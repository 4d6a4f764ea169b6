// Finds the remembered uploads that an uploader may list, resume or abort. Several people may share a browser, so an
// entry belongs to an owner, who is never stored in plain text, because the next person could read it.

import { hex } from "./objects.js";
import { resolved } from "./options.js";
import { entries } from "./storage.js";

/** @typedef {import("./storage.js").Entry} Entry */
/** @typedef {import("./options.js").Options} Options */

/**
 * Computes a hash by FNV-1a, which is good enough because other properties are compared too.
 *
 * @param {Iterable<number>} bytes
 * @param {number} [hash] of the bytes before
 */
export function hashOf(bytes, hash = 0x811c9dc5) {
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

/** @param {string} text */
const bytesOf = (text) => new TextEncoder().encode(text);

/**
 * Returns what all entries of an uploader have in common: the hash of its owner and, in `way`, the hash of everything
 * that decides where a file is sent. The owner is part of `way` too, so that a version without owners does not find the
 * entries of one. Must only be called if the options have `hasMark`.
 *
 * @param {Options} options
 * @returns {Promise<Pick<Entry, "owner" | "way">>}
 */
export async function markOf({ endpoint, endpointName, props, owner }) {
  const where = typeof endpoint === "string" ? endpoint : [endpointName];
  /** @type {unknown[]} */
  const way = [where, props];
  /** @type {string | undefined} */
  let hash;
  if (owner !== undefined) {
    const text = bytesOf(`ittybit-uploader ${owner}`);
    hash = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", text)));
    way.push(hash);
  }
  return { owner: hash, way: hashOf(bytesOf(JSON.stringify(way))) };
}

/**
 * Returns whether requests about an upload may be sent with this page's credentials. The core checks the answer of an
 * app's function by the same rule.
 *
 * @param {Entry} entry
 * @param {Options} options
 */
export function isSafe({ endpoint, uploadId }, { origins }) {
  if (uploadId === undefined) return true;
  if (endpoint === undefined || /^\.{0,2}$/.test(uploadId)) return false;
  return origins.split(" ").some((origin) => endpoint.startsWith(`${origin}/`));
}

/**
 * Returns the entries of these options' owner or, without an owner, the entries that have none.
 *
 * @param {Options} options
 */
export async function ownEntries(options) {
  if (!options.hasMark) return [];
  const { owner, way } = await markOf(options);
  const own = (await entries()).filter((entry) => entry.owner === owner);
  for (const entry of own) {
    // Earlier versions only stored an endpoint that a function had returned.
    if (entry.way === way && typeof options.endpoint === "string") {
      entry.endpoint ??= resolved(options.endpoint);
    }
  }
  return own;
}

/**
 * Returns the entries that an uploader with these options can resume.
 *
 * @param {Options} options
 */
export async function resumableEntries(options) {
  const { way } = await markOf(options);
  return (await ownEntries(options)).filter((entry) => entry.way === way && isSafe(entry, options));
}

/**
 * Returns what the core needs of an entry to resume or abort its upload.
 *
 * @param {Entry} entry
 */
export function savedOf({ id, file, endpoint, uploadId, partSize }) {
  const [name, , , type] = file;
  return { key: id, name, type, endpoint, uploadId, partSize };
}
