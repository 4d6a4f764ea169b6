// A style in shadow roots, whichever document each is in. A sheet only works in the document that made it.

import { native } from "./native.js";

/**
 * @param {string} css
 * @returns {(root: ShadowRoot) => void} gives a root this style, and no other
 */
export function styling(css) {
  /** @type {WeakMap<Document, CSSStyleSheet>} */
  const sheets = new WeakMap();
  return (root) => {
    const { ownerDocument } = root;
    const view = native(ownerDocument, "defaultView");
    // A document that nobody sees has none.
    if (!view) return;
    try {
      let sheet = sheets.get(ownerDocument);
      if (!sheet) {
        sheet = new view.CSSStyleSheet();
        sheet.replaceSync(css);
        sheets.set(ownerDocument, sheet);
      }
      root.adoptedStyleSheets = [sheet];
    } catch {
      // DOMs that apps are tested in can't make one.
      root.querySelector("style")?.remove();
      const style = native(ownerDocument, "createElement")("style");
      style.textContent = css;
      root.append(style);
    }
  };
}
