import express from "express";
import { createUploadHandler, Refusal, toNodeHandler } from "ittybit-uploader/server";

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

const app = express();
// Mounted before a body parser, the handler also answers requests that can't be parsed. It works after
// one too.
app.use("/api/uploads", toNodeHandler(handler));
app.use(express.json());

const server = app.listen(process.env.PORT ?? 3000, () => {
  console.log(`http://localhost:${server.address().port}`);
});

/** Returns the id of the signed-in user, or `undefined`. Look it up in your app's own sessions. */
async function userOf(_request) {
  console.error("server.mjs: replace the body of userOf(). Until then, nobody can upload.");
  return undefined;
}
