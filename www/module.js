// The browser imports the ES module as it is; the demo is handed its `upload`.

import { upload } from "/dist/index.js";
import { demo } from "./demo.js";

demo(upload);
