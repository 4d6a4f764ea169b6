import { upload } from "ittybit-uploader";

document.addEventListener("drop", ({ dataTransfer }) =>
  upload(dataTransfer.files[0], { endpoint: "/api/uploads" }),
);
