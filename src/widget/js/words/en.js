// English, and the model for all languages, which must have the same keys and placeholders.
//
// A text with plural forms is chosen by the language's plural rule for `count`. A language has a form for
// each category of its rule, or a single text if all forms are equal. A form may omit {count} if its words
// include the number. Placeholders are replaced by formatted values: {size} "3.2 MB", {left} "2 min",
// {percent} "40%", {name} "clip.mp4".
// Style: calm, short and plain. Say what happened, then what to do. Blame nobody.

export default {
  // The language of these texts, for the page and for `Intl`. A BCP 47 tag.
  lang: "en",

  // The empty dropzone. The button `choose` follows the prompt. The keys with "one" are used if the element
  // accepts a single file. `drop` replaces everything while files are dragged over it.
  prompt: "Drop files here or",
  "prompt-one": "Drop a file here or",
  drop: "Drop to add",

  // Buttons that open the system's file picker. `add` and `add-one` replace the first two once there are files.
  choose: "Choose files",
  "choose-one": "Choose a file",
  folder: "Choose a folder",
  camera: "Use the camera",
  add: "Add more files",
  "add-one": "Choose another file",

  // The restrictions, shown in one line with dots between them. {types}: "JPG, PNG, and videos".
  "hint-types": "Only {types}",
  "hint-size": "Up to {limit} per file",
  "hint-min": "At least {limit} per file",
  "hint-count": { one: "Up to {count} file", other: "Up to {count} files" },
  "hint-total": "Up to {limit} in total",

  // Kinds of files. `kind` is used for a file of unknown kind; the others are used in {types}.
  kind: "File",
  "kind-image": "images",
  "kind-video": "videos",
  "kind-audio": "audio files",

  // The name of the list of files.
  list: "Files",

  // The state of a file, below its name. {kind}: "MP4". {speed}: "1.2 MB", per second. `uploading-soon` is
  // used while the speed and the time left are not known.
  added: "{kind} · {size}",
  queued: "Up next · {size}",
  preparing: "Getting ready",
  uploading: "{loaded} of {total} · {speed}/s · {left} left",
  "uploading-soon": "{loaded} of {total}",
  processing: "Almost done",
  waiting: "Trying again soon",
  offline: "Offline. Continues once you’re connected.",
  paused: "Paused · {loaded} of {total}",
  done: "Uploaded · {size}",
  failed: "Not uploaded · {size}",
  cancelled: "Canceled · {size}",

  // Buttons for all files.
  start: { one: "Upload {count} file", other: "Upload {count} files" },
  "pause-all": "Pause all",
  "resume-all": "Resume all",
  "retry-all": { one: "Retry {count} file", other: "Retry {count} files" },
  "cancel-all": "Cancel all",
  clear: "Clear list",

  // The accessible names of a file's buttons, which show icons.
  pause: "Pause {name}",
  resume: "Resume {name}",
  retry: "Retry {name}",
  cancel: "Cancel {name}",
  remove: "Remove {name}",

  // Unfinished uploads of earlier visits, and their buttons. `pick-again` is used if the browser can't open
  // the file by itself, `not-the-same` if the person then chose the different file {picked}.
  // The short texts are visible on the buttons. The long texts are the buttons' accessible names, and must
  // contain the short ones.
  unfinished: "Pick up where you left off",
  "unfinished-file": "{loaded} of {size} uploaded",
  "go-on": "Continue {name}",
  "pick-again": "Choose again to continue {name}",
  forget: "Discard {name}",
  "go-on-short": "Continue",
  "pick-again-short": "Choose again",
  "forget-short": "Discard",
  "not-the-same": "{picked} is a different file. Choose {name} to continue.",

  // All files together.
  total: {
    one: "{done} of {count} file · {loaded} of {total}",
    other: "{done} of {count} files · {loaded} of {total}",
  },
  "total-done": { one: "{count} file uploaded", other: "{count} files uploaded" },
  "total-failed": { one: "{count} file not uploaded", other: "{count} files not uploaded" },

  // The accessible names of the progress bars, and how a screen reader reads their values.
  progress: "Progress of {name}",
  "progress-text": "{percent}, {loaded} of {total}",
  "progress-all": "Total progress",

  // Why an upload failed. In English this is the error's own message. Other languages have a text for each
  // error code, such as `error-network`. If the server gave a reason, `said` follows it.
  // Likewise, other languages have texts such as `not-added-unreadable` for something that was dropped but
  // not added: a file or folder that can't be opened, an iCloud placeholder, or a drag from a mail program
  // that contained no file.

  // Why a file was not added, by the name of the restriction. {limit}: "10 MB". The placeholder {size}, the
  // size of the file, is not used, because when rounded it can equal the limit.
  "refused-maxFileSize": "{name} is too large. Files can be up to {limit}.",
  "refused-minFileSize": "{name} is too small. Files must be at least {limit}.",
  "refused-maxTotalFileSize": "{name} doesn’t fit. All files together can be up to {limit}.",
  "refused-maxNumberOfFiles": {
    one: "You can add up to {count} file.",
    other: "You can add up to {count} files.",
  },
  "refused-minNumberOfFiles": {
    one: "Add at least {count} file.",
    other: "Add at least {count} files.",
  },
  "refused-allowedFileTypes": "{name} can’t be added. Allowed: {types}.",
  "refused-more": "And {count} more.",

  // Announced by screen readers, and not visible.
  "news-start": { one: "Uploading {count} file", other: "Uploading {count} files" },
  "news-progress": "{percent} uploaded",
  "news-stored": "{name} uploaded",
  "news-failed": "{name} couldn’t be uploaded",
  "news-removed": "{name} removed",

  // Why the form can't be submitted yet.
  required: "Add at least one file.",
  "required-one": "Choose a file.",
  "not-started": {
    one: "{count} file hasn’t been uploaded yet.",
    other: "{count} files haven’t been uploaded yet.",
  },
  "still-uploading": {
    one: "{count} file is still uploading.",
    other: "{count} files are still uploading.",
  },
  "has-failed": {
    one: "{count} file wasn’t uploaded. Retry or remove it.",
    other: "{count} files weren’t uploaded. Retry or remove them.",
  },
};
