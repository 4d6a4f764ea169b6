// Reads the settings of a store, from code or from environment variables, and checks them before
// anything is signed.

import { isKind } from "./checksums.js";
import { howToMakeASecret, isSecret } from "./keys.js";
import { isPrivate, readServer, withoutEnd } from "./url.js";

/** In seconds. The request must begin within that time, but may end later. */
const defaultPartUrlTtl = 900;

/**
 * Settings that were checked.
 *
 * @typedef {object} Settings
 * @property {string} bucket the bucket's URL for this server
 * @property {string} publicBucket the bucket's URL for pages
 * @property {string} bucketName
 * @property {string} region
 * @property {string} accessKeyId
 * @property {string} secretAccessKey
 * @property {string | undefined} sessionToken
 * @property {string} prefix
 * @property {number} partUrlTtl in seconds
 * @property {readonly [string, ...string[]]} uploadSecrets newest first
 * @property {"service" | "own"} handover
 * @property {"attachment" | "inline"} contentDisposition
 * @property {import("./index.d.ts").Checksums} checksums
 */

/** @param {string} message */
const wrong = (message) => new TypeError(`\`storage\`: ${message}`);

const isWord = (/** @type {unknown} */ text) =>
  typeof text === "string" && /^[\x21-\x7e]+$/.test(text);

/**
 * @param {import("./index.d.ts").StorageSettings} settings
 * @returns {Settings}
 */
export function readStorage({
  endpoint,
  publicEndpoint,
  region,
  bucket,
  accessKeyId,
  secretAccessKey,
  sessionToken,
  pathStyle = endpoint !== undefined,
  prefix = "uploads/",
  partUrlTtl = defaultPartUrlTtl,
  uploadSecret,
  handover = "service",
  contentDisposition = "attachment",
  checksums = "crc32c",
}) {
  if (![region, accessKeyId, secretAccessKey, sessionToken ?? "none"].every(isWord)) {
    throw wrong("region and credentials must each be one word of visible ASCII characters");
  }
  if (typeof bucket !== "string" || !/^[\w.-]{3,}$/.test(bucket)) {
    throw wrong("the bucket's name must have at least three letters, digits, `-`, `.` or `_`");
  }
  const server = readServer(endpoint ?? `https://s3.${region}.amazonaws.com`);
  if (!server) {
    throw wrong("`endpoint` must be an http: or https: URL without a user name or query");
  }
  const publicServer = readServer(publicEndpoint ?? server.href);
  if (!publicServer || !isPrivate(publicServer)) {
    throw wrong(
      "the store's public endpoint must be an https: URL (http: only on this machine), because pages send their files to it",
    );
  }
  if (!Number.isInteger(partUrlTtl) || partUrlTtl < 1 || partUrlTtl > 604_800) {
    throw wrong("`partUrlTtl` must be a number of seconds from 1 to 604800");
  }
  // URL parsers remove dot segments, but signatures include them.
  const isOutside = (/** @type {string} */ part) => part === "." || part === "..";
  const isText = typeof prefix === "string" && !/[\p{Cc}\p{Surrogate}]/u.test(prefix);
  if (!isText || prefix.split("/").some(isOutside)) {
    throw wrong(
      "`prefix` must not have control characters, lone surrogates, or `.` or `..` between slashes",
    );
  }
  if (!["service", "own"].includes(handover)) throw wrong("`handover` must be `service` or `own`");
  if (!["attachment", "inline"].includes(contentDisposition)) {
    throw wrong("`contentDisposition` must be `attachment` or `inline`");
  }
  if (!isKind(checksums)) {
    throw wrong("`checksums` (S3_CHECKSUMS) must be `crc32c`, `md5` or `none`");
  }
  const urlOf = (/** @type {URL} */ { protocol, host, pathname }) => {
    const path = withoutEnd(pathname);
    return pathStyle
      ? `${protocol}//${host}${path}/${bucket}`
      : `${protocol}//${bucket}.${host}${path}`;
  };
  return {
    bucket: urlOf(server),
    publicBucket: urlOf(publicServer),
    bucketName: bucket,
    ...{ region, accessKeyId, secretAccessKey, sessionToken, prefix, partUrlTtl, handover },
    ...{ contentDisposition, checksums },
    uploadSecrets: secretsOf(uploadSecret, secretAccessKey),
  };
}

/**
 * Returns the secrets with which ids are sealed, newest first. No error contains a secret.
 *
 * @param {unknown} given
 * @param {string} secretAccessKey is used if none is given
 * @returns {readonly [string, ...string[]]}
 */
function secretsOf(given, secretAccessKey) {
  if (given === undefined) {
    if (isSecret(secretAccessKey)) return [secretAccessKey];
    throw wrong(
      `\`uploadSecret\` (UPLOAD_SECRET) must be set, because the store's secret key has fewer than 32 bytes; ${howToMakeASecret}`,
    );
  }
  const [newest, ...older] = Array.isArray(given) ? given : [given];
  if (isSecret(newest) && older.every(isSecret)) return [newest, ...older];
  throw wrong(
    `\`uploadSecret\` (UPLOAD_SECRET) must be a secret, or a list of them; ${howToMakeASecret}`,
  );
}

/**
 * @param {Record<string, string | undefined>} env
 * @returns {import("./index.d.ts").StorageSettings | undefined}
 */
export function storageFromEnv(env) {
  /** @param {string[]} names */
  const first = (...names) => {
    for (const name of names) {
      const text = env[name]?.trim();
      if (text) return text;
    }
    return undefined;
  };
  /** @param {string[]} names */
  const needed = (...names) => {
    const text = first(...names);
    if (text === undefined) throw new TypeError(`${names[0]} must be set, because S3_BUCKET is`);
    return text;
  };
  const bucket = first("S3_BUCKET");
  if (bucket === undefined) return undefined;
  const style = first("S3_URL_STYLE");
  if (style !== undefined && style !== "path" && style !== "virtual-host") {
    throw new TypeError("S3_URL_STYLE must be `path` or `virtual-host`");
  }
  const ttl = first("S3_PART_URL_TTL");
  if (ttl !== undefined && !/^\d{1,6}$/.test(ttl)) {
    throw new TypeError("S3_PART_URL_TTL must be a number of seconds from 1 to 604800");
  }
  return {
    bucket,
    region: needed("S3_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"),
    endpoint: first("S3_ENDPOINT", "AWS_ENDPOINT_URL_S3"),
    publicEndpoint: first("S3_PUBLIC_ENDPOINT"),
    accessKeyId: needed("S3_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID"),
    secretAccessKey: needed("S3_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY"),
    // The session token belongs to the credentials with AWS's names.
    sessionToken: first("S3_ACCESS_KEY_ID") === undefined ? first("AWS_SESSION_TOKEN") : undefined,
    pathStyle: style === undefined ? undefined : style === "path",
    prefix: first("S3_PREFIX"),
    // readStorage() checks it.
    checksums: /** @type {any} */ (first("S3_CHECKSUMS")),
    partUrlTtl: ttl === undefined ? undefined : Number(ttl),
    uploadSecret: first("UPLOAD_SECRET")
      ?.split(",")
      .map((secret) => secret.trim()),
  };
}
