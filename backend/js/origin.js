// Determines whose page sends a request. A browser says so with every request, and a page can't change
// that. A program that isn't a browser doesn't have a visitor's cookies. The order of the checks is
// that of Go's `net/http.CrossOriginProtection`.

import { headers as noStore, Refusal } from "./refusal.js";
import { longestHeader } from "./request.js";

/** The headers that every page sends. It may send others. */
const defaultHeaders = ["content-type", "idempotency-key"];

/** The most headers that a page may ask for. No real page asks for more. */
const maxHeaders = 64;

/** Matches a header's name (RFC 9110, 5.6.2), but not an asterisk, which would allow all headers. */
const headerName = /^(?!\*$)[\w!#$%&'*+.^`|~-]+$/;

/**
 * Checks the origins in the option.
 *
 * @param {readonly string[]} origins
 */
export function readOrigins(origins) {
  for (const origin of origins) {
    const url = URL.canParse(origin) ? new URL(origin) : undefined;
    const isOfPages = url?.protocol === "https:" || url?.protocol === "http:";
    // A host's name may contain an asterisk, but a developer who writes one expects a wildcard.
    if (url?.origin !== origin || !isOfPages || origin.includes("*")) {
      throw new TypeError(
        `\`origins\` must have origins as browsers write them, like https://app.example.com, not ${JSON.stringify(origin)}`,
      );
    }
  }
  return new Set(origins);
}

/**
 * Returns the origin of a page of another origin, if that is allowed. Throws a refusal if it is not.
 *
 * @param {Request} request
 * @param {Set<string>} origins
 * @returns {string | undefined} undefined for this server's own pages, and for programs
 */
export function foreignOrigin({ headers, url }, origins) {
  const foreign = new Refusal(403, "Only this app's own pages can upload.");
  const values = ["origin", "sec-fetch-site", "host"].map((name) => headers.get(name) ?? "");
  if (values.some(({ length }) => length > longestHeader)) throw foreign;
  const origin = headers.get("origin");
  if (origin !== null && origins.has(origin)) return origin;
  // Ignores an empty header.
  const site = headers.get("sec-fetch-site") || undefined;
  if (site === "same-origin" || site === "none") return undefined;
  if (site === undefined) {
    if (!origin) return undefined;
    const host = headers.get("host") ?? new URL(url).host;
    if (URL.canParse(origin) && new URL(origin).host === host) return undefined;
  }
  throw foreign;
}

/**
 * Adds the CORS headers that let the page read the answer, and `Vary` for caches.
 *
 * @param {Response} response
 * @param {string | undefined} origin
 * @param {Set<string>} origins
 */
export function allow(response, origin, origins) {
  if (origins.size === 0) return response;
  const allowed = new Response(response.body, response);
  allowed.headers.append("vary", "origin");
  if (origin === undefined) return allowed;
  allowed.headers.set("access-control-allow-origin", origin);
  allowed.headers.set("access-control-allow-credentials", "true");
  allowed.headers.set("access-control-expose-headers", "retry-after");
  return allowed;
}

/**
 * Answers a preflight request.
 *
 * @param {Request} request
 */
export function preflight({ headers }) {
  const wanted = headers.get("access-control-request-headers") ?? "";
  const asked = (wanted.length > longestHeader ? "" : wanted)
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => headerName.test(name) && !defaultHeaders.includes(name));
  return new Response(null, {
    status: 204,
    headers: {
      ...noStore,
      "access-control-allow-methods": "GET, POST, DELETE",
      "access-control-allow-headers": [...defaultHeaders, ...asked.slice(0, maxHeaders)].join(", "),
      // In seconds. No browser keeps it for longer.
      "access-control-max-age": "7200",
    },
  });
}
