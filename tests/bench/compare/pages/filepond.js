import "filepond/dist/filepond.min.css";

import { create } from "filepond";

import { tell, withRetries } from "./tell.js";

const input = document.createElement("input");
input.type = "file";
document.querySelector("#place").append(input);

create(input, {
  server: { process: "/files", patch: "/files?patch=" },
  chunkUploads: withRetries,
  chunkForce: withRetries,
  onprocessfileprogress: (_, progress) => tell("progress", { percentage: 100 * progress }),
  onprocessfile: (error) => {
    if (error) tell("error", { message: error.body });
    else tell("success");
  },
});
