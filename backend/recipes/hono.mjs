import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createUploadHandler, Refusal } from "ittybit-uploader/server";

const handler = createUploadHandler({
  apiKey: process.env.ITTYBIT_API_KEY,
  authorize(request, file) {
    const user = signedInUser(request);
    if (!user) throw new Refusal(401, "Please sign in to upload.");
    return { filename: file.filename, metadata: { user } };
  },
});

const app = new Hono();
// This is the path itself, too.
app.all("/api/uploads/*", (context) => handler(context.req.raw));

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, ({ port }) => {
  console.log(`http://localhost:${port}`);
});

/** Whose session it is that the cookie names. Your app looks it up where it keeps sessions. */
function signedInUser(request) {
  const [, session] = /(?:^|; )session=([^;]+)/.exec(request.headers.get("cookie") ?? "") ?? [];
  return session === "an-id-that-nobody-guesses" ? "user_42" : undefined;
}
