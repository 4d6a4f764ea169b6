import { createUploadHandler, Refusal } from "ittybit-uploader/server";

export default {
  /** A worker is told its key with each request. */
  fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (!/^\/api\/uploads(\/|$)/.test(pathname)) return new Response(null, { status: 404 });
    return createUploadHandler({ apiKey: env.ITTYBIT_API_KEY, authorize })(request);
  },
};

function authorize(request, file) {
  const user = signedInUser(request);
  if (!user) throw new Refusal(401, "Please sign in to upload.");
  return { filename: file.filename, metadata: { user } };
}

/** Whose session it is that the cookie names. Your app looks it up where it keeps sessions. */
function signedInUser(request) {
  const [, session] = /(?:^|; )session=([^;]+)/.exec(request.headers.get("cookie") ?? "") ?? [];
  return session === "an-id-that-nobody-guesses" ? "user_42" : undefined;
}
