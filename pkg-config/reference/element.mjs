// What the element offers to pages, each thing said once. REFERENCE.md's tables, the types and the
// custom-elements manifest are written from this; a test holds it against the code.

/**
 * An attribute, and the property that reflects it.
 *
 * @typedef {object} Attribute
 * @property {string} name
 * @property {"flag" | "text" | "number" | "size" | "numbers"} kind
 * @property {string} [fallback] what holds without it
 * @property {string} [choices] of a text, as a type of TypeScript
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
    text: "The URL of the folder that has the uploader's own files, if it can't be known: for a script tag that is a module, eval'd, or part of another script.",
  },
  {
    name: "multiple",
    kind: "flag",
    text: "Takes many files. Without it a file takes the place of the one before.",
  },
  {
    name: "accept",
    kind: "text",
    text: "What is taken, as a file input's `accept` says it: `image/*,.pdf`. What does not match is refused when it is dropped, too. `image/*` takes no SVG: name it, `.svg`.",
  },
  {
    name: "capture",
    kind: "text",
    choices: '"user" | "environment"',
    text: "Offers the device's camera with a button of its own: `user` or `environment`.",
  },
  { name: "name", kind: "text", text: "The name in a form. Without it a form sends nothing." },
  { name: "required", kind: "flag", text: "A form is not sent without a file." },
  {
    name: "disabled",
    kind: "flag",
    text: "Takes no files and no clicks. So does a disabled `fieldset` around it.",
  },
  { name: "auto", kind: "flag", text: "Starts each file as it is added." },
  { name: "limit", kind: "number", fallback: "3", text: "Files under way at once." },
  {
    name: "folders",
    kind: "flag",
    text: "Offers to choose a folder with a button of its own, where `multiple` is set. Folders can be dropped without it.",
  },
  { name: "drop-anywhere", kind: "flag", text: "The whole page takes what is dropped and pasted." },
  { name: "max-file-size", kind: "size", text: "The largest file that is taken." },
  { name: "min-file-size", kind: "size", text: "The smallest file that is taken." },
  { name: "max-total-file-size", kind: "size", text: "As much as all files may have together." },
  {
    name: "max-number-of-files",
    kind: "number",
    text: "As many files as are taken, where `multiple` is set.",
  },
  { name: "min-number-of-files", kind: "number", text: "With fewer, `start()` refuses." },
  {
    name: "hold-submit",
    kind: "flag",
    text: "A form that is sent before all files are stored starts them, waits, and goes by itself.",
  },
  {
    name: "value-type",
    kind: "text",
    choices: '"id" | "media"',
    fallback: "id",
    text: "What a form sends for each stored file: the media object's `id`, or with `media` all of it, as JSON.",
  },
  {
    name: "chunk-size",
    kind: "size",
    text: "Bytes in each chunk of a resumable upload. Without it, the backend decides.",
  },
  {
    name: "parallel-parts",
    kind: "number",
    fallback: "4",
    text: "Chunks or parts under way at once, of all files together.",
  },
  {
    name: "retry-delays",
    kind: "numbers",
    fallback: "500 1000 3000 5000",
    text: "Milliseconds before each further attempt; as many attempts as there are numbers.",
  },
  {
    name: "stall-timeout",
    kind: "number",
    fallback: "30000",
    text: "Milliseconds in which no byte moves, after which an attempt has stalled; 0 is for ever.",
  },
  {
    name: "response-timeout",
    kind: "number",
    fallback: "300000",
    text: "Milliseconds from the last byte to the host's answer; 0 is for ever.",
  },
  {
    name: "owner",
    kind: "text",
    text: "Whose uploads these are, such as a user's id. Unfinished ones are listed, resumed and discarded for the same owner only; without one, none is listed. Another owner ends what is under way.",
  },
  {
    name: "credentials",
    kind: "text",
    choices: "RequestCredentials",
    fallback: "same-origin",
    text: "Whether cookies go to the endpoint, as for `fetch()`. They never go to the upload URL.",
  },
  {
    name: "field-name",
    kind: "text",
    fallback: "file",
    text: "The field that holds the file, in what the host is sent.",
  },
  {
    name: "debug",
    kind: "flag",
    text: "Tells the story of each upload in the browser's console and on its timeline, without a URL, a key, a header or a prop.",
  },
];

/**
 * Attributes of every element that this one listens to.
 *
 * @type {Attribute[]}
 */
export const globalAttributes = [
  {
    name: "lang",
    kind: "text",
    text: "The language of its words. Without it, that of the element around it; without any, the browser's.",
  },
  { name: "aria-label", kind: "text", text: "What it is called, where no `label` says it." },
];

/**
 * @typedef {object} Property one that is no attribute
 * @property {string} name
 * @property {string} type
 * @property {string} [set] what it may be set to, where that is more
 * @property {boolean} [isReadonly]
 * @property {boolean} [isNative] as any form control has it
 * @property {string} text
 */

/** @type {Property[]} */
export const properties = [
  {
    name: "headers",
    type: 'UploadOptions["headers"]',
    text: "Headers for the endpoint, or a function that is asked for every attempt.",
  },
  {
    name: "props",
    type: 'UploadOptions["props"]',
    text: "Sent to the endpoint, which decides what of it to trust.",
  },
  {
    name: "shouldRetry",
    type: 'UploadOptions["shouldRetry"]',
    text: "Decides, instead of `error.retryable`, whether a failure is followed by another attempt.",
  },
  {
    name: "remember",
    type: 'UploadOptions["remember"]',
    text: "Whether unfinished large uploads are remembered for a later visit. Default: `true`.",
  },
  {
    name: "endpointName",
    type: 'UploadOptions["endpointName"]',
    text: "Names an `endpoint` that is a function. Without it, its uploads are not remembered.",
  },
  {
    name: "endpoints",
    type: 'UploadOptions["endpoints"]',
    text: "Other origins that an `endpoint` function may name.",
  },
  { name: "words", type: "Words", text: "What it says instead of its own words; see below." },
  {
    name: "files",
    type: "readonly UploadFile[]",
    isReadonly: true,
    text: "All files in their order, with what became of each.",
  },
  {
    name: "progress",
    type: "Progress",
    isReadonly: true,
    text: "Of all files that are not cancelled.",
  },
  {
    name: "media",
    type: "readonly Media[]",
    isReadonly: true,
    text: "The media objects of what is stored.",
  },
  { name: "value", type: "readonly string[]", isReadonly: true, text: "Their ids." },
  {
    name: "form",
    type: "HTMLFormElement | null",
    isReadonly: true,
    isNative: true,
    text: "The form that it belongs to.",
  },
  {
    name: "labels",
    type: "NodeList",
    isReadonly: true,
    isNative: true,
    text: "Its `label` elements.",
  },
  {
    name: "validity",
    type: "ValidityState",
    isReadonly: true,
    isNative: true,
    text: "Whether a form may be sent, and what is missing: `valueMissing` without a file where it is `required`; `customError` while files are not stored, or have failed.",
  },
  {
    name: "validationMessage",
    type: "string",
    isReadonly: true,
    isNative: true,
    text: "The same in words.",
  },
  {
    name: "willValidate",
    type: "boolean",
    isReadonly: true,
    isNative: true,
    text: "Whether a form asks for it at all.",
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
    text: "Adds files, and resolves with those that were taken: a list, a `FileList`, or a `DataTransfer` with its folders.",
  },
  {
    name: "start",
    parameters: [],
    returns: "Promise<Result>",
    text: "Starts all that were added, and resolves when none is left to do, whatever became of them.",
  },
  {
    name: "pause",
    parameters: [id],
    returns: "void",
    text: "Stops a file until it is resumed; without an id all of them, and none begins.",
  },
  { name: "resume", parameters: [id], returns: "void", text: "Goes on from what is stored." },
  {
    name: "retry",
    parameters: [id],
    returns: "Promise<Result>",
    text: "Tries again a file that failed or was cancelled; without an id, every one that failed.",
  },
  {
    name: "cancel",
    parameters: [id],
    returns: "void",
    text: "Stops a file for good; without an id, every one that has not ended.",
  },
  {
    name: "remove",
    parameters: [id],
    returns: "void",
    text: "Stops a file and takes it off the list. Without an id it is the platform's own `remove()`, which takes the element out of the page.",
  },
  {
    name: "recover",
    parameters: [],
    returns: "Promise<Recoverable[]>",
    text: "What earlier visits of the same `owner` have left unfinished. The element offers it by itself.",
  },
  {
    name: "forgetAll",
    parameters: [],
    returns: "Promise<void>",
    text: "For sign-out: removes all files, and forgets what is remembered of the `owner`, at the backend too.",
  },
  {
    name: "destroy",
    parameters: [],
    returns: "void",
    text: "Ends everything at once. No event follows.",
  },
  {
    name: "checkValidity",
    parameters: [],
    returns: "boolean",
    isNative: true,
    text: "Whether a form may be sent; dispatches `invalid` where not.",
  },
  {
    name: "reportValidity",
    parameters: [],
    returns: "boolean",
    isNative: true,
    text: "The same, and says so to the person.",
  },
  {
    name: "setCustomValidity",
    parameters: [{ name: "message", type: "string" }],
    returns: "void",
    isNative: true,
    text: "Has a form refused with words of your own, until they are empty.",
  },
];

/**
 * @typedef {object} EventOf
 * @property {string} name
 * @property {string} detail what its `detail` has
 * @property {string} [prevented] what comes of preventing it
 * @property {string} text
 */

/** @type {EventOf[]} */
export const events = [
  { name: "file-added", detail: "file", text: "A file was taken." },
  { name: "file-removed", detail: "file", text: "A file is gone from the list." },
  {
    name: "restriction-failed",
    detail: "file, path, error",
    prevented: "The element does not say why.",
    text: "A file was not taken; without `file`, there are too few to start, or what lies at `path` in a drop can't be read.",
  },
  {
    name: "upload-start",
    detail: "file",
    prevented: "The file is paused.",
    text: "A file is on its way.",
  },
  {
    name: "upload-progress",
    detail: "file, progress",
    text: "How far it is; once a frame at most.",
  },
  { name: "upload-success", detail: "file, media", text: "The media object is here." },
  { name: "upload-error", detail: "file, error", text: "It failed, after its last attempt." },
  {
    name: "upload-retry",
    detail: "file, attempt, delay, error",
    text: "Another attempt follows after `delay` ms.",
  },
  { name: "upload-stalled", detail: "file", text: "No byte moved for `stall-timeout`." },
  { name: "upload-pause", detail: "file", text: "It stopped until it is resumed." },
  {
    name: "upload-resume",
    detail: "file, from",
    text: "It goes on; `from` bytes need not be sent again.",
  },
  { name: "upload-cancel", detail: "file", text: "It was cancelled by itself." },
  {
    name: "complete",
    detail: "successful, failed",
    text: "Once a run: nothing is left to do.",
  },
  {
    name: "load-error",
    detail: "error",
    text: "Its own code could not be loaded: the error's `code` is `not-loaded`, its message has the cause and the cure. Files that were given are kept, and added once it is.",
  },
];

/** @typedef {{ name: string, text: string }} Named */

/** @type {Named[]} */
export const slots = [
  { name: "prompt", text: "The sentence above the button, while there are no files." },
  { name: "choose", text: "The words of the button that opens the picker." },
  { name: "hint", text: "What is taken. Without it, the restrictions are said." },
  { name: "row", text: "A `template` with one element: a row of the list." },
];

/** @type {Named[]} */
export const parts = [
  { name: "frame", text: "The card around everything." },
  { name: "dropzone", text: "Where files are chosen and dropped." },
  { name: "icon", text: "The picture above the prompt." },
  { name: "prompt", text: "The sentence above the button." },
  { name: "drop", text: "What is said while files are held over it." },
  { name: "hint", text: "What is taken." },
  { name: "actions", text: "Buttons side by side: those that choose, and those for all files." },
  { name: "button", text: "Every button." },
  { name: "choose", text: "The button that opens the picker." },
  { name: "plus", text: "The picture in it, once there are files." },
  { name: "folder", text: "The button that opens a picker of folders." },
  { name: "camera", text: "The button that opens the camera." },
  { name: "start", text: "The button that starts all files." },
  { name: "problem", text: "Why files were not taken." },
  { name: "unfinished", text: "What an earlier visit has left." },
  { name: "heading", text: "Its heading." },
  { name: "unfinished-item", text: "One such upload." },
  { name: "summary", text: "What is said and done about all files." },
  { name: "total", text: "How far they are, in words." },
  { name: "bar", text: "Every progress bar." },
  { name: "total-bar", text: "The bar of all files." },
  { name: "fill", text: "The part of a bar that is full." },
  { name: "list", text: "The list of files." },
  {
    name: "row",
    text: "A file. Its state is a part too: `added`, `active`, `paused`, `done`, `failed` or `cancelled`, as in `::part(row failed)`.",
  },
  { name: "tile", text: "Around the thumbnail." },
  { name: "thumbnail", text: "A file's picture, or what sort of file it is." },
  { name: "picture", text: "The `canvas` in it, where there is a picture." },
  { name: "badge", text: "What became of it: the sign at the thumbnail's corner." },
  { name: "check", text: "The sign for stored." },
  { name: "alert", text: "The sign for failed." },
  { name: "details", text: "Name, status and bar." },
  { name: "name", text: "The file's name." },
  { name: "status", text: "How it is doing, in words." },
  { name: "message", text: "Why it failed." },
  { name: "row-actions", text: "A row's buttons." },
  { name: "icon-button", text: "A button that shows a picture." },
  { name: "news", text: "What screen readers are told; it is not seen." },
  { name: "overlay", text: "Over the page while files are held over it, with `drop-anywhere`." },
  { name: "overlay-word", text: "What it says." },
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
    text: "The button that is the next step, bars, focus.",
  },
  {
    name: "--ittybit-on-accent",
    syntax: "<color>",
    fallback: "the surface",
    text: "Words on the accent.",
  },
  {
    name: "--ittybit-text",
    syntax: "<color>",
    fallback: "the page's `CanvasText`, a little softer",
    text: "Words.",
  },
  {
    name: "--ittybit-quiet",
    syntax: "<color>",
    fallback: "text and surface mixed",
    text: "Words that are less important.",
  },
  {
    name: "--ittybit-surface",
    syntax: "<color>",
    fallback: "the page's `Canvas`",
    text: "What it all stands on.",
  },
  {
    name: "--ittybit-line",
    syntax: "<color>",
    fallback: "text and surface mixed",
    text: "The card's edge, and lines between rows.",
  },
  { name: "--ittybit-danger", syntax: "<color>", fallback: "a red", text: "What has failed." },
  { name: "--ittybit-success", syntax: "<color>", fallback: "a green", text: "What is stored." },
  {
    name: "--ittybit-radius",
    syntax: "<length>",
    fallback: "`12px`",
    text: "The card's corners; those in it follow.",
  },
  {
    name: "--ittybit-space",
    syntax: "<length>",
    fallback: "`4px`",
    text: "The step of all spaces.",
  },
  { name: "--ittybit-font", syntax: "*", fallback: "the page's", text: "The family of its font." },
  {
    name: "--ittybit-list-height",
    syntax: "<length>",
    fallback: "`24rem`",
    text: "How high the list grows before it scrolls.",
  },
];

/** Each is a boolean attribute and, for `:state()`, a state. @type {Named[]} */
export const states = [
  { name: "empty", text: "There are no files." },
  { name: "dragging", text: "Files are held over it." },
  { name: "uploading", text: "A file is on its way." },
  { name: "paused", text: "Some are paused, and none is on its way." },
  { name: "done", text: "All that are wanted are stored." },
  { name: "failed", text: "Some have failed." },
];

/** Places of a row's template. @type {Named[]} */
export const rowFields = [
  { name: "name", text: "The file's name." },
  { name: "status", text: "How it is doing, in words." },
  { name: "note", text: "Why it failed, or is tried again; hidden where there is nothing to say." },
  {
    name: "bar",
    text: 'A bar, hidden unless the file is under way; give it `role="progressbar"`. It is named and told its value, and has `--progress`, 0 to 1, for your style.',
  },
  {
    name: "thumbnail",
    text: "Gets a `canvas` with the part `picture`, or what sort of file it is.",
  },
  { name: "pause", text: "A button." },
  { name: "resume", text: "A button, once it is paused." },
  { name: "retry", text: "A button, once it has failed or was cancelled." },
  { name: "cancel", text: "A button, while it is under way." },
  { name: "remove", text: "A button, while it is not." },
];

/** In the order of REFERENCE.md. @type {(Named & { keys: string })[]} */
export const keyboard = [
  { keys: "Tab", name: "anywhere", text: "From button to button, row by row." },
  { keys: "Enter, Space", name: "on a button", text: "Presses it." },
  {
    keys: "Arrow down, arrow up",
    name: "on a row's button",
    text: "To the same button of the next row, or the one before.",
  },
  {
    keys: "Delete",
    name: "on a row's button",
    text: "Removes the file. The focus goes to the next row.",
  },
  {
    keys: "Ctrl+V, ⌘V",
    name: "anywhere in it",
    text: "Adds files or a picture from the clipboard.",
  },
];
