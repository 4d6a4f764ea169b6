// English, and the model of all languages: each has these keys with these placeholders.
//
// A text in pieces is chosen by the plural rule of `count`; a language has a piece for each category
// that its rule knows, or one text where all would be the same. A piece may leave {count} out where
// the word itself says it. Placeholders are put in ready to be read: {size} "3.2 MB", {left} "2 min",
// {percent} "40%", {name} "clip.mp4".
// The voice: calm, short and plain; what happened, then what one can do; nobody's fault.

export default {
  // What these words are in, for the page and for `Intl`. BCP 47.
  lang: "en",

  // The empty dropzone. The first two are followed by a button, `choose`; those with "one" are said
  // where a single file is taken. `drop` is all that is seen while files are held over it.
  prompt: "Drop files here or",
  "prompt-one": "Drop a file here or",
  drop: "Drop to add",

  // Buttons that open the system's picker. `add` and `add-one` stand there once there are files.
  choose: "Choose files",
  "choose-one": "Choose a file",
  folder: "Choose a folder",
  camera: "Use the camera",
  add: "Add more files",
  "add-one": "Choose another file",

  // What is taken, one after the other with a dot between. {types}: "JPG, PNG, and videos".
  "hint-types": "Only {types}",
  "hint-size": "Up to {limit} per file",
  "hint-min": "At least {limit} per file",
  "hint-count": { one: "Up to {count} file", other: "Up to {count} files" },
  "hint-total": "Up to {limit} in total",

  // Sorts of files. `kind` stands where a file's is not known; the others are part of {types}.
  kind: "File",
  "kind-image": "images",
  "kind-video": "videos",
  "kind-audio": "audio files",

  // The name of the list of files.
  list: "Files",

  // How a file is doing, below its name. {kind}: "MP4". {speed}: "1.2 MB", for each second.
  // `uploading-soon` as long as speed and time left are not known.
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

  // Buttons of one file, which show a picture: these are their names.
  pause: "Pause {name}",
  resume: "Resume {name}",
  retry: "Retry {name}",
  cancel: "Cancel {name}",
  remove: "Remove {name}",

  // Uploads that an earlier visit left unfinished, and their buttons. `pick-again` where the browser
  // can't open the file by itself; `not-the-same` when {picked} was chosen then.
  // The short ones are what is seen on the buttons: parts of the long ones, which are their names.
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

  // Names of the bars, and what a screen reader says of how full they are.
  progress: "Progress of {name}",
  "progress-text": "{percent}, {loaded} of {total}",
  "progress-all": "Total progress",

  // Why a file failed is said in English by the error's own message. Other languages say it by the
  // error's code, `error-network` and its like, and `said` follows where the server gave a reason.

  // Why a file was not added, by the name of the restriction. {limit}: "10 MB". {size}, the file's,
  // may be said too; it is not, because rounded it can be the same as the limit.
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

  // Spoken by screen readers as things happen, and not seen.
  "news-start": { one: "Uploading {count} file", other: "Uploading {count} files" },
  "news-progress": "{percent} uploaded",
  "news-stored": "{name} uploaded",
  "news-failed": "{name} couldn’t be uploaded",
  "news-removed": "{name} removed",

  // Why a form can't be sent yet. `holding`: it was sent, and waits for uploads.
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
