// Imports the ES module without a bundler, and passes its `upload` to the demo.

import { upload } from "/dist/index.js";
import { demo } from "./demo.js";

demo(upload);
