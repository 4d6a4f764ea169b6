import "dropzone/dist/dropzone.css";

import Dropzone from "dropzone";

import { tell, withRetries } from "./tell.js";

const place = document.querySelector("#place");
place.classList.add("dropzone");

new Dropzone(place, {
  url: "/files",
  chunking: withRetries,
  forceChunking: withRetries,
  retryChunks: withRetries,
})
  .on("uploadprogress", (_, percentage) => tell("progress", { percentage }))
  .on("success", () => tell("success"))
  .on("error", (_, message) => {
    tell("error", { message: typeof message === "string" ? message : JSON.stringify(message) });
  });
