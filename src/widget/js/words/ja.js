// Japanese. Uses です・ます. Buttons end in a noun or in 〜する, as on the platforms. Notes for translators
// are in en.js.

export default {
  lang: "ja",

  prompt: "ここにファイルをドロップするか",
  "prompt-one": "ここにファイルをドロップするか",
  drop: "ドロップして追加",

  choose: "ファイルを選択",
  "choose-one": "ファイルを選択",
  folder: "フォルダーを選択",
  camera: "カメラを使う",
  add: "ファイルを追加",
  "add-one": "別のファイルを選択",

  "hint-types": "{types}のみ",
  "hint-size": "1ファイルあたり{limit}まで",
  "hint-min": "1ファイルあたり{limit}以上",
  "hint-count": { other: "{count}ファイルまで" },
  "hint-total": "合計{limit}まで",

  kind: "ファイル",
  "kind-image": "画像",
  "kind-video": "動画",
  "kind-audio": "音声",

  list: "ファイル",

  added: "{kind} · {size}",
  queued: "順番待ち · {size}",
  preparing: "準備しています",
  uploading: "{loaded} / {total} · {speed}/秒 · 残り{left}",
  "uploading-soon": "{loaded} / {total}",
  processing: "まもなく完了します",
  waiting: "まもなく再試行します",
  offline: "オフラインです。接続が戻ると再開します。",
  paused: "一時停止中 · {loaded} / {total}",
  done: "アップロード済み · {size}",
  failed: "アップロードできませんでした · {size}",
  cancelled: "キャンセル済み · {size}",

  start: { other: "{count}個のファイルをアップロード" },
  "pause-all": "すべて一時停止",
  "resume-all": "すべて再開",
  "retry-all": { other: "{count}個のファイルを再試行" },
  "cancel-all": "すべてキャンセル",
  clear: "リストを消去",

  pause: "{name}を一時停止",
  resume: "{name}を再開",
  retry: "{name}を再試行",
  cancel: "{name}をキャンセル",
  remove: "{name}を削除",

  unfinished: "前回の続きから再開できます",
  "unfinished-file": "{size}のうち{loaded}をアップロード済み",
  "go-on": "{name}を続ける",
  "pick-again": "{name}をもう一度選択して続ける",
  forget: "{name}を破棄",
  "go-on-short": "続ける",
  "pick-again-short": "もう一度選択",
  "forget-short": "破棄",
  "not-the-same": "{picked}は別のファイルです。続けるには{name}を選択してください。",

  total: { other: "{count}個中{done}個のファイル · {loaded} / {total}" },
  "total-done": { other: "{count}個のファイルをアップロードしました" },
  "total-failed": { other: "{count}個のファイルをアップロードできませんでした" },

  progress: "{name}の進行状況",
  "progress-text": "{percent}、{total}中{loaded}",
  "progress-all": "全体の進行状況",

  "error-endpoint":
    "このサイトはアップロードを受け付けられませんでした。しばらくしてからもう一度お試しください。",
  "error-bad-target":
    "このサイトのアップロードは正しく設定されていません。サイトの管理者にお知らせください。",
  "error-network": "接続が切れました。接続を確認して、もう一度お試しください。",
  "error-stalled": "アップロードが止まりました。接続を確認して、もう一度お試しください。",
  "error-timeout": "ファイルは送信されましたが、応答がありません。もう一度お試しください。",
  "error-too-large": "このファイルは大きすぎます。小さいファイルを選択してください。",
  "error-url-expired": "アップロードの有効期限が切れました。もう一度お試しください。",
  "error-rejected": "このファイルは受け付けられませんでした。別のファイルを選択してください。",
  "error-server": "サーバーで問題が発生しています。しばらくしてからもう一度お試しください。",
  "error-bad-response":
    "サーバーから予期しない応答がありました。しばらくしてからもう一度お試しください。",
  "error-file-unreadable": "このファイルは変更または移動されました。もう一度選択してください。",
  "error-internal":
    "問題が発生しました。もう一度お試しいただくか、ページを再読み込みしてください。",
  "error-not-loaded":
    "アップローダーを読み込めませんでした。もう一度お試しいただくか、ページを再読み込みしてください。",
  said: "サーバーからの応答：「{detail}」",

  "refused-maxFileSize": "{name}は大きすぎます。1ファイルあたり{limit}までです。",
  "refused-minFileSize": "{name}は小さすぎます。1ファイルあたり{limit}以上必要です。",
  "refused-maxTotalFileSize": "{name}を追加できません。ファイルの合計は{limit}までです。",
  "refused-maxNumberOfFiles": { other: "追加できるファイルは{count}個までです。" },
  "refused-minNumberOfFiles": { other: "ファイルを{count}個以上追加してください。" },
  "refused-allowedFileTypes": "{name}を追加できません。追加できる種類：{types}。",
  "refused-more": "ほか{count}件。",
  "not-added-unreadable":
    "{name}を読み取れません。開けることを確認して、もう一度追加してください。",
  "not-added-not-downloaded":
    "{name}はまだこのデバイスにありません。ダウンロードして、もう一度追加してください。",
  "not-added-no-file": "ドロップした内容にファイルがありません。先に保存してから追加してください。",

  "news-start": { other: "{count}個のファイルをアップロードしています" },
  "news-progress": "{percent}アップロードしました",
  "news-stored": "{name}をアップロードしました",
  "news-failed": "{name}をアップロードできませんでした",
  "news-removed": "{name}を削除しました",

  required: "ファイルを1つ以上追加してください。",
  "required-one": "ファイルを選択してください。",
  "not-started": { other: "{count}個のファイルがまだアップロードされていません。" },
  "still-uploading": {
    other: "お待ちください。{count}個のファイルをアップロードしています。",
  },
  "has-failed": {
    other: "{count}個のファイルをアップロードできませんでした。再試行するか、削除してください。",
  },
};
