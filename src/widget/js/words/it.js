// Italian. Uses "tu", as large products do. "File" has no plural form. Notes for translators are in en.js.

export default {
  lang: "it",

  prompt: "Trascina qui i file oppure",
  "prompt-one": "Trascina qui un file oppure",
  drop: "Rilascia per aggiungere",

  choose: "Scegli i file",
  "choose-one": "Scegli un file",
  folder: "Scegli una cartella",
  camera: "Usa la fotocamera",
  add: "Aggiungi altri file",
  "add-one": "Scegli un altro file",

  "hint-types": "Solo {types}",
  "hint-size": "Fino a {limit} per file",
  "hint-min": "Almeno {limit} per file",
  "hint-count": {
    one: "Fino a {count} file",
    many: "Fino a {count} di file",
    other: "Fino a {count} file",
  },
  "hint-total": "Fino a {limit} in totale",

  kind: "File",
  "kind-image": "immagini",
  "kind-video": "video",
  "kind-audio": "file audio",

  list: "File",

  added: "{kind} · {size}",
  queued: "In coda · {size}",
  preparing: "Preparazione",
  uploading: "{loaded} di {total} · {speed}/s · ancora {left}",
  "uploading-soon": "{loaded} di {total}",
  processing: "Quasi fatto",
  waiting: "Nuovo tentativo tra poco",
  offline: "Offline. Riprenderà quando torna la connessione.",
  paused: "In pausa · {loaded} di {total}",
  done: "Caricato · {size}",
  failed: "Non caricato · {size}",
  cancelled: "Annullato · {size}",

  start: {
    one: "Carica {count} file",
    many: "Carica {count} di file",
    other: "Carica {count} file",
  },
  "pause-all": "Metti tutto in pausa",
  "resume-all": "Riprendi tutto",
  "retry-all": {
    one: "Riprova a caricare {count} file",
    many: "Riprova a caricare {count} di file",
    other: "Riprova a caricare {count} file",
  },
  "cancel-all": "Annulla tutto",
  clear: "Svuota l’elenco",

  pause: "Metti in pausa {name}",
  resume: "Riprendi {name}",
  retry: "Riprova a caricare {name}",
  cancel: "Annulla {name}",
  remove: "Rimuovi {name}",

  unfinished: "Riprendi da dove avevi interrotto",
  "unfinished-file": "{loaded} di {size} caricati",
  "go-on": "Continua {name}",
  "pick-again": "Scegli di nuovo {name} per continuare",
  forget: "Scarta {name}",
  "go-on-short": "Continua",
  "pick-again-short": "Scegli di nuovo",
  "forget-short": "Scarta",
  "not-the-same": "{picked} è un altro file. Scegli {name} per continuare.",

  total: {
    one: "{done} di {count} file · {loaded} di {total}",
    many: "{done} di {count} di file · {loaded} di {total}",
    other: "{done} di {count} file · {loaded} di {total}",
  },
  "total-done": {
    one: "{count} file caricato",
    many: "{count} di file caricati",
    other: "{count} file caricati",
  },
  "total-failed": {
    one: "{count} file non caricato",
    many: "{count} di file non caricati",
    other: "{count} file non caricati",
  },

  progress: "Avanzamento di {name}",
  "progress-text": "{percent}, {loaded} di {total}",
  "progress-all": "Avanzamento totale",

  "error-endpoint": "Questo sito non ha potuto accettare il caricamento. Riprova più tardi.",
  "error-bad-target":
    "Il caricamento non è configurato bene su questo sito. Avvisa chi lo gestisce.",
  "error-network": "La connessione si è interrotta. Controllala e riprova.",
  "error-stalled": "Il caricamento si è fermato. Controlla la connessione e riprova.",
  "error-timeout": "Il file è stato inviato, ma non è arrivata risposta. Riprova.",
  "error-too-large": "Questo file è troppo grande. Scegline uno più piccolo.",
  "error-url-expired": "Il caricamento è scaduto. Riprova.",
  "error-rejected": "Questo file non è stato accettato. Scegline un altro.",
  "error-server": "Il server ha un problema. Riprova più tardi.",
  "error-bad-response": "Il server ha dato una risposta inattesa. Riprova più tardi.",
  "error-file-unreadable": "Questo file è stato modificato o spostato. Sceglilo di nuovo.",
  "error-internal": "Qualcosa è andato storto. Riprova o ricarica la pagina.",
  "error-not-loaded":
    "Non è stato possibile caricare il componente di caricamento. Riprova o ricarica la pagina.",
  said: "Risposta del server: “{detail}”",

  "refused-maxFileSize": "{name} è troppo grande. Il massimo per file è {limit}.",
  "refused-minFileSize": "{name} è troppo piccolo. Il minimo per file è {limit}.",
  "refused-maxTotalFileSize":
    "Non c’è spazio per {name}. Il massimo per tutti i file insieme è {limit}.",
  "refused-maxNumberOfFiles": {
    one: "Puoi aggiungere al massimo {count} file.",
    many: "Puoi aggiungere al massimo {count} di file.",
    other: "Puoi aggiungere al massimo {count} file.",
  },
  "refused-minNumberOfFiles": {
    one: "Aggiungi almeno {count} file.",
    many: "Aggiungi almeno {count} di file.",
    other: "Aggiungi almeno {count} file.",
  },
  "refused-allowedFileTypes": "Non è possibile aggiungere {name}. Tipi consentiti: {types}.",
  "refused-more": {
    one: "E {count} altro.",
    many: "E {count} di altri.",
    other: "E altri {count}.",
  },
  "not-added-unreadable":
    "Impossibile leggere {name}. Verifica di poterlo aprire e aggiungilo di nuovo.",
  "not-added-not-downloaded":
    "{name} non è ancora su questo dispositivo. Scaricalo e aggiungilo di nuovo.",
  "not-added-no-file":
    "Non c’è alcun file in ciò che hai trascinato. Salvalo prima e aggiungilo da lì.",

  "news-start": {
    one: "Caricamento di {count} file",
    many: "Caricamento di {count} di file",
    other: "Caricamento di {count} file",
  },
  "news-progress": "{percent} caricato",
  "news-stored": "{name} caricato",
  "news-failed": "Non è stato possibile caricare {name}",
  "news-removed": "{name} rimosso",

  required: "Aggiungi almeno un file.",
  "required-one": "Scegli un file.",
  "not-started": {
    one: "{count} file non è ancora stato caricato.",
    many: "{count} di file non sono ancora stati caricati.",
    other: "{count} file non sono ancora stati caricati.",
  },
  "still-uploading": {
    one: "Attendi. {count} file è ancora in caricamento.",
    many: "Attendi. {count} di file sono ancora in caricamento.",
    other: "Attendi. {count} file sono ancora in caricamento.",
  },
  "has-failed": {
    one: "{count} file non è stato caricato. Riprova o rimuovilo.",
    many: "{count} di file non sono stati caricati. Riprova o rimuovili.",
    other: "{count} file non sono stati caricati. Riprova o rimuovili.",
  },
};
