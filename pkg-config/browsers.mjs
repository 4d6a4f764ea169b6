// The oldest browsers that the package supports. The build writes syntax for them, tests/supply checks dist/
// against them, and www/docs/browsers.md lists them.

/** @typedef {{ chrome: number, firefox: number, safari: number }} Browsers */

/** For `upload` and `Uploader`. @type {Browsers} */
export const headless = { chrome: 100, firefox: 97, safari: 15.4 };

/** For the element, which needs `ElementInternals`. @type {Browsers} */
export const element = { chrome: 109, firefox: 115, safari: 16.4 };

/** Returns the targets for esbuild. @param {Browsers} browsers */
export const targets = (browsers) =>
  Object.entries(browsers).map(([name, version]) => `${name}${version}`);
