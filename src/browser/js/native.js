// What the platform has, and not what a page's markup puts in its place: `<img name="head">` is `document.head`
// from then on, and `<input name="requestSubmit">` is its form's. No markup reaches their prototypes.

/**
 * A property of a document, or of an element that may be a form; a method is bound to it.
 *
 * @template {Document | Element} T
 * @template {keyof T} K
 * @param {T} object
 * @param {K} name
 * @returns {T[K]}
 */
export function native(object, name) {
  const value = Reflect.get(Object.getPrototypeOf(object), name, object);
  return typeof value === "function" ? value.bind(object) : value;
}
