// Whose page asks. A browser says so with every request, and no page can change what it says; a
// program that is no browser has no visitor's cookies to misuse. The order of the questions is that of
// Go's `net/http.CrossOriginProtection`.

import { headers as noStore, Refusal } from "./refusal.js";
import { longestHeader } from "./request.js";

/** What pages send in any case; they may send more. */
const usualHeaders = ["content-type", "idempotency-key"];

/** Pages that send more are none. */
const mostHeaders = 64;

/** RFC 9110, 5.6.2. An asterisk alone would be taken for all. */
const headerName = /^(?!\*$)[\w!#$%&'*+.^`|~-]+$/;

/**
 * Origins as an option has them, each checked.
 *
 * @param {readonly string[]} origins
 */
export function readOrigins(origins) {
  for (const origin of origins) {
    const url = URL.canParse(origin) ? new URL(origin) : undefined;
    const isOfPages = url?.protocol === "https:" || url?.protocol === "http:";
    // An asterisk may stand in a host's name, but who writes one means something else.
    if (url?.origin !== origin || !isOfPages || origin.includes("*")) {
      throw new TypeError(
        `\`origins\` has ${JSON.stringify(origin)}: each must be an origin as browsers write it, like https://app.example.com`,
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
  const foreign = new Refusal(403, "Uploads are taken from this app's own pages only.");
  const said = ["origin", "sec-fetch-site", "host"].map((name) => headers.get(name) ?? "");
  if (said.some(({ length }) => length > longestHeader)) throw foreign;
  const origin = headers.get("origin");
  if (origin !== null && origins.has(origin)) return origin;
  // An empty header says nothing.
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
 * Lets the page that asked read the answer, and tells caches on what it depends.
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
 * Answers a browser that asks whether a page of another origin may ask.
 *
 * @param {Request} request
 */
export function preflight({ headers }) {
  const wanted = headers.get("access-control-request-headers") ?? "";
  const asked = (wanted.length > longestHeader ? "" : wanted)
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => headerName.test(name) && !usualHeaders.includes(name));
  return new Response(null, {
    status: 204,
    headers: {
      ...noStore,
      "access-control-allow-methods": "GET, POST, DELETE",
      "access-control-allow-headers": [...usualHeaders, ...asked.slice(0, mostHeaders)].join(", "),
      // In seconds: as long as any browser remembers it.
      "access-control-max-age": "7200",
    },
  });
}
