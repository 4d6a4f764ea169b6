import { createUploadHandler, Refusal } from "ittybit-uploader/server";

export default {
  /** A worker gets its key with each request. */
  fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (!`${pathname}/`.startsWith("/api/uploads/")) return new Response(null, { status: 404 });
    return createUploadHandler({
      apiKey: env.ITTYBIT_API_KEY,
      limits: { maxFileSize: 5_000_000_000, allowedFileTypes: ["audio/*", "image/*", "video/*"] },
      identify: userOf,
      authorize,
    })(request);
  },
};

async function authorize(request, file) {
  const user = await userOf(request);
  if (!user) throw new Refusal(401, "Please sign in to upload.");
  return { filename: file.filename, metadata: { user } };
}

/** Returns the id of the signed-in user, or `undefined`. Look it up in your app's own sessions. */
async function userOf(_request) {
  console.error("worker.mjs: replace the body of userOf(). Until then, nobody can upload.");
  return undefined;
}
