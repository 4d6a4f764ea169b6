// What the element is told: its attributes, and what no attribute can hold.

/** Attributes that are there or are not. */
export const flags =
  "multiple required disabled auto hold-submit drop-anywhere folders debug".split(" ");

/** Each is a property too, in camel case. */
export const attributes = [
  ...flags,
  ...(
    "accept name capture endpoint base owner credentials field-name chunk-size parallel-parts " +
    "limit retry-delays stall-timeout response-timeout value-type max-file-size min-file-size " +
    "max-total-file-size max-number-of-files min-number-of-files"
  ).split(" "),
];

/** What of an uploader's options no attribute can hold. */
export const objects = "headers props shouldRetry remember endpointName endpoints".split(" ");

/** @param {string} name */
export const camelCase = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
