import express from "express";
import { createUploadHandler, Refusal, toNodeHandler } from "ittybit-uploader/server";

const handler = createUploadHandler({
  apiKey: process.env.ITTYBIT_API_KEY,
  authorize(request, file) {
    const user = signedInUser(request);
    if (!user) throw new Refusal(401, "Please sign in to upload.");
    return { filename: file.filename, metadata: { user } };
  },
});

const app = express();
// Before a body parser, the handler answers for what cannot be read, too. It also works behind one.
app.use("/api/uploads", toNodeHandler(handler));
app.use(express.json());

const server = app.listen(process.env.PORT ?? 3000, () => {
  console.log(`http://localhost:${server.address().port}`);
});

/** Whose session it is that the cookie names. Your app looks it up where it keeps sessions. */
function signedInUser(request) {
  const [, session] = /(?:^|; )session=([^;]+)/.exec(request.headers.get("cookie") ?? "") ?? [];
  return session === "an-id-that-nobody-guesses" ? "user_42" : undefined;
}
