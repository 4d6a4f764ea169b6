// The script tag has set the global `IttybitUploader`; the demo is handed its `upload`.

import { demo } from "./demo.js";

demo(IttybitUploader.upload);
