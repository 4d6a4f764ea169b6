// What makes two questions one: the same page's key, from the same owner, about the same file, with the
// same grant. Whoever changes any of it asks about another file.

/**
 * As JSON, with the names of every object in order. The Rust crate writes the same.
 *
 * @param {import("./index.d.ts").UploadRequest} wish
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
