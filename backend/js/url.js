// What a URL must be before a secret is sent there.

/** Of this very machine. @param {string} hostname */
const isLoopback = (hostname) =>
  hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);

/**
 * Whether nobody on the way can read what is sent to it: `https:`, or a server on this very machine.
 * Names and passwords inside a URL are refused, for they end up in logs.
 *
 * @param {URL} url
 */
export function isPrivate({ protocol, hostname, username, password }) {
  const isHidden = protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
  return isHidden && username === "" && password === "";
}

/**
 * The address of a server without a slash at its end, or `undefined` where a text is none.
 *
 * @param {unknown} text
 * @returns {URL | undefined}
 */
export function readServer(text) {
  if (typeof text !== "string" || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isBare = /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "";
  return isBare && url.username === "" && url.password === "" ? url : undefined;
}

/** Without the slashes at its end. @param {string} path */
export function withoutEnd(path) {
  let end = path.length;
  while (path[end - 1] === "/") end--;
  return path.slice(0, end);
}
