// Which URLs a secret, or a file, may be sent to. Knows nothing of what is sent.

/** @param {string} text */
export function parseUrl(text) {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** @param {URL} url */
export function isLoopback({ hostname }) {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

/**
 * Whether what is sent to this URL can be read by nobody on the way: `https:`, or a server on this very
 * machine. Names and passwords inside a URL are refused, for they end up in logs.
 *
 * @param {URL} url
 */
export function mayCarrySecrets(url) {
  const isPrivate = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
  return isPrivate && !url.username && !url.password;
}

/**
 * Whatever looks like a URL is taken out: in words of others it may be a right to read or to store a file.
 *
 * @param {string} text
 */
export function withoutUrls(text) {
  return text.replace(/[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]*/gi, "[URL]");
}
