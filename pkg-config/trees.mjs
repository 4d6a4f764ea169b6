// Parses the widget's HTML at build time, so that no page has to.

/**
 * Parses HTML into trees from which elements can be created quickly. Supports only what the widget's files
 * use: elements with quoted attributes, closing tags for all but `input`, and no text.
 *
 * @param {string} html
 */
export function treesOf(html) {
  /** @typedef {[name: string, attributes: Record<string, string>, ...children: any[]]} Tree */
  /** @type {Tree[]} */
  const trees = [];
  /** @type {(Tree | Tree[])[]} */
  const open = [trees];
  for (const [, end, name = "", text = ""] of html.matchAll(/<(\/?)([a-z]+)([^>]*)>/g)) {
    if (end) {
      open.pop();
      continue;
    }
    const attributes = [...text.matchAll(/([\w-]+)="([^"]*)"/gi)];
    /** @type {Tree} */
    const tree = [name, Object.fromEntries(attributes.map(([, name, value]) => [name, value]))];
    open.at(-1)?.push(/** @type {any} */ (tree));
    if (name !== "input") open.push(tree);
  }
  if (open.length !== 1) throw new Error("every element of the widget's HTML must be closed");
  return trees;
}
