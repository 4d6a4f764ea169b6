// Brazilian Portuguese. Uses "você". Notes for translators are in en.js.

export default {
  lang: "pt-BR",

  prompt: "Arraste arquivos para cá ou",
  "prompt-one": "Arraste um arquivo para cá ou",
  drop: "Solte para adicionar",

  choose: "Escolher arquivos",
  "choose-one": "Escolher um arquivo",
  folder: "Escolher uma pasta",
  camera: "Usar a câmera",
  add: "Adicionar mais arquivos",
  "add-one": "Escolher outro arquivo",

  "hint-types": "Somente {types}",
  "hint-size": "Até {limit} por arquivo",
  "hint-min": "No mínimo {limit} por arquivo",
  "hint-count": {
    one: "Até {count} arquivo",
    many: "Até {count} de arquivos",
    other: "Até {count} arquivos",
  },
  "hint-total": "Até {limit} no total",

  kind: "Arquivo",
  "kind-image": "imagens",
  "kind-video": "vídeos",
  "kind-audio": "arquivos de áudio",

  list: "Arquivos",

  added: "{kind} · {size}",
  queued: "Na fila · {size}",
  preparing: "Preparando",
  uploading: "{loaded} de {total} · {speed}/s · {left} para concluir",
  "uploading-soon": "{loaded} de {total}",
  processing: "Quase pronto",
  waiting: "Nova tentativa em instantes",
  offline: "Sem conexão. Continuará quando ela voltar.",
  paused: "Em pausa · {loaded} de {total}",
  done: "Enviado · {size}",
  failed: "Não enviado · {size}",
  cancelled: "Cancelado · {size}",

  start: {
    one: "Enviar {count} arquivo",
    many: "Enviar {count} de arquivos",
    other: "Enviar {count} arquivos",
  },
  "pause-all": "Pausar tudo",
  "resume-all": "Retomar tudo",
  "retry-all": {
    one: "Tentar enviar {count} arquivo de novo",
    many: "Tentar enviar {count} de arquivos de novo",
    other: "Tentar enviar {count} arquivos de novo",
  },
  "cancel-all": "Cancelar tudo",
  clear: "Limpar a lista",

  pause: "Pausar {name}",
  resume: "Retomar {name}",
  retry: "Tentar enviar {name} de novo",
  cancel: "Cancelar {name}",
  remove: "Remover {name}",

  unfinished: "Continue de onde parou",
  "unfinished-file": "{loaded} de {size} enviados",
  "go-on": "Continuar {name}",
  "pick-again": "Escolher de novo {name} para continuar",
  forget: "Descartar {name}",
  "go-on-short": "Continuar",
  "pick-again-short": "Escolher de novo",
  "forget-short": "Descartar",
  "not-the-same": "{picked} é outro arquivo. Escolha {name} para continuar.",

  total: {
    one: "{done} de {count} arquivo · {loaded} de {total}",
    many: "{done} de {count} de arquivos · {loaded} de {total}",
    other: "{done} de {count} arquivos · {loaded} de {total}",
  },
  "total-done": {
    one: "{count} arquivo enviado",
    many: "{count} de arquivos enviados",
    other: "{count} arquivos enviados",
  },
  "total-failed": {
    one: "{count} arquivo não enviado",
    many: "{count} de arquivos não enviados",
    other: "{count} arquivos não enviados",
  },

  progress: "Progresso de {name}",
  "progress-text": "{percent}, {loaded} de {total}",
  "progress-all": "Progresso total",

  "error-endpoint": "Este site não conseguiu aceitar o envio. Tente novamente mais tarde.",
  "error-bad-target":
    "O envio de arquivos não está bem configurado neste site. Avise os responsáveis.",
  "error-network": "A conexão foi perdida. Verifique-a e tente novamente.",
  "error-stalled": "O envio parou de avançar. Verifique sua conexão e tente novamente.",
  "error-timeout": "O arquivo foi transmitido, mas não houve resposta. Tente novamente.",
  "error-too-large": "Este arquivo é grande demais. Escolha um menor.",
  "error-url-expired": "O envio expirou. Tente novamente.",
  "error-rejected": "Este arquivo não foi aceito. Escolha outro.",
  "error-server": "O servidor está com um problema. Tente novamente mais tarde.",
  "error-bad-response": "O servidor deu uma resposta inesperada. Tente novamente mais tarde.",
  "error-file-unreadable": "Este arquivo foi alterado ou movido. Escolha-o novamente.",
  "error-internal": "Algo deu errado aqui. Tente novamente ou recarregue a página.",
  "error-not-loaded":
    "Não foi possível carregar o componente de envio. Tente novamente ou recarregue a página.",
  said: "Resposta do servidor: “{detail}”",

  "refused-maxFileSize": "{name} é grande demais. O máximo por arquivo é {limit}.",
  "refused-minFileSize": "{name} é pequeno demais. O mínimo por arquivo é {limit}.",
  "refused-maxTotalFileSize": "{name} não cabe. O máximo para todos os arquivos juntos é {limit}.",
  "refused-maxNumberOfFiles": {
    one: "Você pode adicionar até {count} arquivo.",
    many: "Você pode adicionar até {count} de arquivos.",
    other: "Você pode adicionar até {count} arquivos.",
  },
  "refused-minNumberOfFiles": {
    one: "Adicione pelo menos {count} arquivo.",
    many: "Adicione pelo menos {count} de arquivos.",
    other: "Adicione pelo menos {count} arquivos.",
  },
  "refused-allowedFileTypes": "Não é possível adicionar {name}. Tipos permitidos: {types}.",
  "refused-more": "E mais {count}.",
  "not-added-unreadable":
    "Não é possível ler {name}. Verifique se você pode abri-lo e adicione-o novamente.",
  "not-added-not-downloaded":
    "{name} ainda não está neste dispositivo. Baixe-o e adicione-o novamente.",
  "not-added-no-file":
    "Não há nenhum arquivo no que você soltou. Salve-o primeiro e adicione-o de lá.",

  "news-start": {
    one: "Enviando {count} arquivo",
    many: "Enviando {count} de arquivos",
    other: "Enviando {count} arquivos",
  },
  "news-progress": "{percent} enviados",
  "news-stored": "{name} enviado",
  "news-failed": "Não foi possível enviar {name}",
  "news-removed": "{name} removido",

  required: "Adicione pelo menos um arquivo.",
  "required-one": "Escolha um arquivo.",
  "not-started": {
    one: "{count} arquivo ainda não foi enviado.",
    many: "{count} de arquivos ainda não foram enviados.",
    other: "{count} arquivos ainda não foram enviados.",
  },
  "still-uploading": {
    one: "Aguarde. {count} arquivo ainda está sendo enviado.",
    many: "Aguarde. {count} de arquivos ainda estão sendo enviados.",
    other: "Aguarde. {count} arquivos ainda estão sendo enviados.",
  },
  "has-failed": {
    one: "{count} arquivo não foi enviado. Tente novamente ou remova-o.",
    many: "{count} de arquivos não foram enviados. Tente novamente ou remova-os.",
    other: "{count} arquivos não foram enviados. Tente novamente ou remova-os.",
  },
};
