// The oldest browsers that the package promises to work in: what the build writes its syntax for, what
// tests/supply holds everything in dist/ to, and what www/docs/browsers.md says.

/** @typedef {{ chrome: number, firefox: number, safari: number }} Browsers */

/** `upload` and `Uploader`. @type {Browsers} */
export const headless = { chrome: 100, firefox: 97, safari: 15.4 };

/** The element needs what younger ones have (`ElementInternals`). @type {Browsers} */
export const element = { chrome: 109, firefox: 115, safari: 16.4 };

/** As esbuild names them. @param {Browsers} browsers */
export const targets = (browsers) =>
  Object.entries(browsers).map(([name, version]) => `${name}${version}`);
