// Gives shadow roots a style. A sheet only works in the document that made it, so each document has its own.

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
    // A document that is not displayed has no window.
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
      // The DOMs that apps run their tests in can't make a sheet.
      root.querySelector("style")?.remove();
      const style = native(ownerDocument, "createElement")("style");
      style.textContent = css;
      root.append(style);
    }
  };
}
