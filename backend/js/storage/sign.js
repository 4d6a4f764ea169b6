// Signed URLs of a store: each is a right to do one thing for a while, so none is logged.
//
// The signature itself is aws4fetch's (AWS Signature Version 4, in the query).

import { AwsV4Signer } from "aws4fetch";

import { LONGEST_URL_TTL } from "./settings.js";

/** The header that a part's CRC32C comes in, base64 of four bytes in big-endian order. */
export const CHECKSUM_HEADER = "x-amz-checksum-crc32c";

/** A URL for reading is signed as of the hour, so that it is the same when asked again. ms. */
const READ_URL_STEP = 60 * 60 * 1000;

/**
 * @typedef {object} What is allowed
 * @property {string} method
 * @property {string} object
 * @property {number} ttl seconds
 * @property {Record<string, string>} [query]
 * @property {Record<string, string>} [headers] that have to come with the request, exactly so
 * @property {number} [time] ms since 1970 from which it works
 */

export class Signer {
  #settings;
  /** aws4fetch's derived keys, one a day. @type {Map<string, ArrayBuffer>} */
  #keys = new Map();

  /** @param {import("./settings.js").CheckedSettings} settings */
  constructor(settings) {
    this.#settings = settings;
  }

  /**
   * As this server itself reaches the store.
   *
   * @param {What} what
   */
  url(what) {
    return this.#sign(this.#settings.endpoint, what);
  }

  /**
   * As pages reach it.
   *
   * @param {What} what
   */
  publicUrl(what) {
    return this.#sign(this.#settings.publicEndpoint, what);
  }

  /**
   * The URL that one part of exactly `size` bytes may be sent to. The size is signed: a browser sends a
   * `Content-Length` by itself, and one that differs is refused. So is another checksum than this one.
   *
   * @param {{ object: string, uploadId: string }} upload
   * @param {number} number
   * @param {number} size
   * @param {string} checksum
   */
  partUrl({ object, uploadId }, number, size, checksum) {
    return this.publicUrl({
      ...{ method: "PUT", object, ttl: this.#settings.partUrlTtl },
      query: { partNumber: String(number), uploadId },
      headers: { "content-length": String(size), [CHECKSUM_HEADER]: checksum },
    });
  }

  /**
   * A URL that anyone can read the object from, for almost seven days.
   *
   * @param {string} object
   */
  readUrl(object) {
    const time = Math.floor(Date.now() / READ_URL_STEP) * READ_URL_STEP;
    return this.publicUrl({ method: "GET", object, ttl: LONGEST_URL_TTL, time });
  }

  /**
   * @param {URL} endpoint
   * @param {What} what
   */
  async #sign(endpoint, { method, object, ttl, query = {}, headers = {}, time = Date.now() }) {
    const { bucket, pathStyle, region, accessKeyId, secretAccessKey, sessionToken } =
      this.#settings;
    const url = new URL(endpoint);
    const base = url.pathname.replace(/\/+$/, "");
    if (!pathStyle) url.host = `${bucket}.${url.host}`;
    url.pathname = [base + (pathStyle ? `/${bucket}` : ""), ...object.split("/").map(encode)].join(
      "/",
    );
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    url.searchParams.set("X-Amz-Expires", String(ttl));
    const signer = new AwsV4Signer({
      ...{ method, url: url.href, headers, region, accessKeyId, secretAccessKey },
      ...(sessionToken !== undefined && { sessionToken }),
      ...{ service: "s3", signQuery: true, allHeaders: true, cache: this.#keys },
      datetime: new Date(time).toISOString().replace(/[:-]|\.\d+/g, ""),
    });
    return (await signer.sign()).url.href;
  }
}

/** As RFC 3986 has it. @param {string} text */
function encode(text) {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
