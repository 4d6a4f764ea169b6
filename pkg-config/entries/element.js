// Registers the element. All that it needs besides is in one further module, which bundlers and
// browsers find by this very form of an import.

import { define } from "./define.js";
import { patiently } from "./forward.js";

define(() => patiently(() => import("./widget.js")));
