// The names of the element's attributes, and of the options that no attribute can hold.

/** Boolean attributes. */
export const flags =
  "multiple required disabled auto hold-submit drop-anywhere folders debug".split(" ");

/** All attributes. Each is also a property, in camel case. */
export const attributes = [
  ...flags,
  ...(
    "accept name capture endpoint base owner credentials field-name chunk-size parallel-parts " +
    "limit retry-delays stall-timeout response-timeout value-type max-file-size min-file-size " +
    "max-total-file-size max-number-of-files min-number-of-files"
  ).split(" "),
];

/** The options of an uploader that no attribute can hold. */
export const objects = "headers props shouldRetry remember endpointName endpoints".split(" ");

/** @param {string} name */
export const camelCase = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
