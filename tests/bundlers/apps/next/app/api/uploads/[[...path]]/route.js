import { createUploadHandler } from "ittybit-uploader/server";

const handler = createUploadHandler({
  apiKey: process.env.ITTYBIT_API_KEY,
  apiUrl: process.env.ITTYBIT_API_URL,
  // An app asks here who is signed in.
  authorize: () => true,
});

export { handler as DELETE, handler as GET, handler as POST };
