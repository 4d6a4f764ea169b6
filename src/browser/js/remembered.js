// Whose is what this browser remembers, and what of it an uploader may list, go on with or give up.
// Several people may share a browser, so an entry is somebody's: never in plain text, for the next
// person can look.

import { hex } from "./objects.js";
import { resolved } from "./options.js";
import { entries } from "./storage.js";

/** @typedef {import("./storage.js").Entry} Entry */
/** @typedef {import("./options.js").Options} Options */

/**
 * FNV-1a: together with all else that is compared, as good as any hash.
 *
 * @param {Iterable<number>} bytes
 * @param {number} [hash] of what comes before
 */
export function hashOf(bytes, hash = 0x811c9dc5) {
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

/** @param {string} text */
const bytesOf = (text) => new TextEncoder().encode(text);

/**
 * What an uploader's entries have in common: the hash of its owner and, in `way`, that of all that
 * decides where a file goes. A version that knows no owners finds none of an owner's entries, because
 * their way is another. Only to be asked for where options say that they have one.
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
 * Whether an upload may be asked about with this page's credentials. The core says the same of what an
 * app's function answers.
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
 * All that is remembered of the owner of these options or, where they have none, of nobody.
 *
 * @param {Options} options
 */
export async function ownEntries(options) {
  if (!options.hasMark) return [];
  const { owner, way } = await markOf(options);
  const own = (await entries()).filter((entry) => entry.owner === owner);
  for (const entry of own) {
    // Earlier versions only remembered where a function has said to go on.
    if (entry.way === way && typeof options.endpoint === "string") {
      entry.endpoint ??= resolved(options.endpoint);
    }
  }
  return own;
}

/**
 * What of it an uploader with these options can go on with.
 *
 * @param {Options} options
 */
export async function resumableEntries(options) {
  const { way } = await markOf(options);
  return (await ownEntries(options)).filter((entry) => entry.way === way && isSafe(entry, options));
}

/**
 * Returns what the core needs of an entry to continue its upload, or to end it for good.
 *
 * @param {Entry} entry
 */
export function savedOf({ id, file, endpoint, uploadId, partSize }) {
  const [name, , , type] = file;
  return { key: id, name, type, endpoint, uploadId, partSize };
}
