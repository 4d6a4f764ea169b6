// Whether a page may ask at all, and how one of another origin is answered.
//
// A browser says where a request comes from (`Sec-Fetch-Site`, `Origin`), and no page can make it lie. So
// no page of a stranger can have a signed-in person's browser upload anything. The algorithm is that of
// Go's `net/http.CrossOriginProtection`. What is no browser sends neither header, and is let through:
// it has nobody's cookies but its own.

import { Refusal } from "./refusal.js";
import { isLoopback, parseUrl } from "./url.js";

const MOST_HEADERS = 64;

/**
 * @param {readonly string[]} origins of other pages that may ask
 * @throws {TypeError}
 */
export function checkOrigins(origins) {
  if (!Array.isArray(origins)) throw new TypeError("`origins` must be an array");
  for (const origin of origins) {
    const url = typeof origin === "string" ? parseUrl(origin) : undefined;
    const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url));
    if (!isSafe || url?.origin !== origin) {
      throw new TypeError(
        `\`origins\` has an entry that is none: ${JSON.stringify(origin)}. An origin is "https://host" ` +
          'or "https://host:port", in lower case (http: only on this machine)',
      );
    }
  }
  return new Set(origins);
}

/**
 * @param {Request} request
 * @param {ReadonlySet<string>} origins
 */
export function checkOrigin({ headers, url }, origins) {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  if (site === "same-origin" || site === "none") return;
  if (origin && origins.has(origin)) return;
  // Where a platform hides the header, it is what the URL was made of.
  const host = headers.get("host") ?? parseUrl(url)?.host;
  if (!site && (!origin || parseUrl(origin)?.host === host)) return;
  throw new Refusal(403, "Uploads are taken from this app's own pages only.");
}

/**
 * What an answer to a page of another origin needs, so that its script may read it.
 *
 * @param {Request} request
 * @param {ReadonlySet<string>} origins
 * @returns {Record<string, string>}
 */
export function corsHeaders({ headers }, origins) {
  const origin = headers.get("origin");
  if (!origin || !origins.has(origin)) return {};
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "retry-after",
    vary: "origin",
  };
}

/** @param {Request} request */
export function isPreflight({ method, headers }) {
  return method === "OPTIONS" && headers.has("access-control-request-method");
}

/** @param {Request} request */
export function answerPreflight({ headers }) {
  const asked = (headers.get("access-control-request-headers") ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name) && name !== "*");
  const allowed = new Set(["content-type", "idempotency-key", ...asked.slice(0, MOST_HEADERS)]);
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, POST, DELETE",
      "access-control-allow-headers": [...allowed].join(", "),
      "access-control-max-age": "7200",
    },
  });
}
