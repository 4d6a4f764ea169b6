// Describes the element's public interface. REFERENCE.md's tables, the types and the custom-elements manifest
// are generated from this, and a test compares it with the code.

/**
 * An attribute and the property that reflects it.
 *
 * @typedef {object} Attribute
 * @property {string} name
 * @property {"flag" | "text" | "number" | "size" | "numbers"} kind
 * @property {string} [fallback] the default
 * @property {string} [choices] the values of a text, as a TypeScript type
 * @property {string} text
 */

/** @type {Attribute[]} */
export const attributes = [
  {
    name: "endpoint",
    kind: "text",
    text: "Where upload URLs come from: the address of a route of your own backend. The property takes a function too.",
  },
  {
    name: "base",
    kind: "text",
    text: "The URL of the folder with the uploader's own files. Needed if it can't be detected: for a script that is a module, evaluated, or bundled into another script.",
  },
  {
    name: "multiple",
    kind: "flag",
    text: "Accepts several files. Without it, choosing another file replaces the first.",
  },
  {
    name: "accept",
    kind: "text",
    text: "The accepted types, as in a file input's `accept`: `image/*,.pdf`. Also applies to dropped files. `image/*` doesn't include SVG: add `.svg`.",
  },
  {
    name: "capture",
    kind: "text",
    choices: '"user" | "environment"',
    text: "Adds a button that opens the device's camera: `user` or `environment`.",
  },
  { name: "name", kind: "text", text: "The name in a form. Without it, the form sends nothing." },
  { name: "required", kind: "flag", text: "The form can't be submitted without a file." },
  {
    name: "disabled",
    kind: "flag",
    text: "Accepts no files and no clicks. A disabled `fieldset` around the element does the same.",
  },
  { name: "auto", kind: "flag", text: "Starts each file when it is added." },
  { name: "limit", kind: "number", fallback: "3", text: "How many files upload at once." },
  {
    name: "folders",
    kind: "flag",
    text: "Adds a button to choose a folder, if `multiple` is set. Folders can be dropped without it.",
  },
  {
    name: "drop-anywhere",
    kind: "flag",
    text: "Files can be dropped or pasted anywhere on the page.",
  },
  { name: "max-file-size", kind: "size", text: "The size of the largest accepted file." },
  { name: "min-file-size", kind: "size", text: "The size of the smallest accepted file." },
  { name: "max-total-file-size", kind: "size", text: "The largest size of all files together." },
  {
    name: "max-number-of-files",
    kind: "number",
    text: "The largest number of files, if `multiple` is set.",
  },
  {
    name: "min-number-of-files",
    kind: "number",
    text: "The smallest number of files with which `start()` works.",
  },
  {
    name: "hold-submit",
    kind: "flag",
    text: "Submitting the form starts all files, waits until they are stored, and then submits it.",
  },
  {
    name: "value-type",
    kind: "text",
    choices: '"id" | "media"',
    fallback: "id",
    text: "What the form sends for each stored file: the media object's `id`, or with `media` the whole object as JSON.",
  },
  {
    name: "chunk-size",
    kind: "size",
    text: "The size of the chunks of a resumable upload. Without it, the backend decides.",
  },
  {
    name: "parallel-parts",
    kind: "number",
    fallback: "4",
    text: "How many chunks or parts upload at once, for all files together.",
  },
  {
    name: "retry-delays",
    kind: "numbers",
    fallback: "500 1000 3000 5000",
    text: "The delay before each retry, in milliseconds. There are as many retries as numbers.",
  },
  {
    name: "stall-timeout",
    kind: "number",
    fallback: "30000",
    text: "How many milliseconds an attempt may go without progress. 0 disables the timeout.",
  },
  {
    name: "response-timeout",
    kind: "number",
    fallback: "300000",
    text: "How many milliseconds the host may take to answer after the last byte. 0 disables the timeout.",
  },
  {
    name: "owner",
    kind: "text",
    text: "Whose uploads these are, such as a user's id. Unfinished uploads are listed, resumed and discarded only for the same owner; without an owner, none are listed. Changing the owner ends current uploads.",
  },
  {
    name: "credentials",
    kind: "text",
    choices: "RequestCredentials",
    fallback: "same-origin",
    text: "Whether requests to the endpoint send cookies, as in `fetch()`. Requests to the upload URL never do.",
  },
  {
    name: "field-name",
    kind: "text",
    fallback: "file",
    text: "The name of the form field that contains the file, in the request to the host.",
  },
  {
    name: "debug",
    kind: "flag",
    text: "Logs each upload to the browser's console and performance timeline, without URLs, keys, headers or props.",
  },
];

/**
 * Global attributes that the element uses.
 *
 * @type {Attribute[]}
 */
export const globalAttributes = [
  {
    name: "lang",
    kind: "text",
    text: "The language of the element's texts. Without it, the language of a parent element, or else of the browser.",
  },
  { name: "aria-label", kind: "text", text: "The accessible name, if there is no `label`." },
];

/**
 * @typedef {object} Property a property that doesn't reflect an attribute
 * @property {string} name
 * @property {string} type
 * @property {string} [set] the type that it accepts, if that is wider
 * @property {boolean} [isReadonly]
 * @property {boolean} [isNative] whether every form control has it
 * @property {string} text
 */

/** @type {Property[]} */
export const properties = [
  {
    name: "headers",
    type: 'UploadOptions["headers"]',
    text: "Headers for requests to the endpoint, or a function that is called for every attempt.",
  },
  {
    name: "props",
    type: 'UploadOptions["props"]',
    text: "Sent to the endpoint, which decides what to trust.",
  },
  {
    name: "shouldRetry",
    type: 'UploadOptions["shouldRetry"]',
    text: "Decides whether to retry after an error, instead of `error.retryable`.",
  },
  {
    name: "remember",
    type: 'UploadOptions["remember"]',
    text: "Whether unfinished large uploads are kept for a later visit. Default: `true`.",
  },
  {
    name: "endpointName",
    type: 'UploadOptions["endpointName"]',
    text: "A name for an `endpoint` that is a function. Without it, its uploads are not kept for a later visit.",
  },
  {
    name: "endpoints",
    type: 'UploadOptions["endpoints"]',
    text: "Other origins that an `endpoint` function may name.",
  },
  { name: "words", type: "Words", text: "Texts that replace the element's own; see below." },
  {
    name: "files",
    type: "readonly UploadFile[]",
    isReadonly: true,
    text: "All files in order, with the state of each.",
  },
  {
    name: "progress",
    type: "Progress",
    isReadonly: true,
    text: "The progress of all files that are not cancelled.",
  },
  {
    name: "media",
    type: "readonly Media[]",
    isReadonly: true,
    text: "The media objects of stored files.",
  },
  {
    name: "value",
    type: "readonly string[]",
    isReadonly: true,
    text: "The ids of the media objects.",
  },
  {
    name: "form",
    type: "HTMLFormElement | null",
    isReadonly: true,
    isNative: true,
    text: "The form that the element belongs to.",
  },
  {
    name: "labels",
    type: "NodeList",
    isReadonly: true,
    isNative: true,
    text: "The element's `label` elements.",
  },
  {
    name: "validity",
    type: "ValidityState",
    isReadonly: true,
    isNative: true,
    text: "Whether the form can be submitted: `valueMissing` if `required` is set and there is no file, `customError` if files are not stored yet or have failed.",
  },
  {
    name: "validationMessage",
    type: "string",
    isReadonly: true,
    isNative: true,
    text: "Why the form can't be submitted.",
  },
  {
    name: "willValidate",
    type: "boolean",
    isReadonly: true,
    isNative: true,
    text: "Whether the form validates the element.",
  },
];

/**
 * @typedef {object} Method
 * @property {string} name
 * @property {{ name: string, type: string, isOptional?: boolean }[]} parameters
 * @property {string} returns
 * @property {boolean} [isNative]
 * @property {string} text
 */

const id = { name: "id", type: "string", isOptional: true };

/** @type {Method[]} */
export const methods = [
  {
    name: "add",
    parameters: [{ name: "files", type: "FileSource" }],
    returns: "Promise<UploadFile[]>",
    text: "Adds a list of files, a `FileList`, or a `DataTransfer` with its folders. Resolves with the files that were added.",
  },
  {
    name: "start",
    parameters: [],
    returns: "Promise<Result>",
    text: "Starts all added files. Resolves when every file has ended, whether it was stored or not.",
  },
  {
    name: "pause",
    parameters: [id],
    returns: "void",
    text: "Stops a file until it is resumed. Without an id, stops all files and starts none.",
  },
  {
    name: "resume",
    parameters: [id],
    returns: "void",
    text: "Continues from the bytes that are stored.",
  },
  {
    name: "retry",
    parameters: [id],
    returns: "Promise<Result>",
    text: "Retries a file that has failed or was cancelled. Without an id, retries every file that has failed.",
  },
  {
    name: "cancel",
    parameters: [id],
    returns: "void",
    text: "Cancels a file. Without an id, cancels every file that has not ended.",
  },
  {
    name: "remove",
    parameters: [id],
    returns: "void",
    text: "Cancels a file and removes it from the list. Without an id, this is the platform's own `remove()`, which removes the element from the page.",
  },
  {
    name: "recover",
    parameters: [],
    returns: "Promise<Recoverable[]>",
    text: "Returns the unfinished uploads of earlier visits by the same `owner`. The element shows them by itself.",
  },
  {
    name: "forgetAll",
    parameters: [],
    returns: "Promise<void>",
    text: "For sign-out: removes all files, and deletes the unfinished uploads of the `owner`, at the backend too.",
  },
  {
    name: "destroy",
    parameters: [],
    returns: "void",
    text: "Ends all uploads at once. No events follow.",
  },
  {
    name: "checkValidity",
    parameters: [],
    returns: "boolean",
    isNative: true,
    text: "Returns whether the form can be submitted. Dispatches `invalid` if not.",
  },
  {
    name: "reportValidity",
    parameters: [],
    returns: "boolean",
    isNative: true,
    text: "Like `checkValidity()`, and shows the reason.",
  },
  {
    name: "setCustomValidity",
    parameters: [{ name: "message", type: "string" }],
    returns: "void",
    isNative: true,
    text: "Makes the element invalid with your own message, until the message is empty.",
  },
];

/**
 * @typedef {object} EventOf
 * @property {string} name
 * @property {string} detail the properties of its `detail`
 * @property {string} [prevented] the effect of `preventDefault()`
 * @property {string} text
 */

/** @type {EventOf[]} */
export const events = [
  { name: "file-added", detail: "file", text: "A file was added." },
  { name: "file-removed", detail: "file", text: "A file was removed from the list." },
  {
    name: "restriction-failed",
    detail: "file, path, error",
    prevented: "The element doesn't show why.",
    text: "A file was refused. Without `file`, there are too few files to start, or something at `path` in a drop can't be read.",
  },
  {
    name: "upload-start",
    detail: "file",
    prevented: "The file is paused.",
    text: "An upload has started.",
  },
  {
    name: "upload-progress",
    detail: "file, progress",
    text: "The progress has changed. At most once per frame.",
  },
  {
    name: "upload-success",
    detail: "file, media",
    text: "A file is stored, and its media object has arrived.",
  },
  {
    name: "upload-error",
    detail: "file, error",
    text: "An upload has failed, after its last attempt.",
  },
  {
    name: "upload-retry",
    detail: "file, attempt, delay, error",
    text: "Another attempt follows after `delay` ms.",
  },
  {
    name: "upload-stalled",
    detail: "file",
    text: "An attempt has made no progress for `stall-timeout`.",
  },
  { name: "upload-pause", detail: "file", text: "An upload was paused." },
  {
    name: "upload-resume",
    detail: "file, from",
    text: "An upload continues. `from` bytes are stored already.",
  },
  {
    name: "upload-cancel",
    detail: "file",
    text: "A single file was cancelled. Not dispatched when all files are.",
  },
  {
    name: "complete",
    detail: "successful, failed",
    text: "Every file has ended. Once per run.",
  },
  {
    name: "load-error",
    detail: "error",
    text: "The uploader's own code could not be loaded. The error's `code` is `not-loaded`, and its message has the cause and the cure. Files are kept, and added once it is loaded.",
  },
];

/** @typedef {{ name: string, text: string }} Named */

/** @type {Named[]} */
export const slots = [
  { name: "prompt", text: "The sentence above the button, while there are no files." },
  { name: "choose", text: "The text of the button that opens the file picker." },
  { name: "hint", text: "What can be added. Without it, the restrictions are listed." },
  {
    name: "row",
    text: "A `template` with one element, from which each row of the list is created.",
  },
];

/** @type {Named[]} */
export const parts = [
  { name: "frame", text: "The card around everything." },
  { name: "dropzone", text: "The area to choose and drop files." },
  { name: "icon", text: "The icon above the prompt." },
  { name: "prompt", text: "The sentence above the button." },
  { name: "drop", text: "The text while files are dragged over the element." },
  { name: "hint", text: "What can be added." },
  { name: "actions", text: "A group of buttons: to choose files, or for all files." },
  { name: "button", text: "Every button." },
  { name: "choose", text: "The button that opens the file picker." },
  { name: "plus", text: "The icon in that button, once there are files." },
  { name: "folder", text: "The button that opens the folder picker." },
  { name: "camera", text: "The button that opens the camera." },
  { name: "start", text: "The button that starts all files." },
  { name: "problem", text: "Why files were refused." },
  { name: "unfinished", text: "The unfinished uploads of earlier visits." },
  { name: "heading", text: "The heading of the unfinished uploads." },
  { name: "unfinished-item", text: "One unfinished upload." },
  { name: "summary", text: "Progress and buttons for all files." },
  { name: "total", text: "The progress of all files, as text." },
  { name: "bar", text: "Every progress bar." },
  { name: "total-bar", text: "The bar of all files." },
  { name: "fill", text: "The filled part of a progress bar." },
  { name: "list", text: "The list of files." },
  {
    name: "row",
    text: "A file. Its state is a part too: `added`, `active`, `paused`, `done`, `failed` or `cancelled`, as in `::part(row failed)`.",
  },
  { name: "tile", text: "The box around the thumbnail." },
  { name: "thumbnail", text: "The thumbnail of a file, or its kind as text." },
  { name: "picture", text: "The `canvas` with the thumbnail, if there is one." },
  { name: "badge", text: "The icon at the thumbnail's corner that shows the result." },
  { name: "check", text: "The icon for a stored file." },
  { name: "alert", text: "The icon for a failed file." },
  { name: "details", text: "Name, status and bar." },
  { name: "name", text: "The file's name." },
  { name: "status", text: "The state of the file, as text." },
  { name: "message", text: "Why the upload has failed." },
  { name: "row-actions", text: "The buttons of a row." },
  { name: "icon-button", text: "A button with an icon." },
  { name: "news", text: "The announcements for screen readers. Not visible." },
  {
    name: "overlay",
    text: "Covers the page while files are dragged over it, with `drop-anywhere`.",
  },
  { name: "overlay-word", text: "The text of the overlay." },
];

/**
 * @typedef {object} CustomProperty
 * @property {string} name
 * @property {string} syntax
 * @property {string} fallback
 * @property {string} text
 */

/** @type {CustomProperty[]} */
export const customProperties = [
  {
    name: "--ittybit-accent",
    syntax: "<color>",
    fallback: "a teal that suits light and dark",
    text: "The primary button, progress bars, focus.",
  },
  {
    name: "--ittybit-on-accent",
    syntax: "<color>",
    fallback: "the surface",
    text: "Text on the accent.",
  },
  {
    name: "--ittybit-text",
    syntax: "<color>",
    fallback: "the page's `CanvasText`, a little softer",
    text: "Text.",
  },
  {
    name: "--ittybit-quiet",
    syntax: "<color>",
    fallback: "text and surface mixed",
    text: "Less important text.",
  },
  {
    name: "--ittybit-surface",
    syntax: "<color>",
    fallback: "the page's `Canvas`",
    text: "The background.",
  },
  {
    name: "--ittybit-line",
    syntax: "<color>",
    fallback: "text and surface mixed",
    text: "The border of the card, and lines between rows.",
  },
  { name: "--ittybit-danger", syntax: "<color>", fallback: "a red", text: "Errors." },
  { name: "--ittybit-success", syntax: "<color>", fallback: "a green", text: "Stored files." },
  {
    name: "--ittybit-radius",
    syntax: "<length>",
    fallback: "`12px`",
    text: "The corners of the card. Inner corners follow.",
  },
  {
    name: "--ittybit-space",
    syntax: "<length>",
    fallback: "`4px`",
    text: "The unit of all spacing.",
  },
  { name: "--ittybit-font", syntax: "*", fallback: "the page's", text: "The font family." },
  {
    name: "--ittybit-list-height",
    syntax: "<length>",
    fallback: "`24rem`",
    text: "The largest height of the list before it scrolls.",
  },
];

/** Each is a boolean attribute, and a custom state for `:state()`. @type {Named[]} */
export const states = [
  { name: "empty", text: "There are no files." },
  { name: "dragging", text: "Files are dragged over the element." },
  { name: "uploading", text: "A file is uploading." },
  { name: "paused", text: "Files are paused, and none is uploading." },
  { name: "done", text: "All files that are not cancelled are stored." },
  { name: "failed", text: "Files have failed." },
];

/** The fields of a row's template. @type {Named[]} */
export const rowFields = [
  { name: "name", text: "The file's name." },
  { name: "status", text: "The state of the file, as text." },
  {
    name: "note",
    text: "Why the upload has failed or is retried. Hidden if there is nothing to say.",
  },
  {
    name: "bar",
    text: 'A progress bar. Hidden unless the file is uploading or paused. Give it `role="progressbar"`. It gets a name, a value, and for your style `--progress`, 0 to 1.',
  },
  {
    name: "thumbnail",
    text: "Gets a `canvas` with the part `picture`, or the kind of the file as text.",
  },
  { name: "pause", text: "A button, shown while the file is uploading." },
  { name: "resume", text: "A button, shown while the file is paused." },
  { name: "retry", text: "A button, shown after the file has failed or was cancelled." },
  { name: "cancel", text: "A button, shown while the file is uploading or paused." },
  { name: "remove", text: "A button, shown while the file is neither uploading nor paused." },
];

/** Keyboard shortcuts, in the order of REFERENCE.md. @type {(Named & { keys: string })[]} */
export const keyboard = [
  { keys: "Tab", name: "anywhere", text: "Moves from button to button, row by row." },
  { keys: "Enter, Space", name: "on a button", text: "Presses the button." },
  {
    keys: "Arrow down, arrow up",
    name: "on a row's button",
    text: "Moves to the same button of the next or previous row.",
  },
  {
    keys: "Delete",
    name: "on a row's button",
    text: "Removes the file. Focus moves to the next row.",
  },
  {
    keys: "Ctrl+V, ⌘V",
    name: "anywhere in the element",
    text: "Adds files or a picture from the clipboard.",
  },
];
