import { upload } from "ittybit-uploader";
import { Uploader } from "ittybit-uploader/inline";

export const title = "a page";
export const send = (file) => upload(file, { endpoint: "/api/uploads" });
export const queue = () => new Uploader({ endpoint: "/api/uploads" });
