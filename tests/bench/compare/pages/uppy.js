import "@uppy/core/css/style.min.css";
import "@uppy/dashboard/css/style.min.css";

import Uppy from "@uppy/core";
import Dashboard from "@uppy/dashboard";
import XHRUpload from "@uppy/xhr-upload";

import { tell, uploadUrl } from "./tell.js";

new Uppy({ autoProceed: true })
  .use(Dashboard, { inline: true, target: "#place" })
  .use(XHRUpload, { endpoint: uploadUrl })
  .on("upload-progress", (_, { bytesUploaded, bytesTotal }) => {
    tell("progress", { percentage: (100 * bytesUploaded) / bytesTotal });
  })
  .on("upload-success", () => tell("success"))
  .on("upload-error", (_, { message }) => tell("error", { message }));
