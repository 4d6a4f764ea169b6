// What an app's backend imports: `ittybit-uploader/server`.

export { createUpload, ServerUploadError, uploadFromServer } from "./from-server.js";
export { createUploadHandler } from "./handler.js";
export { toNodeHandler } from "./node.js";
export { Refusal } from "./refusal.js";
export { storageFromEnv } from "./storage-settings.js";
