import { createUploadHandler } from "ittybit-uploader/server";

let handler;

// When it is first asked: `next build` loads this too, where there is no key.
function handle(request) {
  handler ??= createUploadHandler({
    apiKey: process.env.ITTYBIT_API_KEY,
    apiUrl: process.env.ITTYBIT_API_URL,
    // An app asks here who is signed in.
    authorize: () => true,
  });
  return handler(request);
}

export { handle as DELETE, handle as GET, handle as POST };
