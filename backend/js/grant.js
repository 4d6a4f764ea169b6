// With which properties an upload is created: those that the app grants, and of those that a page
// wishes for the ones that the app lets it set.

import { isObject } from "./body.js";
import { isOwner } from "./owner.js";
import { badRequest } from "./refusal.js";
import { wrongFilename } from "./request.js";

/**
 * @typedef {import("./index.d.ts").Grant} Grant
 * @typedef {import("./index.d.ts").UploadProperties} UploadProperties
 */

const isText = (/** @type {unknown} */ value) => typeof value === "string";

/** Notes have one level. */
const isNote = (/** @type {unknown} */ value) =>
  isText(value) || typeof value === "boolean" || Number.isFinite(value);

/** In the order of the service's own documentation, which is that of the Rust crate too. */
const properties = {
  workflow_id: isText,
  metadata: (/** @type {unknown} */ value) => isObject(value) && Object.values(value).every(isNote),
  filename: isText,
  alias: isText,
  conditions: (/** @type {unknown} */ value) => value !== undefined,
};

const names = /** @type {(keyof typeof properties)[]} */ (Object.keys(properties));
const protocols = ["simple", "resumable", "multipart"];

/** What else an app grants, which is for the handler alone. */
const ownTerms = {
  owner: isOwner,
  protocol: (/** @type {unknown} */ value) => protocols.includes(String(value)),
  part_size: (/** @type {unknown} */ value) => Number.isSafeInteger(value) && Number(value) > 0,
};

/** @type {Record<string, (value: unknown) => boolean>} */
const terms = { ...properties, ...ownTerms };

/**
 * The names in the option `props`, checked.
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
      `\`props\` has ${JSON.stringify(unknown)}; pages may set ${names.join(", ")} or metadata.NAME`,
    );
  }
  return new Set(list);
}

/**
 * What a page may set, of what it wishes for.
 *
 * @param {Record<string, unknown>} wishes
 * @param {ReadonlySet<string>} allowed
 * @returns {UploadProperties}
 */
export function pageProperties(wishes, allowed) {
  /** @type {Record<string, unknown>} */
  const taken = {};
  for (const name of ["workflow_id", "filename", "alias"]) {
    const value = allowed.has(name) ? wishes[name] : undefined;
    if (value === undefined) continue;
    if (typeof value !== "string") throw badRequest(`\`props.${name}\` is not text.`);
    const wrong = name === "filename" && wrongFilename(value);
    if (wrong) throw badRequest(`\`props.filename\` ${wrong}`);
    taken[name] = value;
  }
  if (allowed.has("conditions") && wishes.conditions != null) taken.conditions = wishes.conditions;
  const notes = pageNotes(wishes.metadata, allowed);
  if (notes.length > 0) taken.metadata = Object.fromEntries(notes);
  return taken;
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
 * What the app grants, checked: a mistake in it is the app's own, so it is an error and no refusal.
 *
 * @param {unknown} grant
 * @returns {Grant}
 */
export function readGrant(grant) {
  if (grant === true) return {};
  if (!isObject(grant)) throw new TypeError("`authorize` must answer with true or an object");
  for (const [name, value] of Object.entries(grant)) {
    if (value === undefined) continue;
    if (!(Object.hasOwn(terms, name) && terms[name]?.(value)))
      throw new TypeError(`what \`authorize\` granted has a wrong \`${name}\``);
  }
  return grant;
}

/**
 * The properties of an upload. Granted ones win, note by note. Always in the same order, so that the
 * same grant has the same JSON.
 *
 * @param {Grant} granted
 * @param {UploadProperties} wished
 * @returns {UploadProperties}
 */
export function joined(granted, wished) {
  /** @type {Record<string, any>} */
  const all = { ...wished, ...defined(granted) };
  if (wished.metadata || granted.metadata) {
    const notes = { ...wished.metadata, ...granted.metadata };
    all.metadata = Object.fromEntries(Object.entries(notes).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return Object.fromEntries(
    names.filter((name) => all[name] !== undefined).map((name) => [name, all[name]]),
  );
}

/** @param {object} object */
const defined = (object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
