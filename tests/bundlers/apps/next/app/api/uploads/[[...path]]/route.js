import { createUploadHandler } from "ittybit-uploader/server";

const handler = createUploadHandler({
  apiKey: process.env.ITTYBIT_API_KEY,
  apiUrl: process.env.ITTYBIT_API_URL,
  // This app is only a test. Yours must check who is signed in, and refuse everyone else.
  authorize: () => true,
});

export { handler as DELETE, handler as GET, handler as POST };
