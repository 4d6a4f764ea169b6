// app/routes/api.uploads.$.ts

import { createUploadHandler, Refusal } from "ittybit-uploader/server";

const handler = createUploadHandler({
  apiKey: process.env.ITTYBIT_API_KEY,
  authorize(request, file) {
    const user = signedInUser(request);
    if (!user) throw new Refusal(401, "Please sign in to upload.");
    return { filename: file.filename, metadata: { user } };
  },
});

export const loader = ({ request }: { request: Request }) => handler(request);
export const action = ({ request }: { request: Request }) => handler(request);

/** Whose session it is that the cookie names. Your app looks it up where it keeps sessions. */
function signedInUser(request: Request) {
  const [, session] = /(?:^|; )session=([^;]+)/.exec(request.headers.get("cookie") ?? "") ?? [];
  return session === "an-id-that-nobody-guesses" ? "user_42" : undefined;
}
