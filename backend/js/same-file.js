// Identifies a file by the page's key, the owner, what the page says about the file, and the grant. Two
// requests are about the same file only if all of these are equal.

/**
 * Returns JSON with sorted keys in every object, in which numbers that JSON writers write differently are
 * hexadecimal. The Rust crate writes the same text.
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
  if (typeof value === "number") return canonicalNumber(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`);
  return `{${members.join(",")}}`;
}

/**
 * Returns a whole number in decimal, and any other number as the bits of its double.
 *
 * @param {number} number
 */
function canonicalNumber(number) {
  if (Number.isSafeInteger(number)) return String(number);
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, number);
  return `0x${bits.getBigUint64(0).toString(16).padStart(16, "0")}`;
}

/**
 * Compares texts in the order of UTF-8. JavaScript's own order differs beyond U+FFFF.
 *
 * @param {string} one
 * @param {string} other
 */
function byCodePoint(one, other) {
  const [a, b] = [[...one], [...other]];
  const at = a.findIndex((character, index) => character !== b[index]);
  if (at === -1) return a.length - b.length;
  return (a[at]?.codePointAt(0) ?? -1) - (b[at]?.codePointAt(0) ?? -1);
}
