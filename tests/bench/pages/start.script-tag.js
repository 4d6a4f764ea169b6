import { measureOurs } from "./start.js";

measureOurs(IttybitUploader.upload);
