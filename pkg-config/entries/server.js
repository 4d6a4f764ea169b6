// `ittybit-uploader/server`: the app's half, for whatever speaks `Request` and `Response`.

export { createUpload } from "../../backend/js/create-upload.js";
export { createUploadHandler } from "../../backend/js/handler.js";
export { toNodeHandler } from "../../backend/js/node.js";
export { Refusal } from "../../backend/js/refusal.js";
export { ServerUploadError } from "../../backend/js/server-error.js";
export { storageFromEnv } from "../../backend/js/storage/settings.js";
export { uploadFromServer } from "../../backend/js/upload-from-server.js";
