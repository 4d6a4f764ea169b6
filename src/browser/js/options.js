// Reads and checks the options of an upload or a queue once, before anything starts. In JavaScript, because every page
// loads these checks, and they would be three times as large in wasm.

import { toJson } from "./objects.js";
import { smallest } from "./take.js";

/**
 * Checked options. The core has the defaults of those that only it needs.
 *
 * @typedef {ReturnType<typeof readOptions>} Options
 */

/**
 * Reads and checks options. Throws a `TypeError` that names the invalid option, and not an `UploadError`, because the
 * mistake is the developer's.
 *
 * @param {any} options
 */
export function readOptions(options) {
  if (!isObject(options)) throw wrong("options must be an object with an `endpoint`");
  const { endpoint, props, signal } = options;
  if (/^\w+:\/*[^/?#]*@/.test(endpoint)) {
    throw wrong("options.endpoint must have no password in it. Send one in options.headers");
  }
  const address = typeof endpoint === "string" && endpoint ? resolved(endpoint) : undefined;
  if (typeof endpoint !== "function" && !address) {
    throw wrong("options.endpoint must be the URL of your backend's route, or a function");
  }
  const headers = options.headers ?? undefined;
  const problem = typeof headers === "function" ? "" : headerProblem(headers);
  if (problem) throw wrong(problem);
  const credentials = options.credentials ?? "same-origin";
  if (!["same-origin", "include", "omit"].includes(credentials)) {
    throw wrong("options.credentials must be 'same-origin', 'include' or 'omit'");
  }
  if (props != null && !(isObject(props) && isJson(props))) {
    throw wrong("options.props must be an object that JSON can write");
  }
  if (signal != null && !(signal instanceof AbortSignal)) {
    throw wrong("options.signal must be an AbortSignal");
  }
  for (const name of ["shouldRetry", "onProgress", "onRetry"]) {
    if (options[name] != null && typeof options[name] !== "function") {
      throw wrong(`options.${name} must be a function`);
    }
  }
  const remember = options.remember ?? true;
  if (typeof remember !== "boolean") throw wrong("options.remember must be true or false");
  const endpoints = options.endpoints ?? [];
  if (!Array.isArray(endpoints) || !endpoints.every(isOrigin)) {
    throw wrong("options.endpoints must be an array of origins, as 'https://api.example.com'");
  }
  const owner = string(options, "owner") || undefined;
  const endpointName = string(options, "endpointName") || undefined;
  // Without `crypto.subtle`, which plain `http:` pages lack, an owner would have to be stored in plain text.
  const hasMark = owner === undefined || Boolean(globalThis.crypto?.subtle);
  // Functions without a name can't be told apart.
  const remembers = remember && hasMark && (address !== undefined || endpointName !== undefined);
  const retryDelays = options.retryDelays ?? undefined;
  const delays = retryDelays ?? [];
  if (!Array.isArray(delays) || !delays.every(isNumber)) {
    throw wrong("options.retryDelays must be an array of milliseconds");
  }
  const restrictions = options.restrictions ?? {};
  const types = restrictions.allowedFileTypes ?? [];
  if (!Array.isArray(types)) {
    throw wrong("options.restrictions.allowedFileTypes must be an array of types");
  }
  return {
    endpoint,
    headers,
    credentials,
    props: props ?? undefined,
    owner,
    endpointName,
    hasMark,
    remembers,
    /** In bytes: the smallest file that is remembered. */
    remembersFrom: remembers ? smallest : Infinity,
    // Where cookies and headers may be sent. An endpoint that is a URL is trusted, because the app sets it.
    origins: [
      globalThis.origin,
      ...endpoints,
      ...(address === undefined ? [] : [originOf(address)]),
    ].join(" "),
    // Whether the page, or the page that it is embedded in, was loaded over plain `http:`.
    isPlainHttp: /^http:/.test(globalThis.origin),
    /** The endpoint, if it is a URL. */
    url: address,
    propsJson: props == null ? undefined : toJson(props),
    signal: signal ?? undefined,
    fieldName: string(options, "fieldName"),
    filename: string(options, "filename"),
    shouldRetry: options.shouldRetry ?? undefined,
    retryDelays,
    allowedFileTypes: types.map((type) => String(type).trim().toLowerCase()).join(),
    autoProceed: Boolean(options.autoProceed),
    ...numbers(options, ["chunkSize", "stallTimeout", "responseTimeout", "limit", "parallelParts"]),
    ...numbers(restrictions, [
      ...["maxFileSize", "minFileSize", "maxTotalFileSize"],
      ...["maxNumberOfFiles", "minNumberOfFiles"],
    ]),
  };
}

/**
 * Returns what the page passed as the file, and throws a `TypeError` for anything but a `File` or a `Blob`. Does not use
 * `instanceof`, because the file may belong to another window.
 *
 * @param {any} file
 */
export function readFile(file) {
  if (/^(File|Blob)$/.test(file?.[Symbol.toStringTag])) return file;
  throw wrong("file must be a File or a Blob");
}

/**
 * @param {{ filename?: string | undefined }} options
 * @param {Blob} file
 * @returns {string}
 */
export function fileName({ filename }, file) {
  const { name } = /** @type {Partial<File>} */ (file);
  // Browsers use this name in forms.
  return filename ?? (typeof name === "string" ? name : "blob");
}

/**
 * @param {unknown} value
 * @returns {boolean}
 */
function isObject(value) {
  return typeof value === "object" && value !== null;
}

/**
 * Returns an endpoint's URL as a browser resolves it, or an empty string if a browser would refuse a request to it.
 *
 * @param {string} endpoint
 */
export function resolved(endpoint) {
  try {
    return new Request(endpoint).url;
  } catch {}
  try {
    // A page may have a password in its URL, but the URL of a request may not.
    const base = globalThis.location.href.replace(/\/\/[^/]*@/, "//");
    return new Request(new URL(endpoint, base)).url;
  } catch {
    return "";
  }
}

/**
 * Returns what is wrong with an app's headers, or an empty string if they can be sent. Never quotes the browser's error,
 * because some browsers repeat the value, which may be secret.
 *
 * @param {any} [headers]
 */
export function headerProblem(headers = {}) {
  const canBeSent = (/** @type {HeadersInit} */ given) => {
    try {
      return Boolean(new Headers(given));
    } catch {
      return false;
    }
  };
  if (isObject(headers) && canBeSent(headers)) return "";
  const [bad] = Object.entries(headers ?? {}).filter((pair) => !canBeSent([pair]));
  return bad && isObject(headers)
    ? `options.headers must give "${bad[0]}" a name and a value in Latin-1, without line breaks`
    : "options.headers must be an object of names and values, or a function";
}

/** @param {string} url */
function originOf(url) {
  try {
    return new URL(url).origin;
  } catch {
    return "";
  }
}

/** @param {unknown} value */
const isOrigin = (value) =>
  typeof value === "string" && /^https?:[^*]+$/.test(value) && originOf(value) === value;

/** @param {unknown} value */
const isNumber = (value) => typeof value === "number" && value >= 0;

/** @param {unknown} value */
function isJson(value) {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}

/**
 * @param {any} options
 * @param {string[]} names
 * @returns {Record<string, number | undefined>}
 */
function numbers(options, names) {
  return Object.fromEntries(
    names.map((name) => {
      const value = options[name] ?? undefined;
      if (value === undefined || isNumber(value)) return [name, value];
      throw wrong(`options.${name} must be a number, 0 or above`);
    }),
  );
}

/**
 * @param {any} options
 * @param {string} name
 * @returns {string | undefined}
 */
function string(options, name) {
  const value = options[name] ?? undefined;
  if (value !== undefined && typeof value !== "string")
    throw wrong(`options.${name} must be a string`);
  return value;
}

/** @param {string} should */
const wrong = (should) => new TypeError(`ittybit-uploader: ${should}.`);
