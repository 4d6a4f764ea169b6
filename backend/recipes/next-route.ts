// app/api/uploads/[[...path]]/route.ts

import { createUploadHandler, Refusal } from "ittybit-uploader/server";

const handler = createUploadHandler({
  apiKey: process.env.ITTYBIT_API_KEY,
  authorize(request, file) {
    const user = signedInUser(request);
    if (!user) throw new Refusal(401, "Please sign in to upload.");
    return { filename: file.filename, metadata: { user } };
  },
});

export { handler as DELETE, handler as GET, handler as POST };

/** Whose session it is that the cookie names. Your app looks it up where it keeps sessions. */
function signedInUser(request: Request) {
  const [, session] = /(?:^|; )session=([^;]+)/.exec(request.headers.get("cookie") ?? "") ?? [];
  return session === "an-id-that-nobody-guesses" ? "user_42" : undefined;
}
