import { upload } from "ittybit-uploader";

const file = document.querySelector("#file");

file.addEventListener("change", async () => {
  const media = await upload(file.files[0], { endpoint: "/api/uploads" });
  document.querySelector("#media").textContent = media.id;
});
