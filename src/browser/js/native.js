// Reads properties of the platform that a page's markup may have replaced: `<img name="head">` becomes
// `document.head`, and `<input name="requestSubmit">` its form's method. Markup can't replace them in prototypes.

/**
 * Returns a property of a document, or of an element that may be a form. A method is bound to it.
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
