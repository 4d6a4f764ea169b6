// French. Uses "vous", and a no-break space before a colon and inside guillemets. Notes for translators are
// in en.js.

export default {
  lang: "fr",

  prompt: "Déposez des fichiers ici ou",
  "prompt-one": "Déposez un fichier ici ou",
  drop: "Déposez pour ajouter",

  choose: "Choisir des fichiers",
  "choose-one": "Choisir un fichier",
  folder: "Choisir un dossier",
  camera: "Utiliser l’appareil photo",
  add: "Ajouter des fichiers",
  "add-one": "Choisir un autre fichier",

  "hint-types": "Uniquement {types}",
  "hint-size": "Jusqu’à {limit} par fichier",
  "hint-min": "Au moins {limit} par fichier",
  "hint-count": {
    one: "Jusqu’à {count} fichier",
    many: "Jusqu’à {count} de fichiers",
    other: "Jusqu’à {count} fichiers",
  },
  "hint-total": "Jusqu’à {limit} au total",

  kind: "Fichier",
  "kind-image": "images",
  "kind-video": "vidéos",
  "kind-audio": "fichiers audio",

  list: "Fichiers",

  added: "{kind} · {size}",
  queued: "En file d’attente · {size}",
  preparing: "Préparation",
  uploading: "{loaded} sur {total} · {speed}/s · encore {left}",
  "uploading-soon": "{loaded} sur {total}",
  processing: "Presque terminé",
  waiting: "Nouvel essai dans un instant",
  offline: "Hors connexion. L’envoi reprendra une fois la connexion rétablie.",
  paused: "En pause · {loaded} sur {total}",
  done: "Envoyé · {size}",
  failed: "Non envoyé · {size}",
  cancelled: "Annulé · {size}",

  start: {
    one: "Envoyer {count} fichier",
    many: "Envoyer {count} de fichiers",
    other: "Envoyer {count} fichiers",
  },
  "pause-all": "Tout mettre en pause",
  "resume-all": "Tout reprendre",
  "retry-all": {
    one: "Réessayer l’envoi de {count} fichier",
    many: "Réessayer l’envoi de {count} de fichiers",
    other: "Réessayer l’envoi de {count} fichiers",
  },
  "cancel-all": "Tout annuler",
  clear: "Vider la liste",

  pause: "Mettre {name} en pause",
  resume: "Reprendre l’envoi de {name}",
  retry: "Réessayer l’envoi de {name}",
  cancel: "Annuler l’envoi de {name}",
  remove: "Retirer {name}",

  unfinished: "Reprendre là où vous en étiez",
  "unfinished-file": "{loaded} sur {size} déjà envoyés",
  "go-on": "Continuer l’envoi de {name}",
  "pick-again": "Choisir à nouveau {name} pour continuer",
  forget: "Abandonner l’envoi de {name}",
  "go-on-short": "Continuer",
  "pick-again-short": "Choisir à nouveau",
  "forget-short": "Abandonner",
  "not-the-same": "{picked} est un autre fichier. Choisissez {name} pour continuer.",

  total: {
    one: "{done} sur {count} fichier · {loaded} sur {total}",
    many: "{done} sur {count} de fichiers · {loaded} sur {total}",
    other: "{done} sur {count} fichiers · {loaded} sur {total}",
  },
  "total-done": {
    one: "{count} fichier envoyé",
    many: "{count} de fichiers envoyés",
    other: "{count} fichiers envoyés",
  },
  "total-failed": {
    one: "{count} fichier non envoyé",
    many: "{count} de fichiers non envoyés",
    other: "{count} fichiers non envoyés",
  },

  progress: "Progression de {name}",
  "progress-text": "{percent}, {loaded} sur {total}",
  "progress-all": "Progression totale",

  "error-endpoint": "Ce site n’a pas pu prendre en charge l’envoi. Réessayez plus tard.",
  "error-bad-target":
    "L’envoi de fichiers est mal configuré sur ce site. Prévenez ses responsables.",
  "error-network": "La connexion a été perdue. Vérifiez-la, puis réessayez.",
  "error-stalled": "L’envoi n’avance plus. Vérifiez votre connexion, puis réessayez.",
  "error-timeout": "Le fichier a été transmis, mais aucune réponse n’est arrivée. Réessayez.",
  "error-too-large": "Ce fichier est trop volumineux. Choisissez-en un plus petit.",
  "error-url-expired": "L’envoi a expiré. Réessayez.",
  "error-rejected": "Ce fichier n’a pas été accepté. Choisissez-en un autre.",
  "error-server": "Le serveur rencontre un problème. Réessayez plus tard.",
  "error-bad-response": "Le serveur a donné une réponse inattendue. Réessayez plus tard.",
  "error-file-unreadable": "Ce fichier a été modifié ou déplacé. Choisissez-le à nouveau.",
  "error-internal": "Une erreur s’est produite ici. Réessayez ou rechargez la page.",
  "error-not-loaded": "Le module d’envoi n’a pas pu être chargé. Réessayez ou rechargez la page.",
  said: "Réponse du serveur : « {detail} »",

  "refused-maxFileSize":
    "{name} est trop volumineux. La taille maximale par fichier est de {limit}.",
  "refused-minFileSize": "{name} est trop petit. La taille minimale par fichier est de {limit}.",
  "refused-maxTotalFileSize":
    "{name} ne peut pas être ajouté. La taille maximale de l’ensemble est de {limit}.",
  "refused-maxNumberOfFiles": {
    one: "Vous pouvez ajouter {count} fichier au maximum.",
    many: "Vous pouvez ajouter {count} de fichiers au maximum.",
    other: "Vous pouvez ajouter {count} fichiers au maximum.",
  },
  "refused-minNumberOfFiles": {
    one: "Ajoutez au moins {count} fichier.",
    many: "Ajoutez au moins {count} de fichiers.",
    other: "Ajoutez au moins {count} fichiers.",
  },
  "refused-allowedFileTypes": "{name} ne peut pas être ajouté. Types acceptés : {types}.",
  "refused-more": {
    one: "Et {count} autre.",
    many: "Et {count} d’autres.",
    other: "Et {count} autres.",
  },
  "not-added-unreadable":
    "{name} ne peut pas être lu. Vérifiez que vous pouvez l’ouvrir, puis ajoutez-le à nouveau.",
  "not-added-not-downloaded":
    "{name} n’est pas encore sur cet appareil. Téléchargez-le, puis ajoutez-le à nouveau.",
  "not-added-no-file": "Aucun fichier n’a été déposé. Enregistrez-le d’abord, puis ajoutez-le.",

  "news-start": {
    one: "Envoi de {count} fichier",
    many: "Envoi de {count} de fichiers",
    other: "Envoi de {count} fichiers",
  },
  "news-progress": "{percent} envoyés",
  "news-stored": "{name} envoyé",
  "news-failed": "{name} n’a pas pu être envoyé",
  "news-removed": "{name} retiré",

  required: "Ajoutez au moins un fichier.",
  "required-one": "Choisissez un fichier.",
  "not-started": {
    one: "{count} fichier n’a pas encore été envoyé.",
    many: "{count} de fichiers n’ont pas encore été envoyés.",
    other: "{count} fichiers n’ont pas encore été envoyés.",
  },
  "still-uploading": {
    one: "Veuillez patienter. {count} fichier est en cours d’envoi.",
    many: "Veuillez patienter. {count} de fichiers sont en cours d’envoi.",
    other: "Veuillez patienter. {count} fichiers sont en cours d’envoi.",
  },
  "has-failed": {
    one: "{count} fichier n’a pas été envoyé. Réessayez ou retirez-le.",
    many: "{count} de fichiers n’ont pas été envoyés. Réessayez ou retirez-les.",
    other: "{count} fichiers n’ont pas été envoyés. Réessayez ou retirez-les.",
  },
};
