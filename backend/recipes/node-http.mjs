import { createServer } from "node:http";
import { createUploadHandler, Refusal, toNodeHandler } from "ittybit-uploader/server";

const uploads = toNodeHandler(
  createUploadHandler({
    apiKey: process.env.ITTYBIT_API_KEY,
    authorize(request, file) {
      const user = signedInUser(request);
      if (!user) throw new Refusal(401, "Please sign in to upload.");
      return { filename: file.filename, metadata: { user } };
    },
  }),
);

const server = createServer((request, response) => {
  if (/^\/api\/uploads(?![^/?])/.test(request.url ?? "")) return uploads(request, response);
  response.writeHead(404).end();
});
server.listen(process.env.PORT ?? 3000, () => {
  console.log(`http://localhost:${server.address().port}`);
});

/** Whose session it is that the cookie names. Your app looks it up where it keeps sessions. */
function signedInUser(request) {
  const [, session] = /(?:^|; )session=([^;]+)/.exec(request.headers.get("cookie") ?? "") ?? [];
  return session === "an-id-that-nobody-guesses" ? "user_42" : undefined;
}
