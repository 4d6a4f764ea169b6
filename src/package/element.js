// Registers the element. Everything else that it needs is loaded when it is first needed.

import { widget } from "#widget";
import { define } from "../widget/js/element.js";
import { patiently } from "./forward.js";

define((base) => patiently(() => widget(base)));
