import { bareUpload } from "./bare.js";
import { measureStart } from "./start.js";

measureStart(bareUpload);
