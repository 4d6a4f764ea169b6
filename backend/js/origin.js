// Whose page asks. A browser says so with every request, and no page can change what it says; a
// program that is no browser has no visitor's cookies to misuse. The order of the questions is that of
// Go's `net/http.CrossOriginProtection`.

import { Refusal } from "./refusal.js";
import { isPrivate } from "./url.js";

/** What a page of another origin may send without being asked about. */
const usualHeaders = "content-type, idempotency-key";

/** RFC 9110, 5.6.2: names of headers, with commas between. */
const headerNames = /^[\w!#$%&'*+.^`|~-]+(\s*,\s*[\w!#$%&'*+.^`|~-]+)*$/;

/**
 * Origins as an option has them, each checked.
 *
 * @param {readonly string[]} origins
 */
export function readOrigins(origins) {
  for (const origin of origins) {
    const url = URL.canParse(origin) ? new URL(origin) : undefined;
    if (url?.origin !== origin || !isPrivate(url)) {
      throw new TypeError(
        `\`origins\` has ${JSON.stringify(origin)}, which is no origin like https://app.example.com`,
      );
    }
  }
  return new Set(origins);
}

/**
 * Whether a page of an origin that is allowed, though it is not this server's own, asks. Throws where
 * nobody may.
 *
 * @param {Request} request
 * @param {Set<string>} origins
 * @returns {string | undefined} its origin
 */
export function foreignOrigin({ headers, url }, origins) {
  const site = headers.get("sec-fetch-site");
  if (site === "same-origin" || site === "none") return undefined;
  const origin = headers.get("origin");
  if (origin !== null && origins.has(origin)) return origin;
  if (site === null) {
    if (origin === null) return undefined;
    const host = headers.get("host") ?? new URL(url).host;
    if (URL.canParse(origin) && new URL(origin).host === host) return undefined;
  }
  throw new Refusal(403, "Uploads are taken from this app's own pages only.");
}

/**
 * Lets the page that asked read the answer.
 *
 * @param {Response} response
 * @param {string | undefined} origin
 */
export function allow(response, origin) {
  if (origin === undefined) return response;
  const allowed = new Response(response.body, response);
  allowed.headers.set("access-control-allow-origin", origin);
  allowed.headers.set("access-control-allow-credentials", "true");
  allowed.headers.set("access-control-expose-headers", "retry-after");
  allowed.headers.append("vary", "origin");
  return allowed;
}

/**
 * Answers a browser that asks whether a page of another origin may ask.
 *
 * @param {Request} request
 */
export function preflight({ headers }) {
  const asked = headers.get("access-control-request-headers") ?? "";
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, POST, DELETE",
      "access-control-allow-headers": headerNames.test(asked)
        ? `${usualHeaders}, ${asked}`
        : usualHeaders,
      // In seconds: as long as any browser remembers it.
      "access-control-max-age": "7200",
    },
  });
}
