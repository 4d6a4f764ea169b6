import { upload } from "/node_modules/ittybit-uploader/dist/index.js";

const file = document.querySelector("#file");

file.addEventListener("change", async () => {
  const media = await upload(file.files[0], { endpoint: "/api/uploads" });
  document.querySelector("#media").textContent = media.id;
});
