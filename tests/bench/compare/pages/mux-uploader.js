import "@mux/mux-uploader";

import { tell, uploadUrl } from "./tell.js";

const uploader = document.createElement("mux-uploader");
uploader.endpoint = uploadUrl;
uploader.addEventListener("progress", ({ detail }) => tell("progress", { percentage: detail }));
uploader.addEventListener("success", () => tell("success"));
uploader.addEventListener("uploaderror", ({ detail }) => {
  tell("error", { message: detail.message });
});
document.querySelector("#place").append(uploader);
