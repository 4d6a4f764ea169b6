// German. Avoids addressing the reader, or uses "Sie". Notes for translators are in en.js.

export default {
  lang: "de",

  prompt: "Dateien hier ablegen oder",
  "prompt-one": "Datei hier ablegen oder",
  drop: "Zum Hinzufügen ablegen",

  choose: "Dateien auswählen",
  "choose-one": "Datei auswählen",
  folder: "Ordner auswählen",
  camera: "Kamera verwenden",
  add: "Weitere Dateien hinzufügen",
  "add-one": "Andere Datei auswählen",

  "hint-types": "Nur {types}",
  "hint-size": "Bis zu {limit} pro Datei",
  "hint-min": "Mindestens {limit} pro Datei",
  "hint-count": { one: "Bis zu {count} Datei", other: "Bis zu {count} Dateien" },
  "hint-total": "Bis zu {limit} insgesamt",

  kind: "Datei",
  "kind-image": "Bilder",
  "kind-video": "Videos",
  "kind-audio": "Audiodateien",

  list: "Dateien",

  added: "{kind} · {size}",
  queued: "Als Nächstes an der Reihe · {size}",
  preparing: "Wird vorbereitet",
  uploading: "{loaded} von {total} · {speed}/s · noch {left}",
  "uploading-soon": "{loaded} von {total}",
  processing: "Fast fertig",
  waiting: "Gleich folgt ein neuer Versuch",
  offline: "Offline. Geht weiter, sobald die Verbindung zurück ist.",
  paused: "Pausiert · {loaded} von {total}",
  done: "Hochgeladen · {size}",
  failed: "Nicht hochgeladen · {size}",
  cancelled: "Abgebrochen · {size}",

  start: { one: "{count} Datei hochladen", other: "{count} Dateien hochladen" },
  "pause-all": "Alle pausieren",
  "resume-all": "Alle fortsetzen",
  "retry-all": {
    one: "{count} Datei erneut versuchen",
    other: "{count} Dateien erneut versuchen",
  },
  "cancel-all": "Alle abbrechen",
  clear: "Liste leeren",

  pause: "{name} pausieren",
  resume: "{name} fortsetzen",
  retry: "{name} erneut versuchen",
  cancel: "{name} abbrechen",
  remove: "{name} entfernen",

  unfinished: "Weitermachen, wo Sie aufgehört haben",
  "unfinished-file": "{loaded} von {size} hochgeladen",
  "go-on": "{name} fortsetzen",
  "pick-again": "{name} zum Fortsetzen erneut auswählen",
  forget: "{name} verwerfen",
  "go-on-short": "Fortsetzen",
  "pick-again-short": "Erneut auswählen",
  "forget-short": "Verwerfen",
  "not-the-same": "{picked} ist eine andere Datei. Zum Fortsetzen {name} auswählen.",

  total: {
    one: "{done} von {count} Datei · {loaded} von {total}",
    other: "{done} von {count} Dateien · {loaded} von {total}",
  },
  "total-done": { one: "{count} Datei hochgeladen", other: "{count} Dateien hochgeladen" },
  "total-failed": {
    one: "{count} Datei nicht hochgeladen",
    other: "{count} Dateien nicht hochgeladen",
  },

  progress: "Fortschritt von {name}",
  "progress-text": "{percent}, {loaded} von {total}",
  "progress-all": "Gesamtfortschritt",

  "error-endpoint":
    "Diese Website konnte den Upload nicht annehmen. Versuchen Sie es später noch einmal.",
  "error-bad-target":
    "Der Upload ist auf dieser Website nicht richtig eingerichtet. Bitte informieren Sie den Betreiber.",
  "error-network":
    "Die Verbindung wurde unterbrochen. Prüfen Sie sie und versuchen Sie es noch einmal.",
  "error-stalled":
    "Der Upload ist stehen geblieben. Prüfen Sie die Verbindung und versuchen Sie es noch einmal.",
  "error-timeout":
    "Die Datei wurde gesendet, aber es kam keine Antwort. Versuchen Sie es noch einmal.",
  "error-too-large": "Diese Datei ist zu groß. Wählen Sie eine kleinere aus.",
  "error-url-expired": "Der Upload ist abgelaufen. Versuchen Sie es noch einmal.",
  "error-rejected": "Diese Datei wurde nicht angenommen. Wählen Sie eine andere aus.",
  "error-server": "Der Server hat ein Problem. Versuchen Sie es später noch einmal.",
  "error-bad-response":
    "Der Server hat unerwartet geantwortet. Versuchen Sie es später noch einmal.",
  "error-file-unreadable":
    "Diese Datei wurde geändert oder verschoben. Wählen Sie sie noch einmal aus.",
  "error-internal":
    "Hier ist etwas schiefgelaufen. Versuchen Sie es noch einmal oder laden Sie die Seite neu.",
  "error-not-loaded":
    "Der Uploader konnte nicht geladen werden. Versuchen Sie es noch einmal oder laden Sie die Seite neu.",
  said: "Antwort des Servers: „{detail}“",

  "refused-maxFileSize": "{name} ist zu groß. Dateien dürfen bis zu {limit} groß sein.",
  "refused-minFileSize": "{name} ist zu klein. Dateien müssen mindestens {limit} groß sein.",
  "refused-maxTotalFileSize":
    "{name} passt nicht mehr dazu. Alle Dateien zusammen dürfen bis zu {limit} groß sein.",
  "refused-maxNumberOfFiles": {
    one: "Es kann höchstens {count} Datei hinzugefügt werden.",
    other: "Es können höchstens {count} Dateien hinzugefügt werden.",
  },
  "refused-minNumberOfFiles": {
    one: "Fügen Sie mindestens {count} Datei hinzu.",
    other: "Fügen Sie mindestens {count} Dateien hinzu.",
  },
  "refused-allowedFileTypes": "{name} kann nicht hinzugefügt werden. Erlaubt: {types}.",
  "refused-more": "Und {count} weitere.",
  "not-added-unreadable":
    "{name} kann nicht gelesen werden. Prüfen Sie, ob Sie es öffnen dürfen, und fügen Sie es noch einmal hinzu.",
  "not-added-not-downloaded":
    "{name} ist noch nicht auf diesem Gerät. Laden Sie es herunter und fügen Sie es noch einmal hinzu.",
  "not-added-no-file":
    "Darin ist keine Datei. Speichern Sie sie zuerst und fügen Sie sie von dort hinzu.",

  "news-start": {
    one: "{count} Datei wird hochgeladen",
    other: "{count} Dateien werden hochgeladen",
  },
  "news-progress": "{percent} hochgeladen",
  "news-stored": "{name} hochgeladen",
  "news-failed": "{name} konnte nicht hochgeladen werden",
  "news-removed": "{name} entfernt",

  required: "Fügen Sie mindestens eine Datei hinzu.",
  "required-one": "Wählen Sie eine Datei aus.",
  "not-started": {
    one: "{count} Datei wurde noch nicht hochgeladen.",
    other: "{count} Dateien wurden noch nicht hochgeladen.",
  },
  "still-uploading": {
    one: "Bitte warten. {count} Datei wird noch hochgeladen.",
    other: "Bitte warten. {count} Dateien werden noch hochgeladen.",
  },
  "has-failed": {
    one: "{count} Datei wurde nicht hochgeladen. Versuchen Sie es erneut oder entfernen Sie sie.",
    other:
      "{count} Dateien wurden nicht hochgeladen. Versuchen Sie es erneut oder entfernen Sie sie.",
  },
};
