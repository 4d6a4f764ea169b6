// How a store is described: in code, or by the environment. What cannot work is found out before
// anything is signed.

import { mayCarrySecrets, parseUrl } from "../url.js";

/** @typedef {import("../../../pkg-config/entries/server.js").StorageSettings} StorageSettings */

/** The longest that a signed URL can work: seven days, in signature version 4. Seconds. */
export const LONGEST_URL_TTL = 7 * 24 * 60 * 60;

/**
 * How long the URL of a part works, unless told otherwise. It has to be used, not used up, by then: a part
 * that is on its way is let through. Seconds.
 */
const PART_URL_TTL = 15 * 60;

const NAMES = new Set([
  ...["endpoint", "publicEndpoint", "region", "bucket", "accessKeyId", "secretAccessKey"],
  ...["sessionToken", "pathStyle", "prefix", "partUrlTtl", "uploadSecret", "handover"],
]);

/**
 * The settings with what they leave out.
 *
 * @param {StorageSettings} given
 * @throws {TypeError}
 */
export function checkSettings(given) {
  if (typeof given !== "object" || given === null) throw wrong("", "must be an object");
  const unknown = Object.keys(given).find((name) => !NAMES.has(name));
  if (unknown !== undefined) throw wrong(unknown, "is no setting of a store");
  const { region, bucket, accessKeyId, secretAccessKey, sessionToken, uploadSecret } = given;
  const { prefix = "uploads/", partUrlTtl = PART_URL_TTL, handover = "service" } = given;
  const credentials = { region, accessKeyId, secretAccessKey, sessionToken };
  for (const [name, word] of Object.entries(credentials)) {
    if (name === "sessionToken" && word === undefined) continue;
    if (typeof word !== "string" || !/^[\x21-\x7e]+$/.test(word)) {
      throw wrong(name, "must be one word of visible ASCII characters");
    }
  }
  if (typeof bucket !== "string" || !/^[a-z0-9._-]{3,}$/i.test(bucket)) {
    throw wrong("bucket", "is not a name that a bucket can have");
  }
  if (typeof prefix !== "string") throw wrong("prefix", "must be a string");
  if (uploadSecret !== undefined && (typeof uploadSecret !== "string" || uploadSecret === "")) {
    throw wrong("uploadSecret", "must be a string with something in it");
  }
  if (!Number.isInteger(partUrlTtl) || partUrlTtl < 1 || partUrlTtl > LONGEST_URL_TTL) {
    throw wrong("partUrlTtl", `must be a number of seconds from 1 to ${LONGEST_URL_TTL}`);
  }
  if (handover !== "service" && handover !== "own") {
    throw wrong("handover", 'must be "service" or "own"');
  }
  const endpoint = server(given.endpoint ?? `https://s3.${region}.amazonaws.com`, "endpoint");
  const publicEndpoint = server(given.publicEndpoint ?? endpoint.href, "publicEndpoint");
  if (!mayCarrySecrets(publicEndpoint)) {
    throw wrong(
      "publicEndpoint",
      "is where pages send their files, so it must be an https: URL (http: only on this machine)",
    );
  }
  return {
    ...{ endpoint, publicEndpoint, region, bucket, accessKeyId, secretAccessKey, sessionToken },
    pathStyle: given.pathStyle ?? given.endpoint !== undefined,
    ...{ prefix, partUrlTtl, handover },
    uploadSecret: uploadSecret ?? secretAccessKey,
  };
}

/** @typedef {ReturnType<typeof checkSettings>} CheckedSettings */

/** @type {typeof import("../../../pkg-config/entries/server.js").storageFromEnv} */
export function storageFromEnv(env) {
  /** @param {string[]} names */
  const first = (...names) => names.map((name) => env[name]?.trim()).find(Boolean);
  /** @param {[string, ...string[]]} names */
  const needed = (...names) => {
    const text = first(...names);
    if (text === undefined) throw new TypeError(`S3_BUCKET is set, but ${names[0]} is not`);
    return text;
  };
  const bucket = first("S3_BUCKET");
  if (bucket === undefined) return undefined;
  const region = needed("S3_REGION", "AWS_REGION", "AWS_DEFAULT_REGION");
  const endpoint = first("S3_ENDPOINT", "AWS_ENDPOINT_URL_S3");
  const style = first("S3_URL_STYLE");
  if (style !== undefined && style !== "path" && style !== "virtual-host") {
    throw new TypeError("S3_URL_STYLE is `path` or `virtual-host`");
  }
  const ttl = first("S3_PART_URL_TTL");
  const partUrlTtl = Number(ttl ?? PART_URL_TTL);
  if (!/^\d*$/.test(ttl ?? "") || partUrlTtl < 1 || partUrlTtl > LONGEST_URL_TTL) {
    throw new TypeError(`S3_PART_URL_TTL is a number of seconds from 1 to ${LONGEST_URL_TTL}`);
  }
  return {
    ...{ bucket, region, endpoint, partUrlTtl },
    publicEndpoint: first("S3_PUBLIC_ENDPOINT"),
    accessKeyId: needed("S3_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID"),
    secretAccessKey: needed("S3_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY"),
    // A token belongs to the credentials that it came with.
    sessionToken: first("S3_ACCESS_KEY_ID") ? undefined : first("AWS_SESSION_TOKEN"),
    pathStyle: style ? style === "path" : endpoint !== undefined,
    prefix: first("S3_PREFIX"),
    uploadSecret: first("UPLOAD_SECRET"),
  };
}

/**
 * @param {string} text
 * @param {string} name
 */
function server(text, name) {
  const url = typeof text === "string" ? parseUrl(text) : undefined;
  const isServer =
    url &&
    /^https?:$/.test(url.protocol) &&
    !(url.username || url.password || url.search || url.hash);
  if (!isServer) {
    throw wrong(name, "must be an http: or https: URL without a user name or query");
  }
  return url;
}

/**
 * @param {string} name
 * @param {string} words
 */
function wrong(name, words) {
  return new TypeError(`\`storage${name && `.${name}`}\` ${words}`);
}
