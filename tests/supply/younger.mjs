// The features in dist/ that are newer than the oldest supported browsers (pkg-config/browsers.mjs),
// and what happens without them. browsers.test.mjs finds them; this file says why each is allowed.

/**
 * @typedef {object} Guarded
 * @property {string} name as features.mjs finds it
 * @property {string} lacking the supported browsers that lack it, by MDN's data
 * @property {string} guard the code that works without it
 * @property {string} instead what happens then, as in REFERENCE.md
 * @property {string} test the title of a test in tests/e2e/older-browsers.test.mjs that removes it from the page
 */

const noFrames = {
  lacking: "Firefox before 130",
  guard: 'thumbnails.js asks `"VideoDecoder" in globalThis`, before film.js is loaded',
  instead: "a film shows what sort of file it is, in letters",
  test: "without VideoDecoder, a film has no thumbnail",
};
const noReflection = {
  lacking: "Firefox before 119",
  guard: "writer.js writes attributes; only `ElementInternals` has no other way",
  instead: "the element itself is no named group to a screen reader; all within it is named",
  test: "without ARIA properties, everything in the element has a name",
};

/** @type {Guarded[]} */
export const guarded = [
  {
    name: ".states",
    lacking:
      "Firefox before 126, Safari before 17.4; Chrome before 125 takes only names with dashes",
    guard: "define.js: `?.`, and what `add` throws is caught",
    instead: "the attributes of the same names",
    test: "without custom states, or with dashed names only, the element sets attributes",
  },
  {
    name: ".getAsFileSystemHandle",
    lacking: "Firefox, Safari",
    guard: "take.js: `?.`",
    instead: "after a reload the person chooses an unfinished file again",
    test: "without handles of dropped files, the files are added",
  },
  ...["=VideoDecoder", "=EncodedVideoChunk", ".configure", ".displayWidth", ".displayHeight"].map(
    (name) => ({ name, ...noFrames }),
  ),
  ...[".role", ".ariaLabel"].map((name) => ({ name, ...noReflection })),
  {
    name: "color-mix()",
    lacking: "Chrome before 111",
    guard: "style.css: `@supports not`",
    instead: "plain colours",
    test: "without color-mix(), the button is legible",
  },
  {
    name: ":has",
    lacking: "Firefox before 121",
    guard: "style.css: a rule of its own, which is dropped",
    instead: "an empty strip where the buttons for all files, or unfinished uploads, would be",
    test: "without :has(), the element is drawn",
  },
];

/** Features whose lack only affects the looks or tools. */
export const harmless = {
  ".dispose": "the glue has it where `Symbol.dispose` is, and the package does not use it",
  ".detached": "the glue compares buffers where it is undefined",
  ".createPolicy": "a browser without trusted types takes the address of a script as text",
  ".createScriptURL": "the same",
  "{resizeQuality": "thumbnails are a little coarser",
  "{devtools": "DevTools draw no track of their own",
  "=devicePixelRatio": "Safari does not change it when a page is zoomed",
  "overflow-anchor:": "Safari anchors nothing while it scrolls",
  "overflow-anchor: none": "the same",
  "overscroll-behavior:": "the page scrolls on at the list's end",
  "forced-color-adjust:": "the system's colours stay as they are",
  "forced-color-adjust: none": "the same",
};

/** Names with a new meaning that have another meaning here. */
export const meant = {
  ".body": "Response.body",
  ".json": "Response.prototype.json()",
  ".parse": "JSON.parse()",
  ".relList": "HTMLLinkElement.relList",
  ".replace": "String.prototype.replace()",
  ".size": "Blob.size, Map.size, Set.size",
  ".assign": "Object.assign()",
  ".format": "Intl.NumberFormat.prototype.format()",
  ".maximize": "Intl.Locale.prototype.maximize()",
  ".memory": "what the wasm exports",
};

/** Names that the package uses for its own members, as do some new interfaces. */
export const ours = [
  ...[".bytes", ".capture", ".changed", ".check", ".command", ".config", ".delay", ".destroy"],
  ...[".endpoint", ".endpoints"],
  ...[".forget", ".handle", ".hide", ".level", ".limits", ".lock", ".path", ".percent", ".restore"],
  ...[".subscribe", ".touched", ".watch"],
  ...["{files", "{options", "{type", "{types", "{value"],
];
