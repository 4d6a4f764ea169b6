import { upload } from "ittybit-uploader";
import { Uploader } from "ittybit-uploader/inline";

const takesFiles = false;

if (takesFiles) console.log(upload, Uploader);
console.log("a page");
