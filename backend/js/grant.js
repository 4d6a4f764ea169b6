// The properties with which an upload is created: those that the app grants, and those of the page that
// the app allows.

import { isObject } from "./body.js";
import { isOwner } from "./owner.js";
import { badRequest } from "./refusal.js";
import { wrongFilename } from "./request.js";

/**
 * @typedef {import("./index.d.ts").Grant} Grant
 * @typedef {import("./index.d.ts").UploadProperties} UploadProperties
 */

const isText = (/** @type {unknown} */ value) => typeof value === "string";

/** Returns whether a value can be a note, which has one level. */
const isNote = (/** @type {unknown} */ value) =>
  isText(value) || typeof value === "boolean" || Number.isFinite(value);

/** The properties, in the order of the service's documentation and of the Rust crate. */
const properties = {
  workflow_id: isText,
  metadata: (/** @type {unknown} */ value) => isObject(value) && Object.values(value).every(isNote),
  filename: isText,
  alias: isText,
  conditions: (/** @type {unknown} */ value) => value !== undefined,
};

const names = /** @type {(keyof typeof properties)[]} */ (Object.keys(properties));
const protocols = ["simple", "resumable", "multipart"];

/** The terms of a grant that are only for the handler. */
const ownTerms = {
  owner: isOwner,
  protocol: (/** @type {unknown} */ value) => protocols.includes(String(value)),
  part_size: (/** @type {unknown} */ value) => Number.isSafeInteger(value) && Number(value) > 0,
};

/** @type {Record<string, (value: unknown) => boolean>} */
const terms = { ...properties, ...ownTerms };

/**
 * Checks the names in the option `props`.
 *
 * @param {unknown} props
 * @returns {ReadonlySet<string>}
 */
export function readPageProps(props = []) {
  const list = Array.isArray(props) ? props : [props];
  const unknown = list.find(
    (name) => !(names.includes(name) || (isText(name) && /^metadata\../.test(name))),
  );
  if (unknown !== undefined) {
    throw new TypeError(
      `\`props\` must only have ${names.join(", ")} or metadata.NAME, not ${JSON.stringify(unknown)}`,
    );
  }
  return new Set(list);
}

/**
 * Returns the properties that the page may set, and ignores all others.
 *
 * @param {Record<string, unknown>} props
 * @param {ReadonlySet<string>} allowed
 * @returns {UploadProperties}
 */
export function pageProperties(props, allowed) {
  /** @type {Record<string, unknown>} */
  const found = {};
  for (const name of ["workflow_id", "filename", "alias"]) {
    const value = allowed.has(name) ? props[name] : undefined;
    if (value === undefined) continue;
    if (typeof value !== "string") throw badRequest(`\`props.${name}\` is not text.`);
    const wrong = name === "filename" && wrongFilename(value);
    if (wrong) throw badRequest(`\`props.filename\` ${wrong}`);
    found[name] = value;
  }
  if (allowed.has("conditions") && props.conditions != null) found.conditions = props.conditions;
  const notes = pageNotes(props.metadata, allowed);
  if (notes.length > 0) found.metadata = Object.fromEntries(notes);
  return found;
}

/**
 * @param {unknown} metadata
 * @param {ReadonlySet<string>} allowed
 */
function pageNotes(metadata, allowed) {
  const isAllowed = (/** @type {string} */ note) =>
    allowed.has("metadata") || allowed.has(`metadata.${note}`);
  const mayHaveSome = [...allowed].some((name) => /^metadata(\.|$)/.test(name));
  if (metadata === undefined || !mayHaveSome) return [];
  if (!isObject(metadata)) throw badRequest("`props.metadata` is not an object.");
  const notes = Object.entries(metadata).filter(([note]) => isAllowed(note));
  const wrong = notes.find(([, note]) => !isNote(note));
  if (wrong) {
    throw badRequest(`\`props.metadata.${wrong[0]}\` is not text, a number or a boolean.`);
  }
  return notes;
}

/**
 * Checks what the app grants. A mistake in it is the app's, so it throws an error instead of a refusal.
 *
 * @param {unknown} grant
 * @returns {Grant}
 */
export function readGrant(grant) {
  if (grant === true) return {};
  if (!isObject(grant)) throw new TypeError("`authorize` must return true or an object");
  for (const [name, value] of Object.entries(grant)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(terms, name)) {
      throw new TypeError(`\`authorize\` must not grant \`${name}\`, which is no property`);
    }
    if (!terms[name]?.(value)) throw new TypeError(`\`authorize\` must grant a valid \`${name}\``);
  }
  return grant;
}

/**
 * Merges the properties of an upload. Granted ones take precedence, in metadata for each note. Their
 * order is always the same, so that the same grant has the same JSON.
 *
 * @param {Grant} granted
 * @param {UploadProperties} requested
 * @returns {UploadProperties}
 */
export function merged(granted, requested) {
  /** @type {Record<string, any>} */
  const all = { ...requested, ...defined(granted) };
  if (requested.metadata || granted.metadata) {
    const notes = { ...requested.metadata, ...granted.metadata };
    all.metadata = Object.fromEntries(Object.entries(notes).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return Object.fromEntries(
    names.filter((name) => all[name] !== undefined).map((name) => [name, all[name]]),
  );
}

/** @param {object} object */
const defined = (object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
