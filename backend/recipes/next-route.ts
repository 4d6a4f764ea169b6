// app/api/uploads/[[...path]]/route.ts

import { createUploadHandler, Refusal } from "ittybit-uploader/server";

const handler = createUploadHandler({
  apiKey: process.env.ITTYBIT_API_KEY,
  limits: { maxFileSize: 5_000_000_000, allowedFileTypes: ["audio/*", "image/*", "video/*"] },
  identify: userOf,
  async authorize(request, file) {
    const user = await userOf(request);
    if (!user) throw new Refusal(401, "Please sign in to upload.");
    return { filename: file.filename, metadata: { user } };
  },
});

export { handler as DELETE, handler as GET, handler as POST };

/** Returns the id of the signed-in user, or `undefined`. Look it up in your app's own sessions. */
async function userOf(_request: Request): Promise<string | undefined> {
  console.error(
    "app/api/uploads/[[...path]]/route.ts:",
    "replace the body of userOf(). Until then, nobody can upload.",
  );
  return undefined;
}
