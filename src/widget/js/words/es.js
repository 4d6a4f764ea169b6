// International Spanish. Uses "tú", as large products do. Notes for translators are in en.js.

export default {
  lang: "es",

  prompt: "Arrastra archivos aquí o",
  "prompt-one": "Arrastra un archivo aquí o",
  drop: "Suelta para añadir",

  choose: "Elegir archivos",
  "choose-one": "Elegir un archivo",
  folder: "Elegir una carpeta",
  camera: "Usar la cámara",
  add: "Añadir más archivos",
  "add-one": "Elegir otro archivo",

  "hint-types": "Solo {types}",
  "hint-size": "Hasta {limit} por archivo",
  "hint-min": "Al menos {limit} por archivo",
  "hint-count": {
    one: "Hasta {count} archivo",
    many: "Hasta {count} de archivos",
    other: "Hasta {count} archivos",
  },
  "hint-total": "Hasta {limit} en total",

  kind: "Archivo",
  "kind-image": "imágenes",
  "kind-video": "videos",
  "kind-audio": "archivos de audio",

  list: "Archivos",

  added: "{kind} · {size}",
  queued: "En cola · {size}",
  preparing: "Preparando",
  uploading: "{loaded} de {total} · {speed}/s · {left} para terminar",
  "uploading-soon": "{loaded} de {total}",
  processing: "Casi listo",
  waiting: "Se reintentará en un momento",
  offline: "Sin conexión. Continuará cuando vuelva.",
  paused: "En pausa · {loaded} de {total}",
  done: "Subido · {size}",
  failed: "No se subió · {size}",
  cancelled: "Cancelado · {size}",

  start: {
    one: "Subir {count} archivo",
    many: "Subir {count} de archivos",
    other: "Subir {count} archivos",
  },
  "pause-all": "Pausar todo",
  "resume-all": "Reanudar todo",
  "retry-all": {
    one: "Reintentar {count} archivo",
    many: "Reintentar {count} de archivos",
    other: "Reintentar {count} archivos",
  },
  "cancel-all": "Cancelar todo",
  clear: "Vaciar la lista",

  pause: "Pausar {name}",
  resume: "Reanudar {name}",
  retry: "Reintentar {name}",
  cancel: "Cancelar {name}",
  remove: "Quitar {name}",

  unfinished: "Continúa donde lo dejaste",
  "unfinished-file": "{loaded} de {size} subidos",
  "go-on": "Continuar {name}",
  "pick-again": "Elegir de nuevo {name} para continuar",
  forget: "Descartar {name}",
  "go-on-short": "Continuar",
  "pick-again-short": "Elegir de nuevo",
  "forget-short": "Descartar",
  "not-the-same": "{picked} es otro archivo. Elige {name} para continuar.",

  total: {
    one: "{done} de {count} archivo · {loaded} de {total}",
    many: "{done} de {count} de archivos · {loaded} de {total}",
    other: "{done} de {count} archivos · {loaded} de {total}",
  },
  "total-done": {
    one: "{count} archivo subido",
    many: "{count} de archivos subidos",
    other: "{count} archivos subidos",
  },
  "total-failed": {
    one: "{count} archivo sin subir",
    many: "{count} de archivos sin subir",
    other: "{count} archivos sin subir",
  },

  progress: "Progreso de {name}",
  "progress-text": "{percent}, {loaded} de {total}",
  "progress-all": "Progreso total",

  "error-endpoint": "Este sitio no pudo aceptar la subida. Inténtalo más tarde.",
  "error-bad-target":
    "Las subidas no están bien configuradas en este sitio. Avisa a sus responsables.",
  "error-network": "Se perdió la conexión. Compruébala e inténtalo de nuevo.",
  "error-stalled": "La subida se detuvo. Comprueba tu conexión e inténtalo de nuevo.",
  "error-timeout": "El archivo se envió, pero no llegó respuesta. Inténtalo de nuevo.",
  "error-too-large": "Este archivo es demasiado grande. Elige uno más pequeño.",
  "error-url-expired": "La subida caducó. Inténtalo de nuevo.",
  "error-rejected": "Este archivo no fue aceptado. Elige otro.",
  "error-server": "El servidor tiene un problema. Inténtalo más tarde.",
  "error-bad-response": "El servidor dio una respuesta inesperada. Inténtalo más tarde.",
  "error-file-unreadable": "Este archivo se modificó o se movió. Elígelo de nuevo.",
  "error-internal": "Algo salió mal aquí. Inténtalo de nuevo o recarga la página.",
  "error-not-loaded":
    "No se pudo cargar el componente de subida. Inténtalo de nuevo o recarga la página.",
  said: "Respuesta del servidor: «{detail}»",

  "refused-maxFileSize": "{name} es demasiado grande. El máximo por archivo es {limit}.",
  "refused-minFileSize": "{name} es demasiado pequeño. El mínimo por archivo es {limit}.",
  "refused-maxTotalFileSize":
    "{name} no cabe. El máximo para todos los archivos juntos es {limit}.",
  "refused-maxNumberOfFiles": {
    one: "Puedes añadir hasta {count} archivo.",
    many: "Puedes añadir hasta {count} de archivos.",
    other: "Puedes añadir hasta {count} archivos.",
  },
  "refused-minNumberOfFiles": {
    one: "Añade al menos {count} archivo.",
    many: "Añade al menos {count} de archivos.",
    other: "Añade al menos {count} archivos.",
  },
  "refused-allowedFileTypes": "No se puede añadir {name}. Tipos permitidos: {types}.",
  "refused-more": "Y {count} más.",
  "not-added-unreadable":
    "No se puede leer {name}. Comprueba que puedes abrirlo y añádelo de nuevo.",
  "not-added-not-downloaded":
    "{name} aún no está en este dispositivo. Descárgalo y añádelo de nuevo.",
  "not-added-no-file":
    "No hay ningún archivo en lo que soltaste. Guárdalo primero y añádelo desde ahí.",

  "news-start": {
    one: "Subiendo {count} archivo",
    many: "Subiendo {count} de archivos",
    other: "Subiendo {count} archivos",
  },
  "news-progress": "{percent} subido",
  "news-stored": "{name} se subió",
  "news-failed": "No se pudo subir {name}",
  "news-removed": "{name} se quitó",

  required: "Añade al menos un archivo.",
  "required-one": "Elige un archivo.",
  "not-started": {
    one: "Aún no se ha subido {count} archivo.",
    many: "Aún no se han subido {count} de archivos.",
    other: "Aún no se han subido {count} archivos.",
  },
  "still-uploading": {
    one: "Espera un momento. Se está subiendo {count} archivo.",
    many: "Espera un momento. Se están subiendo {count} de archivos.",
    other: "Espera un momento. Se están subiendo {count} archivos.",
  },
  "has-failed": {
    one: "No se subió {count} archivo. Reinténtalo o quítalo.",
    many: "No se subieron {count} de archivos. Reinténtalo o quítalos.",
    other: "No se subieron {count} archivos. Reinténtalo o quítalos.",
  },
};
