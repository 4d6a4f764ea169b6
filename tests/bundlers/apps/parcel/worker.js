import { upload } from "ittybit-uploader";

addEventListener("message", async ({ data }) => {
  postMessage(await upload(data, { endpoint: "/api/uploads" }));
});
