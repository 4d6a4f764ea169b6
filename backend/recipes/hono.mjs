import { serve } from "@hono/node-server";
import { Hono } from "hono";
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

const app = new Hono();
// Also matches the path without anything below it.
app.all("/api/uploads/*", (context) => handler(context.req.raw));

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, ({ port }) => {
  console.log(`http://localhost:${port}`);
});

/** Returns the id of the signed-in user, or `undefined`. Look it up in your app's own sessions. */
async function userOf(_request) {
  console.error("server.mjs: replace the body of userOf(). Until then, nobody can upload.");
  return undefined;
}
