import { tell } from "./tell.js";

const uploader = document.createElement("ittybit-uploader");
uploader.endpoint = "/uploads";
uploader.auto = true;
uploader.addEventListener("upload-progress", ({ detail }) => {
  tell("progress", { percentage: detail.progress.percentage });
});
uploader.addEventListener("upload-retry", () => tell("retry"));
uploader.addEventListener("upload-success", () => tell("success"));
uploader.addEventListener("upload-error", ({ detail }) => {
  tell("error", { message: detail.error.message });
});
document.querySelector("#place").append(uploader);
