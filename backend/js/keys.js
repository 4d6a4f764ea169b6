// Derives keys from an app's secrets (HKDF, RFC 5869), a different key for each purpose and handler, so
// that no handler accepts the ids of another. The Rust crate derives the same keys.

const encoder = new TextEncoder();

/** The shortest secret, in bytes of UTF-8. */
const shortestSecret = 32;

export const howToMakeASecret =
  "a secret is a string of at least 32 bytes: make one with `openssl rand -base64 32`";

/** @param {unknown} secret @returns {secret is string} */
export const isSecret = (secret) =>
  typeof secret === "string" && encoder.encode(secret).byteLength >= shortestSecret;

/**
 * @param {string} secret
 * @param {readonly string[]} about the purpose and the handler
 * @param {AesKeyGenParams | HmacKeyGenParams} algorithm
 * @param {KeyUsage[]} usages
 */
async function derive(secret, about, algorithm, usages) {
  const root = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, [
    "deriveKey",
  ]);
  const info = encoder.encode(JSON.stringify(["ittybit-uploader", ...about]));
  const kind = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  return crypto.subtle.deriveKey(kind, root, algorithm, false, usages);
}

/** Derives a key for AES-256-GCM. @param {string} secret @param {readonly string[]} about */
export const sealingKey = (secret, about) =>
  derive(secret, about, { name: "AES-GCM", length: 256 }, ["encrypt", "decrypt"]);

/**
 * Returns a function that computes an HMAC-SHA256 with a derived key.
 *
 * @param {string} secret
 * @param {readonly string[]} about
 * @returns {(text: string) => Promise<Uint8Array>}
 */
export function macWith(secret, about) {
  const algorithm = { name: "HMAC", hash: "SHA-256", length: 256 };
  /** @type {Promise<CryptoKey> | undefined} */
  let key;
  return async (text) => {
    key ??= derive(secret, about, algorithm, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", await key, encoder.encode(text)));
  };
}

/** @param {Uint8Array} bytes */
export const hexOf = (bytes) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
