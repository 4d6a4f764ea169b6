import { createUploadHandler } from "ittybit-uploader/server";

const handler = createUploadHandler({
  apiKey: process.env.ITTYBIT_API_KEY,
  apiUrl: process.env.ITTYBIT_API_URL,
  // This app is a test. Yours asks here who is signed in, and refuses everyone else.
  authorize: () => true,
});

export { handler as DELETE, handler as GET, handler as POST };
