import { createServer } from "node:http";
import { createUploadHandler, Refusal, toNodeHandler } from "ittybit-uploader/server";

const uploads = toNodeHandler(
  createUploadHandler({
    apiKey: process.env.ITTYBIT_API_KEY,
    limits: { maxFileSize: 5_000_000_000, allowedFileTypes: ["audio/*", "image/*", "video/*"] },
    identify: userOf,
    async authorize(request, file) {
      const user = await userOf(request);
      if (!user) throw new Refusal(401, "Please sign in to upload.");
      return { filename: file.filename, metadata: { user } };
    },
  }),
);

const server = createServer((request, response) => {
  const [path] = (request.url ?? "").split("?");
  if (`${path}/`.startsWith("/api/uploads/")) return uploads(request, response);
  response.writeHead(404).end();
});
server.listen(process.env.PORT ?? 3000, () => {
  console.log(`http://localhost:${server.address().port}`);
});

/** Returns the id of the signed-in user, or `undefined`. Look it up in your app's own sessions. */
async function userOf(_request) {
  console.error("server.mjs: replace the body of userOf(). Until then, nobody can upload.");
  return undefined;
}
