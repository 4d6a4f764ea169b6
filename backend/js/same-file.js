// Identifies a file by the page's key, the owner, what the page says about the file, and the grant. Two
// requests are about the same file only if all of these are equal.

/**
 * Returns JSON with sorted keys in every object. The Rust crate writes the same text.
 *
 * @param {import("./index.d.ts").UploadRequest} file
 * @param {string | undefined} owner
 * @param {import("./index.d.ts").UploadProperties} properties
 */
export const sameFile = ({ idempotencyKey, filename, filesize, type }, owner, properties) =>
  canonical(
    JSON.parse(
      JSON.stringify([idempotencyKey, owner ?? null, filename, filesize, type, properties]),
    ),
  );

/** @param {unknown} value @returns {string} */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`);
  return `{${members.join(",")}}`;
}
