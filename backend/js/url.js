// Checks that a URL is safe to send a secret to.

/** Returns whether a host is this machine. @param {string} hostname */
const isLoopback = (hostname) =>
  hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);

/**
 * Returns whether nobody on the way can read what is sent to a URL: over `https:`, or to a server on
 * this machine. Refuses a URL with a user name or password, which would end up in logs.
 *
 * @param {URL} url
 */
export function isPrivate({ protocol, hostname, username, password }) {
  const isHidden = protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
  return isHidden && username === "" && password === "";
}

/**
 * Parses the URL of a server, and removes a slash at its end. Returns `undefined` if the text is not one.
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

/** Removes the slashes at the end. @param {string} path */
export function withoutEnd(path) {
  let end = path.length;
  while (path[end - 1] === "/") end--;
  return path.slice(0, end);
}
