import { upload } from "/dist/index.js";
import { measureOurs } from "./start.js";

measureOurs(upload);
