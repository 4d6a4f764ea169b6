// With which properties an upload is created: those that the app grants, and of those that a page
// wishes for the ones that the app lets it set.

import { isObject } from "./body.js";
import { badRequest } from "./refusal.js";

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
  workflow_id: { is: isText, what: "text" },
  metadata: {
    is: (/** @type {unknown} */ value) => isObject(value) && Object.values(value).every(isNote),
    what: "an object of text, numbers and booleans",
  },
  filename: { is: isText, what: "text" },
  alias: { is: isText, what: "text" },
  conditions: { is: (/** @type {unknown} */ value) => value !== undefined, what: "JSON" },
};

const names = /** @type {(keyof typeof properties)[]} */ (Object.keys(properties));
const protocols = ["simple", "resumable", "multipart"];

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
  for (const name of names) {
    const value = wishes[name];
    if (value == null) continue;
    if (allowed.has(name)) {
      if (!properties[name].is(value)) {
        throw badRequest(`\`props.${name}\` is not ${properties[name].what}.`);
      }
      taken[name] = value;
    } else if (name === "metadata" && isObject(value)) {
      const notes = Object.entries(value).filter(([note]) => allowed.has(`metadata.${note}`));
      const wrong = notes.find(([, note]) => !isNote(note));
      if (wrong) {
        throw badRequest(`\`props.metadata.${wrong[0]}\` is not text, a number or a boolean.`);
      }
      if (notes.length > 0) taken.metadata = Object.fromEntries(notes);
    }
  }
  return taken;
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
    const isRight =
      name === "protocol"
        ? protocols.includes(value)
        : name === "part_size"
          ? Number.isSafeInteger(value) && value > 0
          : properties[/** @type {keyof typeof properties} */ (name)]?.is(value);
    if (!isRight) throw new TypeError(`what \`authorize\` granted has a wrong \`${name}\``);
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
